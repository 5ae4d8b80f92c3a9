import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ATTRIBUTES_VERSION, StudyAttribute } from "../journal/attributes.ts";
import {
  claimRecords,
  eventRecords,
  type Position,
  type StudyPlan,
  startRecord,
  studyAttribute,
  studyRecords,
  waitingRecord,
} from "../journal/compose.ts";
import type { StudyHistory } from "../journal/history.ts";
import type { JournalRecord } from "../journal/records.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import { type FileLayer, folderOf, nodeFiles, systemCode } from "./files.ts";
import { cannotWrite, JournalLog } from "./journalLog.ts";
import type { LockOptions } from "./lock.ts";
import type { JournalProblem, StudyStore, TrialStart } from "./store.ts";

export interface OpenOptions {
  /** The study to create where the file, or the study in it, does not exist yet. */
  readonly create?: StudyPlan;
  /** The study's name, needed only where a file that was not made here holds several. */
  readonly study?: string;
  /**
   * Hears every event of the study: what the file holds while `openStore` runs, later what other writers
   * append. What is recorded through the store is not told again.
   */
  readonly listener?: (event: TrialEvent) => void;
  readonly files?: FileLayer;
  readonly lock?: LockOptions;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/**
 * Opens a study's journal for writing. Rejects with `unknown-study` where there is none and none is to be
 * created, `journal-damaged` or `journal-foreign` where a line cannot be read, `version-mismatch` where a newer
 * Tuning Fork wrote it, `cannot-write` where the file or its folder cannot be written.
 */
export async function openStore(journalPath: string, options: OpenOptions = {}): Promise<StudyStore> {
  const file = path.resolve(journalPath);
  const heard = new Map<number, TrialEvent[]>();
  let listen = (studyId: number, event: TrialEvent): void => {
    const events = heard.get(studyId);
    if (events === undefined) heard.set(studyId, [event]);
    else events.push(event);
  };
  const log = openLog(file, options, (studyId, event) => listen(studyId, event));
  try {
    await log.readWhole();
    refuseDamage(file, log);
    const studyId = await findOrCreate(file, log, options);
    const store = new JournalStudyStore(file, log, studyId, options.now ?? Date.now);
    const listener = options.listener;
    for (const event of heard.get(studyId) ?? []) listener?.(event);
    heard.clear();
    listen = (id, event) => {
      if (id === studyId) listener?.(event);
    };
    return store;
  } catch (error) {
    log.abandon();
    throw error;
  }
}

function openLog(
  file: string,
  { create, files = nodeFiles, lock = {}, listener }: OpenOptions,
  hear: (studyId: number, event: TrialEvent) => void,
): JournalLog {
  try {
    if (create !== undefined) fs.mkdirSync(folderOf(file), { recursive: true });
    const quiet = listener === undefined ? () => {} : hear;
    return new JournalLog({ path: file, create: create !== undefined, files, lock, listener: quiet });
  } catch (error) {
    if (systemCode(error) !== "ENOENT" || create !== undefined) throw cannotWrite(file, error);
    throw new TuningForkError(
      "unknown-study",
      `There is no journal at ${file}.`,
      "Start the study from its definition, or give the path of an existing journal.",
    );
  }
}

function refuseDamage(file: string, log: JournalLog): void {
  const [first] = log.problems;
  if (!log.isDamaged || first === undefined) return;
  const more = log.problems.length === 1 ? "" : ` (and ${log.problems.length - 1} more)`;
  if (log.unknownOperation) {
    throw new TuningForkError(
      "journal-foreign",
      `Line ${first.line} of ${file}${more} was written by a program that knows more than this one. ${first.message}`,
      "Go on with that program, or run repair: it moves such lines into a file beside the journal.",
      log.problems,
    );
  }
  throw new TuningForkError(
    "journal-damaged",
    `Line ${first.line} of ${file}${more} cannot be read. ${first.message}`,
    "Run repair: it moves what cannot be read into a file beside the journal and keeps the rest.",
    log.problems,
  );
}

/** Under the lock, so that two engines cannot create one study twice. */
async function findOrCreate(file: string, log: JournalLog, options: OpenOptions): Promise<number> {
  const { create, now = Date.now } = options;
  const name = create?.name ?? options.study;
  const worker = newWorker();
  const find = () => log.replay.histories.filter((study) => name === undefined || study.name === name);
  await new Promise<void>((resolve, reject) => {
    log.run({
      compose: () => {
        if (create === undefined || find().length > 0) return undefined;
        return studyRecords(create, log.replay.nextStudyId, worker, now());
      },
      done: () => resolve(),
      refused: reject,
      lasting: false,
    });
  });
  const [study, second] = find();
  if (study === undefined || second !== undefined) {
    const names = log.replay.histories.map((history) => `"${history.name}"`).join(", ") || "none";
    const wanted = name === undefined ? "one study" : `the study "${name}"`;
    throw new TuningForkError(
      "unknown-study",
      `${file} does not hold ${wanted}; it holds: ${names}.`,
      "Say which study to open.",
    );
  }
  checkStudy(file, study, create);
  return study.studyId;
}

function checkStudy(file: string, study: StudyHistory, create: StudyPlan | undefined): void {
  const version = study.attributes[StudyAttribute.version];
  if (typeof version === "number" && version > ATTRIBUTES_VERSION) {
    throw new TuningForkError(
      "version-mismatch",
      `The study "${study.name}" in ${file} was written by a newer Tuning Fork (attributes version ${version}).`,
      "Update Tuning Fork.",
    );
  }
  if (create !== undefined && create.goals.join() !== study.goals.join()) {
    throw new TuningForkError(
      "journal-foreign",
      `The study "${study.name}" in ${file} has the goals ${study.goals.join(", ")}, not ${create.goals.join(", ")}.`,
      "Give the study another name, or change the goal back.",
    );
  }
}

/** Optuna tells writers apart by this text. */
function newWorker(): string {
  return `tuning-fork-${randomBytes(6).toString("hex")}`;
}

class JournalStudyStore implements StudyStore {
  readonly id: string;
  readonly #log: JournalLog;
  readonly #studyId: number;
  readonly #now: () => number;
  readonly #worker = newWorker();
  #history: StudyHistory;

