import { StudyAttribute, TrialAttribute } from "./attributes.ts";
import { decodeLine } from "./codec.ts";
import { type CreateStudy, type CreateTrial, Direction, type JournalRecord, Op, State } from "./records.ts";
import { Replay } from "./replay.ts";
import { type LostKind, lostKind, type Piece, salvage } from "./salvage.ts";

/** A place in a journal that cannot be read, or a record that Optuna ignores. */
export interface Problem {
  /** 1-based line. */
  readonly line: number;
  readonly message: string;
}

/** A line without its "\n". Where it is not UTF-8, `text` has U+FFFD in place of the odd bytes. */
export interface SourceLine {
  readonly text: string;
  readonly utf8: boolean;
}

/** What becomes of one line of a damaged journal. */
export interface MendedLine {
  /** 1-based, in the damaged file. */
  readonly line: number;
  /** In the order in which they are to stand in the mended file. */
  readonly records: readonly JournalRecord[];
  /** How many of them stand for lost ones. */
  readonly inserted: number;
  /** `records` is the line itself and nothing else. */
  readonly intact: boolean;
  /** Something of the line is in none of the records. */
  readonly aside: boolean;
}

export interface Mended {
  readonly lines: readonly MendedLine[];
  readonly problems: readonly Problem[];
}

/** A hint that asks for more lost trials than this is itself taken for damaged. */
const BELIEVABLE_GAP = 100_000;
const WORKER = "tuning-fork-repair";

/** A record or a lost text in the file's order, and what is put in before it. */
interface Item {
  readonly line: number;
  piece: Piece;
  kind: LostKind | undefined;
  readonly inserted: JournalRecord[];
  /** `piece` is not what the file has. */
  corrected: boolean;
}

/**
 * Mends a damaged journal, in memory: every sound record stays, in its place. As ids are positions, a lost
 * line that began a trial would shift the id of each later trial, and give results to the wrong
 * configurations. So a failed trial without parameters takes its place: later trials keep their numbers, and
 * what else is recorded of the lost one is ignored, as Optuna ignores it for any finished trial. A lost line
 * that began a study is replaced by a study of the same name and directions, as far as they can be told.
 *
 * Whether an illegible line began a trial is decided by its text; where that is gone too, by later records:
 * our own starts carry the id and number they were given, and nothing refers to a trial that never began.
 */
export function mend(source: readonly SourceLine[]): Mended {
  const { items, problems, damaged } = takeApart(source);
  for (const [index, item] of items.entries()) {
    if (item.kind === "trial" || item.kind === "study") fill(items, index, item.kind);
  }
  while (closeOneGap(items));
  for (const item of items) {
    if (item.inserted.length > 0) problems.push({ line: item.line, message: consequence(item) });
    if (item.corrected) problems.push({ line: item.line, message: "The id in the record cannot be right." });
  }
  problems.sort((left, right) => left.line - right.line);
  return { lines: toLines(items, damaged, source.length), problems };
}

function takeApart(source: readonly SourceLine[]) {
  const items: Item[] = [];
  const problems: Problem[] = [];
  const damaged = new Set<number>();
  for (const [index, { text, utf8 }] of source.entries()) {
    const line = index + 1;
    const { record, problem } = utf8 ? decodeLine(text) : { problem: "The line is not UTF-8." };
    if (record !== undefined) {
      items.push({ line, piece: { record }, kind: undefined, inserted: [], corrected: false });
      continue;
    }
    damaged.add(line);
    problems.push({ line, message: problem });
    const found = salvage(text, utf8);
    // A blank line, too, may be all that is left of a record.
    const pieces = found.length > 0 ? found : [{ lost: text }];
    for (const [at, piece] of pieces.entries()) {
      items.push({
        line,
        piece,
        kind: kindOf(piece, at < pieces.length - 1),
        inserted: [],
        corrected: false,
      });
    }
  }
  return { items, problems, damaged };
}

/** A text with more behind it on its line is most likely half a write: nobody has counted what it began. */
function kindOf(piece: Piece, followed: boolean): LostKind | undefined {
  if (piece.lost === undefined) return undefined;
  const kind = lostKind(piece.lost);
  return followed && kind !== "other" ? "unclear" : kind;
}

/** Replays; at the first sign of a lost beginning puts a substitute in and returns true. */
function closeOneGap(items: readonly Item[]): boolean {
  const replay = new Replay();
  // Up to here the ids are known to be right.
  let certain = -1;
  for (const [index, item] of items.entries()) {
    for (const record of item.inserted) replay.apply(record);
    const { record } = item.piece;
    if (record === undefined) continue;
    const gap = gapBefore(record, replay);
    if (gap !== undefined && closeGap(items, certain, index, gap)) return true;
    const outcome = replay.apply(record);
    if (outcome === undefined && isHinted(record)) certain = index;
  }
  return false;
}

interface Gap {
  readonly kind: "trial" | "study";
  readonly count: number;
  /** The count comes from the id and number that a start was given, not from a mere reference. */
  readonly counted: boolean;
}

/** What must have been lost for this record to make sense. */
function gapBefore(record: JournalRecord, replay: Replay): Gap | undefined {
  if ("trial_id" in record) {
    const missing = record.trial_id - replay.nextTrialId + 1;
    return missing > 0 ? { kind: "trial", count: missing, counted: false } : undefined;
  }
  if (!("study_id" in record)) return undefined;
  if (record.study_id >= replay.nextStudyId) return { kind: "study", count: 1, counted: false };
  if (record.op_code !== Op.createTrial) return undefined;
  const count = replay.missingBefore(record);
  return count > 0 ? { kind: "trial", count, counted: true } : undefined;
}

