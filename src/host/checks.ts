import type { EngineCall, EngineCalls, EngineEvents } from "../protocol/engine.ts";
import type { Insight, InsightKind, SurfaceQuery, TrialRow } from "../protocol/insight.ts";
import type { LearningUp } from "../protocol/learning.ts";
import type { EditorUp, JsonPath, PanelUp } from "../protocol/panel.ts";
import type { ScriptReport } from "../protocol/script.ts";
import type { StrategyInsight } from "../protocol/strategyInsight.ts";
import type { SeenMetric, StudySummary } from "../protocol/study.ts";

/** Guards for everything that reaches the host from another process. They check what the host relies on. */

type Fields = Readonly<Record<string, unknown>>;
type Guard<T> = (value: unknown) => value is T;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isString = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const optional = <T>(guard: Guard<T>, value: unknown): value is T | undefined | null =>
  value === undefined || value === null || guard(value);
const isListOf = <T>(guard: Guard<T>, value: unknown): value is T[] =>
  Array.isArray(value) && value.every((item) => guard(item));

const isList = (value: unknown): value is readonly never[] => Array.isArray(value);
const isNumbers = (value: unknown): value is number[] => isListOf(isNumber, value);
const isStrings = (value: unknown): value is string[] => isListOf(isString, value);

const STATUSES: ReadonlySet<unknown> = new Set(["running", "finished", "stopped", "damaged"]);
const STATES: ReadonlySet<unknown> = new Set([
  "running",
  "paused",
  "complete",
  "stopped",
  "failed",
  "waiting",
]);
const GOALS: ReadonlySet<unknown> = new Set(["minimize", "maximize"]);

const isBest = (value: unknown): value is NonNullable<StudySummary["best"]> =>
  isObject(value) && isNumber(value.number) && optional(isNumber, value.value) && isObject(value.params);

export const isStudySummary: Guard<StudySummary> = (value): value is StudySummary =>
  isObject(value) &&
  [value.id, value.name, value.strategy, value.metric].every(isString) &&
  STATUSES.has(value.status) &&
  GOALS.has(value.goal) &&
  isObject(value.counts) &&
  Object.values(value.counts).every(isNumber) &&
  isNumber(value.done) &&
  isNumber(value.revision) &&
  optional(isNumber, value.planned) &&
  [value.definitionPath, value.scriptPath, value.scriptHash].every((item) => optional(isString, item)) &&
  optional(isBest, value.best) &&
  optional(isList, value.objectives) &&
  optional(isList, value.front);

export const isTrialRow: Guard<TrialRow> = (value): value is TrialRow =>
  isObject(value) &&
  isNumber(value.number) &&
  STATES.has(value.state) &&
  isNumber(value.budget) &&
  isObject(value.configuration) &&
  Array.isArray(value.curve) &&
  optional(isNumber, value.score) &&
  optional(isNumbers, value.scores) &&
  optional(isStrings, value.broken) &&
  optional(isString, value.reason);

const isSeenMetric: Guard<SeenMetric> = (value): value is SeenMetric =>
  isObject(value) && isString(value.name) && Array.isArray(value.values) && GOALS.has(value.goal);

const isScriptReport: Guard<ScriptReport> = (value): value is ScriptReport =>
  isObject(value) && Array.isArray(value.parameters) && Array.isArray(value.warnings);

const INSIGHT_LISTS: Readonly<Record<Exclude<InsightKind, "strategy">, string>> = {
  brackets: "brackets",
  incumbent: "points",
  parameters: "parameters",
  surface: "points",
  pareto: "points",
  importance: "parameters",
  schedules: "series",
  trace: "lines",
};

const STRATEGY_LISTS: Readonly<Record<StrategyInsight["view"], string>> = {
  densities: "good",
  bandit: "arms",
  population: "points",
  distribution: "points",
  chains: "chains",
  other: "offers",
};

/** The list that an insight of its kind, and of its view, has in any case. */
function listOf({ kind, view }: Fields): unknown {
  const [lists, name] = kind === "strategy" ? [STRATEGY_LISTS, view] : [INSIGHT_LISTS, kind];
  return isString(name) && Object.hasOwn(lists, name) ? (lists as Fields)[name] : undefined;
}

export const isInsight: Guard<Insight> = (value): value is Insight => {
  if (!isObject(value) || !isString(value.metric)) {
    return false;
  }
  const list = listOf(value);
  return isString(list) && Array.isArray(value[list]);
};

