import { join, resolve } from "node:path";
import { spaceOf } from "../definition/resolve.ts";
import { bracketsInsight } from "../insight/brackets.ts";
import { incumbentInsight } from "../insight/incumbent.ts";
import { parametersInsight } from "../insight/parameters.ts";
import { paretoInsight } from "../insight/pareto.ts";
import { frontNumbers, trialRow, trialRows } from "../insight/rows.ts";
import { schedulesInsight } from "../insight/schedules.ts";
import { assess } from "../insight/scores.ts";
import { studySummary } from "../insight/summary.ts";
import { StudyAttribute } from "../journal/attributes.ts";
import type { StudyHistory } from "../journal/history.ts";
import type { Definition } from "../protocol/definition.ts";
import type { EngineCalls, TrialQuery } from "../protocol/engine.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { Insight, InsightKind, SurfaceQuery } from "../protocol/insight.ts";
import type { StudyId, StudyStatus, StudySummary } from "../protocol/study.ts";
import type { TrialNumber } from "../protocol/trial.ts";
import { checkpointFolder, definitionFolder, findStudies, trialLogPath } from "../store/folder.ts";
import { ownerOf } from "../store/owner.ts";
import { strategies } from "../strategies/registry.ts";
import type { RunningStudy } from "../study/runner.ts";
import { runSpec, shellCommand } from "../trials/command.ts";
import { askedOf, type IdleStudy, type Plan, readIdle, stampOf } from "./idleStudy.ts";
import { Models } from "./models.ts";
import { StrategyViews } from "./strategyViews.ts";
import { Traces } from "./traces.ts";

/** How often journals that other processes write are looked at, in milliseconds. */
const WATCH_INTERVAL = 1_000;

export interface ViewsOptions {
  readonly pythonFolder: string;
  /** The study, where this process runs it; `blocked` says why it is held back. */
  running(study: StudyId): (RunningStudy & { readonly blocked?: string }) | undefined;
  changed(summary: StudySummary): void;
}

/** What is known of a study, wherever it runs. */
interface View {
  readonly history: StudyHistory;
  readonly definition: Definition | undefined;
  readonly status: StudyStatus;
  readonly message: string | undefined;
  readonly plan: Plan;
}

/** What people see of studies: of those that run here from memory, of all others from their journals. */
export class StudyViews {
  readonly #options: ViewsOptions;
  readonly #idle = new Map<StudyId, IdleStudy>();
  readonly #failures = new Map<StudyId, string>();
  readonly #revisions = new Map<StudyId, number>();
  readonly #watch: NodeJS.Timeout;
  readonly #models = new Models();
  readonly #strategies = new StrategyViews();
  readonly #traces = new Traces();

  constructor(options: ViewsOptions) {
    this.#options = options;
    this.#watch = setInterval(() => void this.#lookAtFiles(), WATCH_INTERVAL);
    this.#watch.unref();
  }

  dispose(): void {
    clearInterval(this.#watch);
  }

  /** The study has changed; `failure` says why its last run ended where that was a fault. */
  touch(id: StudyId, failure?: string): void {
    this.#revisions.set(id, (this.#revisions.get(id) ?? 0) + 1);
    if (failure !== undefined) this.#failures.set(id, failure);
  }

  /** What was read of it no longer counts: it is being run, or was repaired. */
  forget(id: StudyId): void {
    this.#idle.delete(id);
    this.#failures.delete(id);
    this.touch(id);
  }

  /** Tells the study as it is now to whoever listens. */
  async tell(id: StudyId): Promise<void> {
    await this.summary(id).then(
      (summary) => this.#options.changed(summary),
      () => {},
    );
  }

  async list(folders: readonly string[]): Promise<StudySummary[]> {
    const ids = await findStudies(folders);
    const summaries = await Promise.allSettled(ids.map((id) => this.summary(id)));
    // A journal whose study has not been written yet is none.
    return summaries.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  }

  async summary(id: StudyId): Promise<StudySummary> {
    try {
      return this.#summarise(id, await this.#view(id));
    } catch (error) {
      if (error instanceof TuningForkError && error.code === "unknown-study") throw error;
      throw new TuningForkError(
        "journal-damaged",
        `The study ${id} cannot be read: ${(error as Error).message}`,
        "Run Repair Journal.",
      );
    }
  }

  #summarise(id: StudyId, view: View): StudySummary {
    const file = view.history.attributes[StudyAttribute.file];
    const hash = view.history.attributes[StudyAttribute.scriptHash];
    const folder = definitionFolder(id);
    const definitionPath = typeof file === "string" && folder !== undefined ? join(folder, file) : undefined;
    return studySummary(view.history, {
      id,
      definition: view.definition,
      strategy: view.definition?.strategy.name ?? "unknown",
      scriptHash: hash === undefined ? undefined : String(hash),
      definitionPath,
      scriptPath: view.definition && folder && resolve(folder, view.definition.script),
      status: view.status,
      message: view.message,
      planned: view.plan.runs,
      revision: this.#revisions.get(id) ?? 0,
    });
  }

