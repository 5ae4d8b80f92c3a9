import { html, nothing, type TemplateResult } from "lit";
import type { BudgetMode } from "../../../src/protocol/definition.ts";
import type { JsonPath } from "../../../src/protocol/panel.ts";
import type { SeenMetric } from "../../../src/protocol/study.ts";
import { formatScore } from "../collect.ts";
import type { Editor } from "../editor.ts";
import type { Option } from "../sync.ts";
import { formatValue, isLoose, type Loose } from "../values.ts";
import type { Suggestion } from "./combobox.ts";
import { iconButton, linkButton, numberField, problemLines, select, textField } from "./controls.ts";
import { addIcon, removeIcon } from "./icons.ts";

const GOALS: readonly Option[] = [
  { value: "minimize", label: "minimize" },
  { value: "maximize", label: "maximize" },
];

const MODES: readonly (Option & { readonly value: BudgetMode })[] = [
  {
    value: "pause",
    label: "by pausing",
    description:
      "A trial starts with the full budget and is suspended at each rung. No epoch is trained twice.",
  },
  {
    value: "restart",
    label: "by restarting",
    description: "A trial that goes on runs again from the start, with the larger budget as a flag.",
  },
  {
    value: "resume",
    label: "by resuming",
    description: "A trial that goes on runs again from its own checkpoint, in a folder that is kept for it.",
  },
  {
    value: "stop",
    label: "by stopping",
    description: "A trial starts with the full budget and runs on unless it is stopped.",
  },
];

/** A labelled line of the form. */
export function formRow(
  id: string,
  label: string,
  content: unknown,
  messages: readonly string[] = [],
): TemplateResult {
  return html`<div class="form-row" id=${id} role="group" aria-label=${label}>
    <div class="form-label" aria-hidden="true">${label}</div>
    <div class="form-content">
      <div class="form-line">${content}</div>
      ${problemLines(messages)}
    </div>
  </div>`;
}

/** A metric that was seen, with its last value and its curve. */
export function metricSuggestion({ name, values }: SeenMetric): Suggestion {
  const last = values.at(-1);
  return last === undefined ? { value: name } : { value: name, detail: formatScore(last), curve: values };
}

/** A metric that the script has printed brings its direction along. */
function chooseMetric(editor: Editor, path: JsonPath, objective: Loose, name: string): void {
  const seen = editor.model.metrics.find((metric) => metric.name === name);
  if (seen?.known && seen.goal !== objective.goal) {
    editor.set(path, { ...objective, metric: name, goal: seen.goal });
  } else {
    editor.set([...path, "metric"], name === "" ? undefined : name);
  }
}

/** Metric and goal of one objective; `suffix` tells the controls of several apart. */
function objectiveControls(
  editor: Editor,
  path: JsonPath,
  objective: Loose,
  suffix: string,
): readonly TemplateResult[] {
  const metric = editor.messages([...path, "metric"]);
  return [
    html`<tune-combobox
      id=${suffix === "" ? "metric" : `metric-${suffix}`}
      data-field="metric"
      .label=${`Metric ${suffix}`.trim()}
      .placeholder=${"A name that the script prints"}
      .value=${formatValue(objective.metric)}
      .invalid=${metric.length > 0}
      .messages=${metric}
      .suggestions=${editor.model.metrics.map(metricSuggestion)}
      .commit=${(name: string) => chooseMetric(editor, path, objective, name)}
    ></tune-combobox>`,
    html`${select(editor, {
      path: [...path, "goal"],
      field: "goal",
      label: `Goal ${suffix}`.trim(),
      value: formatValue(objective.goal),
      options: GOALS,
      commit: (goal) => editor.set([...path, "goal"], goal),
    })}`,
  ];
}

/** A list with one objective left is that objective. */
function removeObjective(editor: Editor, list: readonly unknown[], index: number): void {
  const left = list.filter((_, i) => i !== index);
  editor.set(["objective"], left.length === 1 ? left[0] : left);
}

function objectiveLine(editor: Editor, list: readonly unknown[], index: number): TemplateResult {
  const objective = list[index];
  const number = String(index + 1);
  return html`<span class="together"
    >${objectiveControls(editor, ["objective", index], isLoose(objective) ? objective : {}, number)}
    ${iconButton({
      label: `Remove objective ${number}`,
      action: "remove-objective",
      icon: removeIcon,
      press: () => removeObjective(editor, list, index),
    })}</span
  >`;
}

