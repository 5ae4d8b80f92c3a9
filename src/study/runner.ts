import { basename, dirname, join, resolve } from "node:path";
import { objectivesOf } from "../definition/objectives.ts";
import { seconds, spaceOf } from "../definition/resolve.ts";
import { StudyAttribute } from "../journal/attributes.ts";
import type { Budget, Definition } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { StudyId } from "../protocol/study.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import { Space } from "../space/space.ts";
import { openCheckpoints } from "../store/checkpoints.ts";
import { checkpointFolder, prepareStudyFolder, tracePath, trialLogPath } from "../store/folder.ts";
import { claimStudy } from "../store/owner.ts";
import type { StudyStore } from "../store/store.ts";
import { openStore } from "../store/studyStore.ts";
import { completeOptions } from "../strategies/options.ts";
import { createStrategy, strategyKind } from "../strategies/registry.ts";
import type { RealTimeOptions } from "../strategies/rtho.ts";
import type { PolicyOptions } from "../strategies/stepSizePolicy.ts";
import type { Convergence, Strategy, StrategyInput } from "../strategies/strategy.ts";
import { runSpec } from "../trials/command.ts";
import type { ControlSocket } from "../trials/controlSocket.ts";
import type { Executor } from "../trials/executor.ts";
import type { Clock } from "./clock.ts";
import { controlTrainings, hypergradientRules } from "./control.ts";
import { type LoadedDefinition, readText, scriptHash } from "./definitions.ts";
import { readPolicies } from "./policies.ts";
import { Study } from "./study.ts";
import type { StudyEnd, StudyInput } from "./studyInput.ts";
import { takenOver as countTakenOver, missing, readEarlier, takeOver } from "./warmStart.ts";

/** Configurations to try where neither the definition nor the strategy says how many. */
const DEFAULT_TRIALS = 100;

export interface RunnerInput {
  readonly loaded: LoadedDefinition;
  readonly interpreter: string;
  /** Folder that holds the `tuning_fork` Python package. */
  readonly pythonFolder: string;
  readonly executor: Executor;
  readonly clock: Clock;
  /** Where this process can be reached while it runs the study. */
  readonly address: string | undefined;
  /** Hears every event once it is written. */
  heard(event: TrialEvent): void;
  /** There is something new in the trace of a training that is watched. */
  traced?(): void;
  blocked(error: TuningForkError | undefined): void;
  /** The strategy wants people to know something. */
  noticed?(text: string): void;
}

/** A study that runs in this process. */
export interface RunningStudy {
  readonly id: string;
  readonly loaded: LoadedDefinition;
  readonly store: StudyStore;
  readonly strategy: Strategy;
  readonly interpreter: string;
  readonly study: Study;
  /** Settles when the study has ended and its files are closed. */
  readonly ended: Promise<StudyEnd>;
}

/** What the strategy of a definition is made from. Pure: the same definition gives the same. */
export function strategyInput(definition: Definition, takenOver = 0): StrategyInput {
  const { name, ...options } = definition.strategy;
  const { budget } = definition;
  const trials =
    definition.stop?.trials ?? (budget === undefined && name !== "grid" ? DEFAULT_TRIALS : undefined);
  return {
    space: new Space(spaceOf(definition)),
    seed: definition.seed ?? 0,
    options,
    budget: budget && { min: budget.min, max: budget.max, eta: budget.eta ?? 3 },
    objectives: objectivesOf(definition).length,
    convergence: convergenceOf(definition),
    trials: trials === undefined ? undefined : trials + takenOver,
  };
}

/** The strategy of a definition, before any event. */
export function strategyOf(definition: Definition, takenOver = 0): { strategy: Strategy; space: Space } {
  const input = strategyInput(definition, takenOver);
  return { strategy: createStrategy(definition.strategy.name, input), space: input.space };
}

function convergenceOf({ stop }: Definition): Convergence | undefined {
  const { patience, improvement } = stop ?? {};
  return patience === undefined && improvement === undefined ? undefined : { patience, improvement };
}

/**
 * Opens the definition's study, creating it where there is none, replays its journal into its strategy and
 * runs it. Throws `study-running` when another process has it, `no-metric` when there is no objective yet.
 */
