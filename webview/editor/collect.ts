import type { DefinitionProblem } from "../../src/protocol/definition.ts";
import type { EditorDown } from "../../src/protocol/panel.ts";
import type { StudySummary } from "../../src/protocol/study.ts";
import { conditionText } from "./condition.ts";
import { placeProblems } from "./problems.ts";
import { optionFields } from "./strategyForm.ts";
import { formatNumber, isLoose, type Loose, sameJson } from "./values.ts";

/** One row of the table. */
export interface Row {
  readonly name: string;
  /** The parameter as it stands in the file, right or wrong. */
  readonly parameter: Loose;
  readonly on: boolean;
  /** How the value reaches the script: `--lr`, `LR =`. */
  readonly hint: string;
  /** Whether its values are budgets: such a parameter is set by the study, not tuned. */
  readonly budget: boolean;
  /** Its condition in words, "" for none; undefined where it cannot be read. */
  readonly when: string | undefined;
}

/** The state of the study and what the one big button does about it. */
export interface StudyState {
  readonly tone: "none" | "running" | "stopped" | "finished" | "failed";
  readonly label: string;
  readonly detail: string;
  readonly button: { readonly label: string; readonly intent: "start" | "stop" };
  /** Why the button cannot be pressed. */
  readonly blocked: string | undefined;
}

export interface Model {
  readonly fileName: string;
  readonly script: string;
  /** Undefined while the text cannot be read. */
  readonly definition: Loose | undefined;
  readonly rows: readonly Row[];
  /** Rows that are off, when there are so many that they fold away. */
  readonly folded: readonly Row[];
  readonly tuned: number;
  readonly study: StudyState;
  readonly hasStudy: boolean;
  /** The study runs with other values than those shown: they were changed since. */
  readonly ahead: boolean;
  readonly trusted: boolean;
  readonly missing: readonly string[];
  readonly metrics: EditorDown["metrics"];
  readonly strategies: EditorDown["strategies"];
  readonly problems: ReadonlyMap<string, readonly DefinitionProblem[]>;
  /** All of them, in the order of the text. */
  readonly allProblems: readonly DefinitionProblem[];
}

/** So many rows that are off stay where they are; more fold away. */
export const MOST_OFF_ROWS = 3;

const PARAMETER_KEYS = ["enabled", "type", "low", "high", "step", "choices", "scale", "default", "when"];
const FIXED_SLOTS = [
  "script",
  "objective",
  "objective.metric",
  "objective.goal",
  "limits",
  "budget",
  "budget.parameter",
  "budget.min",
  "budget.max",
  "budget.mode",
  "budget.eta",
  "budget.unit",
  "space",
  "forbidden",
  "relations",
  "strategy",
  "strategy.name",
  "stop",
  "stop.trials",
  "stop.time",
  "stop.score",
  "parallel",
  "seed",
  "timeout",
];

/** How a value reaches the script, as short as it can be said. */
export function bindingHint(name: string, bind: unknown): string {
  if (!isLoose(bind)) {
    return `--${name}`;
  }
  if (typeof bind.flag === "string") {
    return bind.flag;
  }
  if (typeof bind.constant === "string") {
    return `${bind.constant} =`;
  }
  if (typeof bind.env === "string") {
    return `$${bind.env}`;
  }
  if (isLoose(bind.literal)) {
    return `line ${bind.literal.at}`;
  }
  return bind.params === true ? "params" : "";
}

/** Where a proposed range comes from, in words; undefined for one that nobody proposed. */
export function proposalText(source: unknown): string | undefined {
  if (typeof source !== "string" || source === "" || source === "the script's choices") {
    return undefined;
  }
  const prior = /^prior: (.+)$/.exec(source)?.[1];
  if (prior !== undefined) {
    return `Proposed range: what is usual for ${prior}.`;
  }
  return `Proposed range: ${source.startsWith("around") ? source : `from its ${source}`}.`;
}

function collectRows(definition: Loose): Row[] {
  const space = isLoose(definition.space) ? definition.space : {};
  const budget = isLoose(definition.budget) ? definition.budget.parameter : undefined;
  return Object.entries(space).map(([name, value]) => {
    const parameter = isLoose(value) ? value : {};
    return {
      name,
      parameter,
      on: parameter.enabled !== false,
      hint: bindingHint(name, parameter.bind),
      budget: budget === name,
      when: conditionText(parameter.when),
    };
  });
}