export function objectiveRow(editor: Editor): TemplateResult {
  const given = editor.model.definition?.objective;
  const one = isLoose(given) ? given : {};
  const list: readonly unknown[] | undefined = Array.isArray(given) ? given : undefined;
  const paths: readonly JsonPath[] =
    list === undefined ? [["objective"]] : list.map((_, index) => ["objective", index]);
  const messages = paths.flatMap((path) =>
    ["metric", "goal"].flatMap((key) => editor.messages([...path, key])),
  );
  const rows = list === undefined ? [] : paths.flatMap((path) => editor.messages(path));
  const lines =
    list === undefined
      ? objectiveControls(editor, ["objective"], one, "")
      : list.map((_, index) => objectiveLine(editor, list, index));
  return formRow(
    "objective",
    list === undefined ? "Objective" : "Objectives",
    html`${lines}
      ${linkButton({
        label: "Add an objective",
        id: "add-objective",
        icon: addIcon,
        title: "Weighs several metrics against each other: the study looks for the best compromises",
        press: () => editor.set(["objective"], [...(list ?? [one]), { metric: "", goal: "minimize" }]),
      })}
      ${linkButton({
        label: "Pick from a first run",
        id: "pick-metric",
        title: "Runs the script once with its own values and lists what it prints",
        press: () => editor.send({ type: "pickMetric" }),
      })}`,
    [...editor.messages(["objective"]), ...rows, ...messages],
  );
}

/** Parameters that can set a budget: whole numbers, and what is set now. */
function budgetSuggestions(editor: Editor): Suggestion[] {
  return [...editor.model.rows, ...editor.model.folded]
    .filter(({ parameter }) => parameter.type === "int")
    .map(({ name, hint }) => ({ value: name, detail: hint }));
}

function chooseBudgetParameter(editor: Editor, budget: Loose, name: string): void {
  const { parameter: _parameter, bind: _bind, ...rest } = budget;
  const row = [...editor.model.rows, ...editor.model.folded].find((candidate) => candidate.name === name);
  const bind = row?.parameter.bind;
  if (name === "") {
    editor.set(["budget"], rest);
  } else {
    editor.set(["budget"], { parameter: name, ...(bind === undefined ? {} : { bind }), ...rest });
  }
}

function budgetControls(editor: Editor, budget: Loose): TemplateResult {
  const number = (key: string, label: string) =>
    numberField(editor, { path: ["budget", key], field: key, label, value: budget[key] });
  const unit = formatValue(budget.unit);
  return html`<tune-combobox
      id="budget-parameter"
      data-field="parameter"
      .label=${"Parameter that sets the budget"}
      .placeholder=${"the script’s own length"}
      .value=${formatValue(budget.parameter)}
      .invalid=${editor.messages(["budget", "parameter"]).length > 0}
      .messages=${editor.messages(["budget", "parameter"])}
      .suggestions=${budgetSuggestions(editor)}
      .commit=${(name: string) => chooseBudgetParameter(editor, budget, name)}
    ></tune-combobox>
    <span class="together"
      >${number("min", "Smallest budget")}<span class="quiet">…</span>${number("max", "Largest budget")}${textField(
        editor,
        {
          path: ["budget", "unit"],
          field: "unit",
          label: "Unit",
          text: unit,
          placeholder: formatValue(budget.parameter) || "unit",
          read: (text) => ({ value: text.trim() === "" ? undefined : text.trim() }),
        },
      )}</span
    >
    ${select(editor, {
      path: ["budget", "mode"],
      field: "mode",
      label: "How a trial goes on to a larger budget",
      value: formatValue(budget.mode),
      options: MODES,
      commit: (mode) => editor.set(["budget", "mode"], mode),
    })}
    <span class="together" title="One configuration in η goes on to the next rung"
      ><span class="quiet">η</span>${numberField(editor, {
        path: ["budget", "eta"],
        field: "eta",
        label: "Eta: one configuration in so many goes on to the next rung",
        value: budget.eta,
        optional: true,
        minimum: 2,
        placeholder: "3",
      })}</span
    >
    ${iconButton({
      label: "Remove the budget",
      action: "remove-budget",
      icon: removeIcon,
      press: () => editor.set(["budget"], undefined),
    })}`;
}

/** The form of the strategy that the definition names; undefined where it names none. */
export function chosenStrategy(editor: Editor) {
  const strategy = editor.model.definition?.strategy;
  const name = isLoose(strategy) ? strategy.name : undefined;
  return editor.model.strategies.find((candidate) => candidate.name === name);
}

/** Whether budget and strategy go together, in one sentence. */
function budgetHint(editor: Editor, hasBudget: boolean): string | undefined {
  const form = chosenStrategy(editor);
  if (!form || form.multiFidelity === "either" || form.multiFidelity === hasBudget) {
    return undefined;
  }
  return hasBudget
    ? `${form.title} runs every trial to the largest budget.`
    : `${form.title} compares trials at several budgets: add one.`;
}

export function budgetRow(editor: Editor): TemplateResult {
  const budget = editor.model.definition?.budget;
  const keys = ["parameter", "min", "max", "mode", "eta", "unit"];
  const messages = keys.flatMap((key) => editor.messages(["budget", key]));
  const hint = budgetHint(editor, isLoose(budget));
  const content = isLoose(budget)
    ? budgetControls(editor, budget)
    : linkButton({
        label: "Add a budget",
        id: "add-budget",
        icon: addIcon,
        press: () => {
          const mode = chosenStrategy(editor)?.copies ? "resume" : "pause";
          editor.set(["budget"], { min: 1, max: 81, mode, eta: 3 });
        },
      });
  return formRow(
    "budget",
    "Budget",
    html`${content}${hint ? html`<span class="quiet hint">${hint}</span>` : nothing}`,
    [...editor.messages(["budget"]), ...messages],
  );
}