export async function startStudy(input: RunnerInput): Promise<RunningStudy> {
  const { loaded, clock, executor } = input;
  const { definition, definitionPath, scriptPath } = loaded;
  const objectives = namedObjectives(definition);
  const text = await readText(scriptPath, "The script");
  // A definition that makes no strategy gets no study either.
  const { strategy: plain, space } = strategyOf(definition);
  const earlier = await readEarlier(loaded, space, objectives);
  const id = await prepareStudyFolder(dirname(definitionPath), loaded.study);
  const ownership = claimStudy(id, input.address);
  try {
    const events: TrialEvent[] = [];
    let tell = (event: TrialEvent): unknown => events.push(event);
    const store = await openStore(id, {
      create: {
        name: loaded.study,
        goals: objectives.map(({ goal }) => goal),
        metricNames: objectives.map(({ metric }) => metric),
      },
      listener: (event) => tell(event),
    });
    checkSameObjectives(store, objectives);
    const fresh = missing(store.history, earlier);
    const more = countTakenOver(store.history) + fresh.length;
    const strategy = more === 0 ? plain : strategyOf(definition, more).strategy;
    for (const event of events) strategy.tell(event);
    tell = (event) => strategy.tell(event);
    await executor.endOrphans(id);
    store.setAttribute(StudyAttribute.definition, definition);
    store.setAttribute(StudyAttribute.file, basename(definitionPath));
    store.setAttribute(StudyAttribute.scriptHash, scriptHash(text));
    const budget = definition.budget?.max ?? 0;
    await takeOver(fresh, { store, space, objectives, budget, now: () => clock.now(), tell });
    const checkpoints = definition.budget?.mode === "resume" ? await openCheckpoints(id) : undefined;
    // Last, as nothing that fails from here on would close it.
    const control = await openControl(input, id, store);
    const study = new Study({
      store,
      strategy,
      executor,
      clock,
      space: space.spec,
      objectives,
      limits: definition.limits ?? [],
      budget: trialBudget(definition.budget),
      parallel: definition.parallel ?? 1,
      time: definition.stop?.time === undefined ? undefined : seconds(definition.stop.time),
      score: definition.stop?.score,
      checkpoints,
      spec: ({ trial, configuration, budget, slot, control: who }) =>
        runSpec({
          definition: { definition, definitionPath, scriptPath, interpreter: input.interpreter },
          configuration,
          budget,
          slot,
          studyId: id,
          trial,
          logPath: trialLogPath(id, trial),
          checkpoint: checkpointFolder(id, trial),
          pythonFolder: input.pythonFolder,
          control: who && control?.address,
        }),
      heard: (event) => store.whenWritten(() => input.heard(event)),
      blocked: input.blocked,
      ...(input.noticed && { noticed: input.noticed }),
    });
    const ended = study.run().finally(async () => {
      await control?.close();
      await store.close();
      ownership.release();
    });
    // Whoever waits for it hears of its failure; nobody waiting must not end the process.
    ended.catch(() => {});
    return { id, loaded, store, strategy, interpreter: input.interpreter, study, ended };
  } catch (error) {
    ownership.release();
    throw error;
  }
}

/** Listens for the trainings of a strategy that has them watched. */
async function openControl(
  { loaded: { definition, definitionPath }, pythonFolder, traced }: RunnerInput,
  id: StudyId,
  store: StudyStore,
): Promise<ControlSocket | undefined> {
  const { name, ...given } = definition.strategy;
  const kind = strategyKind(name);
  if (!kind.controls) return undefined;
  const options = completeOptions(kind, given) as unknown as PolicyOptions & Partial<RealTimeOptions>;
  const { policy = "", first, every } = options;
  const own = policy === "" ? undefined : resolve(dirname(definitionPath), policy);
  return controlTrainings({
    policies: await readPolicies(join(dirname(pythonFolder), "media", "learned"), own),
    looks: { first, every },
    ...hypergradientRules(options),
    control: (trial) => store.history.trials[trial]?.control,
    trace: (trial) => tracePath(id, trial),
    heard: () => traced?.(),
  });
}

function trialBudget(budget: Budget | undefined) {
  return budget && { mode: budget.mode, max: budget.max, progress: budget.progress };
}

type NamedObjective = StudyInput["objectives"][number];

/** @throws TuningForkError `no-metric` where one has no name yet. */
function namedObjectives(definition: Definition): readonly NamedObjective[] {
  return objectivesOf(definition).map(({ metric, goal }) => {
    if (metric !== undefined) return { metric, goal };
    throw new TuningForkError(
      "no-metric",
      "The definition names no objective.",
      "Pick a metric that the script prints.",
    );
  });
}

function checkSameObjectives(store: StudyStore, objectives: readonly NamedObjective[]): void {
  const { goals, metricNames, trials } = store.history;
  if (trials.length === 0) return;
  const words = (list: readonly { goal: string; metric: string | undefined }[]): string =>
    list.map(({ goal, metric }) => `${goal} ${metric}`).join(" and ");
  // A study that was made elsewhere may have no names.
  const before = words(goals.map((goal, i) => ({ goal, metric: metricNames[i] ?? objectives[i]?.metric })));
  const now = words(objectives);
  if (before === now) return;
  throw new TuningForkError(
    "bad-definition",
    `This study was started to ${before}; the definition now says to ${now}.`,
    "Scores of different objectives cannot be compared: set `study` to a new name.",
  );
}