  async #view(id: StudyId): Promise<View> {
    const running = this.#options.running(id);
    if (running !== undefined) {
      return {
        history: running.store.history,
        definition: running.loaded.definition,
        status: "running",
        message: running.blocked,
        plan: {
          brackets: running.strategy.plan?.(),
          runs: running.strategy.planned?.(),
          asked: () => askedOf(running.strategy),
        },
      };
    }
    const idle = await this.#read(id);
    const owner = ownerOf(id);
    const state = idle.history.attributes[StudyAttribute.state];
    const finished = ["done", "converged", "score", "time"].includes(String(state));
    const damaged = idle.problems.length > 0;
    const first = idle.problems[0];
    return {
      history: owner === undefined ? atRest(idle.history) : idle.history,
      definition: idle.definition,
      status: owner !== undefined ? "running" : damaged ? "damaged" : finished ? "finished" : "stopped",
      message: first === undefined ? this.#failures.get(id) : `line ${first.line}: ${first.message}`,
      plan: idle.plan(),
    };
  }

  async #read(id: StudyId): Promise<IdleStudy> {
    const known = this.#idle.get(id);
    if (known !== undefined && known.stamp === (await stampOf(id))) return known;
    const idle = await readIdle(id);
    this.#idle.set(id, idle);
    this.touch(id);
    return idle;
  }

  /** Studies that a command line runs beside us: their journals grow without our doing. */
  async #lookAtFiles(): Promise<void> {
    for (const [id, idle] of this.#idle) {
      if (this.#options.running(id) !== undefined || idle.stamp === (await stampOf(id))) continue;
      await this.summary(id).then(
        (summary) => this.#options.changed(summary),
        () => this.#idle.delete(id),
      );
    }
  }

  async trials(query: TrialQuery): Promise<EngineCalls["trials"]["result"]> {
    return trialRows((await this.#view(query.study)).history, query);
  }

  async trial(id: StudyId, number: TrialNumber): Promise<EngineCalls["trial"]["result"]> {
    const view = await this.#view(id);
    const trial = view.history.trials[number];
    if (trial === undefined) throw new TuningForkError("bad-input", `The study has no trial #${number}.`);
    return {
      row: trialRow(
        view.history,
        trial,
        assess(view.history).scored.find((entry) => entry.trial === trial),
        frontNumbers(view.history),
      ),
      log: definitionFolder(id) === undefined ? undefined : trialLogPath(id, number),
      command: this.#commandOf(id, view, number) ?? "",
      why: describeNote(trial.note),
    };
  }

  #commandOf(id: StudyId, view: View, number: TrialNumber): string | undefined {
    const folder = definitionFolder(id);
    if (view.definition === undefined || folder === undefined) return undefined;
    const trial = view.history.trials[number]!;
    return shellCommand(
      runSpec({
        definition: {
          definition: view.definition,
          definitionPath: join(folder, "study.tune.json"),
          scriptPath: resolve(folder, view.definition.script),
          interpreter: this.#options.running(id)?.interpreter ?? view.definition.interpreter ?? "python3",
        },
        configuration: trial.configuration,
        budget: trial.budget,
        slot: 0,
        studyId: id,
        trial: number,
        logPath: trialLogPath(id, number),
        checkpoint: checkpointFolder(id, number),
        pythonFolder: this.#options.pythonFolder,
      }),
    );
  }

  async insight(id: StudyId, kind: InsightKind, query: SurfaceQuery = {}): Promise<Insight> {
    const { history, definition, plan } = await this.#view(id);
    const spec = () =>
      definition === undefined ? (history.space ?? { parameters: {} }) : spaceOf(definition);
    const unit = definition?.budget?.unit ?? definition?.budget?.parameter ?? "";
    switch (kind) {
      case "surface":
        return this.#models.surface(id, history, spec(), query);
      case "importance":
        return this.#models.importance(id, history, spec(), query);
      case "strategy":
        return this.#strategies.insight(id, { history, definition, query, asked: plan.asked });
      case "pareto":
        return paretoInsight(history);
      case "incumbent":
        return incumbentInsight(history);
      case "brackets":
        return bracketsInsight(history, plan.brackets, unit);
      case "schedules": {
        const strategy = strategies.find(({ name }) => name === definition?.strategy.name);
        return schedulesInsight(history, spec(), unit, strategy?.copies === true);
      }
      case "trace":
        return this.#traces.insight(id, history);
      case "parameters":
        return parametersInsight(history, spec());
    }
  }
}

/** A history as it looks while nobody works on it: what ran when the engine ended waits to be run again. */
function atRest(history: StudyHistory): StudyHistory {
  if (!history.trials.some(({ state }) => state === "running")) return history;
  const trials = history.trials.map((trial) =>
    trial.state === "running" ? { ...trial, state: "paused" as const } : trial,
  );
  const { name, studyId, goals, metricNames, attributes, space } = history;
  return { name, studyId, goals, metricNames, attributes, trials, ...(space && { space }) };
}

/** The strategy's own words on why it chose a configuration. */
function describeNote(note: unknown): string | undefined {
  if (note === undefined || note === null) return undefined;
  if (typeof note === "string") return note;
  if (typeof note === "object" && "why" in note) return String(note.why);
  return Object.entries(note as Record<string, unknown>)
    .map(
      ([key, value]) => `${key} ${typeof value === "number" ? Number(value.toPrecision(3)) : String(value)}`,
    )
    .join("; ");
}
