import type { EventListener } from "../journal/history.ts";
import { type Mended, mend, type Problem } from "../journal/mend.ts";
import { Replay } from "../journal/replay.ts";
import type { RawLine } from "./lines.ts";

export interface Fold {
  readonly replay: Replay;
  readonly problems: readonly Problem[];
  /** Records that Optuna ignores, too. */
  readonly ignored: readonly Problem[];
}

/** Folds a damaged journal, mended in memory: what `repairJournal` would make of it. */
export function foldMended(lines: readonly RawLine[], listener?: EventListener): Fold {
  const mended = mend(lines);
  return { ...foldLines(mended, listener), problems: mended.problems };
}

function foldLines(mended: Mended, listener: EventListener | undefined): Omit<Fold, "problems"> {
  const replay = new Replay(listener);
  const ignored: Problem[] = [];
  for (const { line, records } of mended.lines) {
    for (const record of records) {
      const outcome = replay.apply(record);
      if (outcome !== undefined && "rejected" in outcome) ignored.push({ line, message: outcome.rejected });
    }
  }
  return { replay, ignored };
}