/** One guard a call: an answer of another shape is an `internal` error, never a crash further on. */
export const resultChecks: { readonly [K in EngineCall]: Guard<EngineCalls[K]["result"]> } = {
  hello: (value): value is EngineCalls["hello"]["result"] =>
    isObject(value) && isNumber(value.protocol) && isString(value.version) && isNumber(value.pid),
  studies: (value): value is EngineCalls["studies"]["result"] => isListOf(isStudySummary, value),
  study: isStudySummary,
  inspect: isScriptReport,
  probe: (value): value is EngineCalls["probe"]["result"] =>
    isObject(value) && isListOf(isSeenMetric, value.metrics) && isString(value.output),
  start: isStudySummary,
  stop: isStudySummary,
  stopTrial: (value): value is null => value === null,
  trials: (value): value is EngineCalls["trials"]["result"] =>
    isObject(value) && isListOf(isTrialRow, value.rows) && isNumber(value.total),
  trial: (value): value is EngineCalls["trial"]["result"] =>
    isObject(value) && isTrialRow(value.row) && isString(value.command) && optional(isString, value.log),
  insight: isInsight,
  enqueue: (value): value is null => value === null,
  learn: (value): value is EngineCalls["learn"]["result"] =>
    isObject(value) && isString(value.file) && isNumber(value.seconds) && typeof value.complete === "boolean",
  repair: (value): value is EngineCalls["repair"]["result"] =>
    isObject(value) && isNumber(value.kept) && optional(isString, value.aside),
  shutdown: (value): value is null => value === null,
};

const LEVELS: ReadonlySet<unknown> = new Set(["info", "warn", "error"]);

export const eventChecks: { readonly [K in keyof EngineEvents]: Guard<EngineEvents[K]> } = {
  changed: isStudySummary,
  learning: (value): value is EngineEvents["learning"] =>
    isObject(value) &&
    isString(value.file) &&
    isNumber(value.iteration) &&
    isNumber(value.of) &&
    isObject(value.figures) &&
    // A figure that was no number has come as null.
    Object.values(value.figures).every((figure) => optional(isNumber, figure)),
  log: (value): value is EngineEvents["log"] =>
    isObject(value) && LEVELS.has(value.level) && isString(value.text),
};

/** Where an engine listens: the content of `engine.json` in its runtime folder. */
export interface EngineAddress {
  readonly pid: number;
  /** Path of a Unix socket, or name of a Windows pipe. */
  readonly address: string;
}

export const isEngineAddress: Guard<EngineAddress> = (value): value is EngineAddress =>
  isObject(value) && isNumber(value.pid) && isString(value.address);

const FORMATS: ReadonlySet<unknown> = new Set(["svg", "png", "csv", "json"]);
const PANELS: ReadonlySet<unknown> = new Set([
  "brackets",
  "incumbent",
  "surface",
  "importance",
  "strategy",
  "pareto",
  "schedules",
  "trace",
]);

const ACQUISITIONS: ReadonlySet<unknown> = new Set([undefined, "log-ei", "ei", "pi", "ucb"]);
const OTHERS: ReadonlySet<unknown> = new Set([undefined, "incumbent", "average"]);

export const isSurfaceQuery: Guard<SurfaceQuery> = (value): value is SurfaceQuery =>
  isObject(value) &&
  [value.x, value.y].every((name) => optional(isString, name)) &&
  ACQUISITIONS.has(value.acquisition) &&
  OTHERS.has(value.others) &&
  optional(isNumber, value.at);

export const isPanelUp: Guard<PanelUp> = (value): value is PanelUp => {
  if (!isObject(value)) {
    return false;
  }
  switch (value.type) {
    case "ready":
    case "start":
      return true;
    case "select":
    case "use":
      return isNumber(value.trial);
    case "query":
      return isSurfaceQuery(value.query);
    case "openPanel":
      return PANELS.has(value.panel);
    case "enqueue":
      return isObject(value.configuration);
    case "save":
      return isSave(value);
    default:
      return false;
  }
};

const isSave = (value: Fields): boolean =>
  FORMATS.has(value.format) && isString(value.content) && isString(value.name);

export const isLearningUp: Guard<LearningUp> = (value): value is LearningUp =>
  isObject(value) &&
  (value.type === "ready" || value.type === "stop" || (value.type === "save" && isSave(value)));

const isJsonPath: Guard<JsonPath> = (value): value is JsonPath =>
  Array.isArray(value) && value.every((key) => isString(key) || isNumber(key));

export const isEditorUp: Guard<EditorUp> = (value): value is EditorUp => {
  if (!isObject(value)) {
    return false;
  }
  switch (value.type) {
    case "ready":
    case "start":
    case "stop":
    case "openScript":
    case "pickMetric":
    case "addMissing":
      return true;
    case "set":
      return isJsonPath(value.path);
    case "openText":
      return optional(isNumber, value.offset);
    case "openPanel":
      return PANELS.has(value.panel);
    default:
      return false;
  }
};