/** Every path that has a control of its own. */
function* slotsOf(
  definition: Loose,
  rows: readonly Row[],
  strategies: EditorDown["strategies"],
): Generator<string> {
  yield* FIXED_SLOTS;
  for (const { name } of rows) {
    yield `space.${name}`;
    yield* PARAMETER_KEYS.map((key) => `space.${name}.${key}`);
  }
  for (const key of ["forbidden", "relations"]) {
    const items = definition[key];
    yield* (Array.isArray(items) ? items : []).map((_, index) => `${key}.${index}`);
  }
  const { objective, limits, strategy } = definition;
  for (const index of Array.isArray(objective) ? objective.keys() : []) {
    yield* ["", ".metric", ".goal"].map((key) => `objective.${index}${key}`);
  }
  for (const index of Array.isArray(limits) ? limits.keys() : []) {
    yield* ["", ".metric", ".min", ".max"].map((key) => `limits.${index}${key}`);
  }
  const form = strategies.find(({ name }) => isLoose(strategy) && strategy.name === name);
  if (form && isLoose(strategy)) {
    yield* optionFields(form, strategy).map(({ key }) => `strategy.${key}`);
  }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Three significant digits: what a score is read to. */
export function formatScore(value: number): string {
  return formatNumber(Number(value.toPrecision(3)));
}

function progress(study: StudySummary): string {
  const planned = typeof study.planned === "number";
  const done = planned ? `${study.done} of ${study.planned}` : plural(study.done, "run");
  if (study.front) {
    return `${done} · front of ${study.front.length}`;
  }
  return study.best ? `${done} · best ${formatScore(study.best.value)}` : done;
}

function describe(study: StudySummary | undefined): Omit<StudyState, "blocked"> {
  const start = { label: "Start study", intent: "start" } as const;
  if (!study) {
    return { tone: "none", label: "Not started", detail: "", button: start };
  }
  const detail = progress(study);
  const resume = { label: "Resume study", intent: "start" } as const;
  switch (study.status) {
    case "running":
      return { tone: "running", label: "Running", detail, button: { label: "Stop", intent: "stop" } };
    case "finished":
      return { tone: "finished", label: "Finished", detail, button: resume };
    case "stopped":
      return { tone: "stopped", label: "Stopped", detail, button: resume };
    case "damaged":
      return { tone: "failed", label: "Journal damaged", detail: study.message ?? "", button: resume };
  }
}

function isAhead(study: StudySummary | undefined, definition: unknown): boolean {
  const started = study?.status === "running" ? study.definition : undefined;
  return started !== undefined && !sameJson(started, definition);
}

function blockedBy(message: EditorDown, button: StudyState["button"], errors: number): string | undefined {
  if (button.intent === "stop") {
    return undefined;
  }
  const problems = message.problems.length + errors;
  if (message.definition === undefined) {
    return `${message.fileName} cannot be read`;
  }
  if (message.study?.status === "damaged") {
    return "Its journal cannot be read";
  }
  if (problems > 0) {
    return `${plural(problems, "problem")} to solve first`;
  }
  return message.trusted ? undefined : "This folder is not trusted";
}

/** A row in the fold is out of sight: one with a problem stays, and one that was switched off just now. */
function folds(row: Row, problems: ReadonlyMap<string, unknown>, kept: ReadonlySet<string>): boolean {
  const path = `space.${row.name}`;
  return (
    !row.on &&
    !kept.has(row.name) &&
    !problems.has(path) &&
    !PARAMETER_KEYS.some((key) => problems.has(`${path}.${key}`))
  );
}

/**
 * What the editor draws.
 * @param definition the message's definition with the edits that are still on their way
 * @param kept rows that were switched on or off while this page is open: they do not move
 * @param errors what was typed and could not be sent, a number of controls
 */
export function collect(
  message: EditorDown,
  definition: unknown,
  kept: ReadonlySet<string>,
  errors: number,
): Model {
  const readable = isLoose(definition) ? definition : undefined;
  const rows = readable ? collectRows(readable) : [];
  const problems = placeProblems(
    message.problems,
    readable ? slotsOf(readable, rows, message.strategies) : [],
  );
  const foldable = rows.filter((row) => folds(row, problems, kept));
  const folded = foldable.length > MOST_OFF_ROWS ? foldable : [];
  const study = describe(message.study);
  return {
    fileName: message.fileName,
    script: typeof readable?.script === "string" ? readable.script : message.fileName,
    definition: readable,
    rows: rows.filter((row) => !folded.includes(row)),
    folded,
    tuned: rows.filter((row) => row.on).length,
    study: { ...study, blocked: blockedBy(message, study.button, errors) },
    hasStudy: message.study !== undefined,
    ahead: isAhead(message.study, definition),
    trusted: message.trusted,
    missing: message.missing,
    metrics: message.metrics,
    strategies: message.strategies,
    problems,
    allProblems: [...message.problems].sort((a, b) => a.offset - b.offset),
  };
}