  constructor(id: string, log: JournalLog, studyId: number, now: () => number) {
    this.id = id;
    this.#log = log;
    this.#studyId = studyId;
    this.#now = now;
    this.#history = log.replay.study(studyId)!;
  }

  get history(): StudyHistory {
    this.#history = this.#log.replay.study(this.#studyId) ?? this.#history;
    return this.#history;
  }

  get problems(): readonly JournalProblem[] {
    return this.#log.problems;
  }

  startTrial(start: TrialStart): Promise<TrialNumber> {
    return new Promise((resolve, reject) => {
      let trialNumber = -1;
      this.#log.run({
        compose: () => {
          const position = this.#position();
          trialNumber = position.trialNumber;
          return [startRecord(start, position)];
        },
        done: () => resolve(trialNumber),
        refused: reject,
        lasting: false,
      });
    });
  }

  record(event: Exclude<TrialEvent, { type: "started" }>): void {
    const { trials, goals } = this.history;
    const trial = trials[event.trial];
    if (trial === undefined) {
      throw new TuningForkError(
        "bad-input",
        `The study has no trial ${event.trial} to record "${event.type}" of.`,
      );
    }
    if (trial.finished !== undefined) {
      // Another worker ended it. Optuna would ignore the record, so it is told and not written.
      this.#log.note(`Trial ${event.trial} had ended already when "${event.type}" was to be recorded.`);
      return;
    }
    for (const record of eventRecords(event, trial, goals, this.#worker)) this.#log.record(record);
  }

  claim(trial: TrialNumber, start: TrialStart): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#log.run({
        compose: (): readonly JournalRecord[] | undefined => {
          const position = this.#position();
          const claimed = this.history.trials[trial];
          if (claimed?.state !== "waiting") return undefined;
          return claimRecords(start, { ...position, trialId: claimed.id, trialNumber: trial });
        },
        done: resolve,
        refused: reject,
        lasting: false,
      });
    });
  }

  enqueue(configuration: Configuration): void {
    const time = this.#now();
    this.#log.run({
      compose: () => [waitingRecord(configuration, this.#position(), time)],
      done: () => {},
      refused: (error) => this.#log.note(error instanceof Error ? error.message : String(error)),
      lasting: true,
    });
  }

  setAttribute(name: string, value: unknown): void {
    this.#log.record(studyAttribute(name, value, this.#studyId, this.#worker, this.#now()));
  }

  async refresh(): Promise<boolean> {
    return this.#log.refresh();
  }

  whenWritten(tell: () => void): void {
    this.#log.whenWritten(tell);
  }

  synced(): Promise<void> {
    return this.#log.synced();
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  /** Where the next trial will stand. Only under the lock, having caught up, is it known. */
  #position(): Position {
    const { replay } = this.#log;
    const study = replay.study(this.#studyId);
    if (study === undefined) {
      throw new TuningForkError(
        "unknown-study",
        `The study "${this.#history.name}" was deleted from ${this.id} by another program.`,
        "Start it again from its definition.",
      );
    }
    return {
      worker: this.#worker,
      studyId: this.#studyId,
      trialId: replay.nextTrialId,
      trialNumber: study.trials.length,
    };
  }
}
