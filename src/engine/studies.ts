import { basename } from "node:path";
import { spaceOf } from "../definition/resolve.ts";
import type { EngineCalls } from "../protocol/engine.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { StudyId, StudySummary } from "../protocol/study.ts";
import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import { Space } from "../space/space.ts";
import { ownerOf } from "../store/owner.ts";
import { repairJournal } from "../store/repair.ts";
import { systemClock } from "../study/clock.ts";
import type { LoadedDefinition } from "../study/definitions.ts";
import { loadDefinition } from "../study/definitions.ts";
import { type RunningStudy, startStudy } from "../study/runner.ts";
import type { StudyEnd } from "../study/studyInput.ts";
import { createLocalExecutor } from "../trials/localExecutor.ts";
import { startSpawnerProcess } from "../trials/spawnerProcess.ts";
import { callOwner } from "./client.ts";
import { confirmScript } from "./confirm.ts";
import { StudyViews } from "./studyViews.ts";
import { throttle } from "./throttle.ts";

/** A study's changes are told at most this often, in milliseconds. */
const CHANGE_INTERVAL = 250;

export interface StudiesOptions {
  readonly pythonFolder: string;
  /** Where this process listens. */
  readonly address: string | undefined;
  changed(summary: StudySummary): void;
  log(level: "info" | "warn" | "error", text: string): void;
  /** Every event of the studies that run here, unthrottled. */
  heard?(study: StudyId, event: TrialEvent): void;
}

/** All studies that this process runs or has been asked about. */
export class Studies {
  readonly views: StudyViews;
  readonly #options: StudiesOptions;
  readonly #running = new Map<
    StudyId,
    RunningStudy & { readonly tell: ReturnType<typeof throttle>; blocked?: string }
  >();
  readonly #starting = new Set<StudyId>();

  constructor(options: StudiesOptions) {
    this.#options = options;
    this.views = new StudyViews({
      pythonFolder: options.pythonFolder,
      running: (id) => this.#running.get(id),
      changed: options.changed,
    });
  }

  get runningCount(): number {
    return this.#running.size + this.#starting.size;
  }

  /** Starts or resumes the definition's study; answers with its summary once it runs. */
  async start(definitionPath: string, interpreter: string): Promise<StudySummary> {
    return this.startLoaded(await loadDefinition(definitionPath), interpreter);
  }

  async startLoaded(loaded: LoadedDefinition, interpreter: string): Promise<StudySummary> {
    const key = `${loaded.definitionPath}#${loaded.study}`;
    if (this.#starting.has(key))
      throw new TuningForkError("study-running", `The study ${loaded.study} is being started already.`);
    this.#starting.add(key);
    try {
      const { log, pythonFolder } = this.#options;
      for (const warning of await confirmScript(loaded, interpreter, pythonFolder)) log("warn", warning);
      let id: StudyId = "";
      const spawner = await startSpawnerProcess(interpreter, pythonFolder);
      const starting = startStudy({
        loaded,
        interpreter,
        pythonFolder,
        executor: createLocalExecutor(spawner && { spawner }),
        clock: systemClock,
        address: this.#options.address,
        heard: (event) => {
          this.views.touch(id);
          this.#options.heard?.(id, event);
          this.#running.get(id)?.tell();
        },
        traced: () => {
          this.views.touch(id);
          this.#running.get(id)?.tell();
        },
        noticed: (text) => log("warn", `${loaded.study}: ${text}`),
        blocked: (error) => {
          const entry = this.#running.get(id);
          if (entry !== undefined) {
            if (error === undefined) delete entry.blocked;
            else entry.blocked = error.text;
          }
          log(
            error === undefined ? "info" : "error",
            error === undefined ? `${loaded.study}: the journal can be written again.` : error.text,
          );
          entry?.tell();
        },
      });
      starting
        .then(({ ended }) => ended)
        .finally(() => spawner?.close())
        .catch(() => {});
      const running = await starting;
      id = running.id;
      this.#running.set(id, { ...running, tell: throttle(CHANGE_INTERVAL, () => this.views.tell(id)) });
      this.views.forget(id);
      log(
        "info",
        `${loaded.study}: started (${basename(loaded.scriptPath)}, ${loaded.definition.strategy.name}).`,
      );
      running.ended
        .then(
          (end) => log("info", `${loaded.study}: ended (${end}).`),
          (error: unknown) => this.#failed(id, loaded.study, error),
        )
        .finally(() => this.#over(id))
        .catch(() => {});
      return await this.views.summary(id);
    } finally {
      this.#starting.delete(key);
    }
  }

  #failed(id: StudyId, name: string, error: unknown): void {
    const text =
      error instanceof TuningForkError
        ? error.text
        : `internal error: ${(error as Error).stack ?? String(error)}`;
    this.views.touch(id, text);
    this.#options.log("error", `${name}: ${text}`);
  }

  async #over(id: StudyId): Promise<void> {
    this.#running.get(id)?.tell.cancel();
    this.#running.delete(id);
    this.views.touch(id);
    await this.views.tell(id);
  }

  /** How the study's run ends, once its processes have; rejects with what ended it. */
  async ended(id: StudyId): Promise<StudyEnd> {
    const running = this.#running.get(id);
    if (running === undefined) throw new TuningForkError("study-not-running", "The study is not running.");
    return running.ended;
  }

  async stop(id: StudyId): Promise<StudySummary> {
    const running = this.#running.get(id);
    if (running === undefined) return this.#stopElsewhere(id);
    running.study.stop();
    await running.ended.catch(() => {});
    return this.views.summary(id);
  }

  async #stopElsewhere(id: StudyId): Promise<StudySummary> {
    const owner = ownerOf(id);
    if (owner?.address === undefined) {
      throw new TuningForkError(
        "study-not-running",
        "The study is not running.",
        "There is nothing to stop.",
      );
    }
    return callOwner(owner.address, "stop", { study: id });
  }

  /** Ends all that runs here; the studies go on when they are resumed. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.stop(id)));
  }

  async stopTrial(id: StudyId, trial: TrialNumber): Promise<null> {
    const running = this.#running.get(id);
    if (running !== undefined) {
      running.study.stopTrial(trial);
      return null;
    }
    const owner = ownerOf(id);
    if (owner?.address === undefined)
      throw new TuningForkError("study-not-running", "The study is not running.");
    return callOwner(owner.address, "stopTrial", { study: id, trial });
  }

  async enqueue(id: StudyId, configuration: Configuration): Promise<null> {
    const running = this.#running.get(id);
    if (running === undefined)
      throw new TuningForkError("study-not-running", "The study is not running.", "Resume it first.");
    const space = new Space(spaceOf(running.loaded.definition));
    const settled = space.settle(configuration);
    // Its own values, not the nearest ones, and names that the space does not have are told, not dropped.
    const given = Object.entries(configuration).filter(
      ([name]) => name in settled || !space.names.includes(name),
    );
    const wanted = { ...settled, ...Object.fromEntries(given) };
    const fault = space.check(wanted);
    if (fault !== undefined) throw new TuningForkError("bad-input", fault, "Choose other values.");
    running.study.enqueue(wanted);
    return null;
  }

  async repair(id: StudyId): Promise<EngineCalls["repair"]["result"]> {
    if (this.#running.has(id) || ownerOf(id) !== undefined) {
      throw new TuningForkError(
        "study-running",
        "The study is running.",
        "Stop it before its journal is repaired.",
      );
    }
    const result = await repairJournal(id);
    this.views.forget(id);
    await this.views.tell(id);
    return result;
  }

  dispose(): void {
    this.views.dispose();
  }
}