function closeGap(items: readonly Item[], after: number, before: number, gap: Gap): boolean {
  for (let index = before - 1; index > after; index--) {
    const item = items[index]!;
    if (item.kind !== "unclear") continue;
    item.kind = gap.kind;
    fill(items, index, gap.kind);
    return true;
  }
  if (!gap.counted) return false;
  if (gap.count <= BELIEVABLE_GAP) fill(items, before, gap.kind, gap.count);
  else forgetHint(items[before]!);
  return true;
}

function forgetHint(item: Item): void {
  const { id: _id, number: _number, ...record } = item.piece.record as CreateTrial;
  item.piece = { record };
  item.corrected = true;
}

function isHinted(record: JournalRecord): boolean {
  return record.op_code === Op.createTrial && record.id !== undefined;
}

function fill(items: readonly Item[], index: number, kind: "trial" | "study", count = 1): void {
  const substitute = kind === "trial" ? lostTrial(items, index) : lostStudy(items, index);
  for (let each = 0; each < count; each++) items[index]!.inserted.push(substitute);
}

function lostTrial(items: readonly Item[], index: number): CreateTrial {
  const text = items[index]!.piece.lost ?? "";
  const told = /"study_id"\s*:\s*(\d+)/.exec(text)?.[1];
  const start = lastStart(items, index);
  return {
    op_code: Op.createTrial,
    worker_id: WORKER,
    study_id: told === undefined ? studyNear(items, index) : Number(told),
    datetime_start: start,
    state: State.fail,
    ...(start !== null && { datetime_complete: start }),
    user_attrs: { [TrialAttribute.reason]: "The line of the journal that began this trial is damaged." },
  };
}

function isStart(item: Item): CreateTrial | undefined {
  const { record } = item.piece;
  return record?.op_code === Op.createTrial ? record : undefined;
}

function studyNear(items: readonly Item[], index: number): number {
  const own = isStart(items[index]!);
  const before = items.findLast((item, at) => at < index && isStart(item) !== undefined);
  const after = items.find((item, at) => at > index && isStart(item) !== undefined);
  const near = own ?? isStart(before ?? after ?? items[index]!);
  return near?.study_id ?? 0;
}

function lastStart(items: readonly Item[], index: number): string | null {
  const before = items.findLast(
    (item, at) => at < index && typeof isStart(item)?.datetime_start === "string",
  );
  return (before && isStart(before)?.datetime_start) ?? null;
}

function lostStudy(items: readonly Item[], index: number): CreateStudy {
  const text = items[index]!.piece.lost ?? "";
  const studyId = items.slice(0, index).reduce((count, { piece, inserted }) => {
    const all = piece.record === undefined ? inserted : [...inserted, piece.record];
    return count + all.filter((record) => record.op_code === Op.createStudy).length;
  }, 0);
  const definition = definitionOf(items, studyId);
  const directions = /"directions"\s*:\s*\[([012](?:\s*,\s*[012])*)\]/.exec(text)?.[1];
  return {
    op_code: Op.createStudy,
    worker_id: WORKER,
    study_name: nameIn(text) ?? definition?.study ?? `recovered-${studyId}`,
    directions:
      directions === undefined
        ? [definition?.objective ?? {}]
            .flat()
            .map(({ goal }) => (goal === "maximize" ? Direction.maximize : Direction.minimize))
        : directions.split(",").map(Number),
  };
}

function nameIn(text: string): string | undefined {
  const quoted = /"study_name"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  try {
    return quoted === undefined ? undefined : (JSON.parse(quoted) as string);
  } catch {
    return undefined;
  }
}

interface ObjectiveLike {
  readonly goal?: string;
}

interface DefinitionLike {
  readonly study?: string;
  readonly objective?: ObjectiveLike | ObjectiveLike[];
}

function definitionOf(items: readonly Item[], studyId: number): DefinitionLike | undefined {
  for (const { piece } of items) {
    const { record } = piece;
    if (record?.op_code !== Op.setStudyUserAttribute || record.study_id !== studyId) continue;
    const definition = record.user_attr[StudyAttribute.definition];
    if (typeof definition === "object" && definition !== null) return definition;
  }
  return undefined;
}

function consequence({ inserted, piece }: Item): string {
  const study = inserted.find((record) => record.op_code === Op.createStudy);
  if (study !== undefined) {
    return `It began a study, which goes on as "${study.study_name}" with the directions [${study.directions.join(", ")}].`;
  }
  const count = inserted.length === 1 ? "a trial" : `${inserted.length} trials`;
  return piece.lost === undefined
    ? `Lines that began ${count} are missing before this one: they are counted as failed.`
    : `It began ${count}, counted as failed so that later trials keep their numbers.`;
}

function toLines(items: readonly Item[], damaged: ReadonlySet<number>, count: number): MendedLine[] {
  const records: JournalRecord[][] = Array.from({ length: count }, () => []);
  const counts = new Map<number, number>();
  const touched = new Set(damaged);
  for (const { line, piece, inserted, corrected } of items) {
    records[line - 1]!.push(...inserted);
    counts.set(line, (counts.get(line) ?? 0) + inserted.length);
    if (piece.record !== undefined) records[line - 1]!.push(piece.record);
    if (corrected || inserted.length > 0) touched.add(line);
  }
  return records.map((list, index) => ({
    line: index + 1,
    records: list,
    inserted: counts.get(index + 1) ?? 0,
    intact: !touched.has(index + 1),
    aside: damaged.has(index + 1),
  }));
}
