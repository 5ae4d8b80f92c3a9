import { html, nothing, type TemplateResult } from "lit";
import type { Editor } from "../editor.ts";
import { type OptionField, optionFields, readOption, withStrategy } from "../strategyForm.ts";
import { formatDuration, formatValue, isLoose, type Loose, parseDuration } from "../values.ts";
import { checkbox, linkButton, numberField, problemLines, select, textField } from "./controls.ts";
import { openIcon } from "./icons.ts";
import { formRow } from "./objective.ts";

function strategyOf(editor: Editor): Loose {
  const strategy = editor.model.definition?.strategy;
  return isLoose(strategy) ? strategy : {};
}

function optionControl(editor: Editor, field: OptionField): TemplateResult {
  const path = ["strategy", field.key];
  if (field.kind === "boolean") {
    return checkbox({
      field: field.key,
      label: field.description || field.title,
      labelled: true,
      checked: field.value === true,
      commit: (checked) => editor.set(path, String(checked) === field.fallback ? undefined : checked),
    });
  }
  if (field.kind === "choice") {
    return select(editor, {
      path,
      field: field.key,
      label: field.title,
      value: JSON.stringify(field.value) ?? "",
      options: field.choices.map(({ value, ...rest }) => ({ value: JSON.stringify(value), ...rest })),
      commit: (text) => editor.set(path, JSON.parse(text)),
    });
  }
  return textField(editor, {
    path,
    field: field.key,
    label: field.title,
    text: field.set ? formatValue(field.value) : "",
    placeholder: field.fallback,
    size: field.kind === "text" || field.kind === "json" ? "wide" : "number",
    read: (text) => readOption(field, text),
  });
}

function optionRow(editor: Editor, field: OptionField): TemplateResult {
  return html`<div class="option" data-option=${field.key}>
    <div class="option-title">${field.title}</div>
    <div class="option-control">
      ${optionControl(editor, field)}
      ${problemLines(editor.messages(["strategy", field.key]))}
    </div>
    ${field.description && field.kind !== "boolean" ? html`<div class="option-description quiet">${field.description}</div>` : nothing}
  </div>`;
}

function strategyRow(editor: Editor): TemplateResult {
  const strategy = strategyOf(editor);
  const name = formatValue(strategy.name);
  const forms = editor.model.strategies;
  const form = forms.find((candidate) => candidate.name === name);
  const fields = form ? optionFields(form, strategy) : [];
  const wrong = fields.some(({ key }) => editor.messages(["strategy", key]).length > 0);
  const open = editor.isOpen("options") || wrong;
  const choose = (chosen: string) => {
    const next = forms.find((candidate) => candidate.name === chosen);
    if (next) {
      editor.set(["strategy"], withStrategy(strategy, next));
    }
  };
  const content = html`${select(editor, {
    path: ["strategy", "name"],
    field: "strategy",
    label: "Strategy",
    value: name,
    options: forms.map((candidate) => ({
      value: candidate.name,
      label: candidate.title,
      description: candidate.description,
    })),
    commit: choose,
  })}
  ${
    fields.length > 0
      ? linkButton({
          label: fields.length === 1 ? "1 option" : `${fields.length} options`,
          id: "options-toggle",
          icon: openIcon,
          expanded: open,
          press: () => editor.toggle("options"),
        })
      : nothing
  }
  ${form ? html`<div class="quiet strategy-description">${form.description}</div>` : nothing}
  ${open && fields.length > 0 ? html`<div class="options" id="options">${fields.map((field) => optionRow(editor, field))}</div>` : nothing}`;
  return formRow("strategy", "Strategy", content, [
    ...editor.messages(["strategy"]),
    ...editor.messages(["strategy", "name"]),
  ]);
}

function duration(
  editor: Editor,
  path: readonly string[],
  field: string,
  label: string,
  placeholder: string,
) {
  const [top = "", inner] = path;
  const value = editor.model.definition?.[top];
  return textField(editor, {
    path,
    field,
    label,
    text: formatDuration(inner === undefined ? value : isLoose(value) ? value[inner] : undefined),
    placeholder,
    size: "number",
    read: (text) => {
      if (text.trim() === "") {
        return { value: undefined };
      }
      const time = parseDuration(text);
      return time === undefined ? { error: "Write a time, such as 90s, 30m or 8h." } : { value: time };
    },
  });
}

function stopRow(editor: Editor): TemplateResult {
  const stop = editor.model.definition?.stop;
  const given = isLoose(stop) ? stop : {};
  const content = html`<span class="together" title="Configurations to try. Empty: the strategy’s own plan, else 100"
      >${numberField(editor, {
        path: ["stop", "trials"],
        field: "trials",
        label: "Stop after so many trials",
        value: given.trials,
        whole: true,
        optional: true,
        minimum: 1,
        placeholder: "its plan",
      })}<span>trials</span></span
    >
    <span class="together"><span class="quiet">or</span>${duration(editor, ["stop", "time"], "time", "Stop after this time", "any time")}</span>
    <span class="together"
      ><span class="quiet">or at a score of</span>${numberField(editor, {
        path: ["stop", "score"],
        field: "score",
        label: "Stop at a score as good as this",
        value: given.score,
        optional: true,
        placeholder: "any",
      })}</span
    >
    <span class="together"
      ><span class="quiet">or</span>${numberField(editor, {
        path: ["stop", "patience"],
        field: "patience",
        label: "Stop after so many trials in a row without a better score",
        value: given.patience,
        whole: true,
        optional: true,
        minimum: 1,
        placeholder: "any",
      })}<span>trials without a better one</span></span
    >
    <span
      class="together"
      title="A model of the scores expects to improve by less than this, in the metric’s unit, whatever is tried next"
      ><span class="quiet">or when less than</span>${numberField(editor, {
        path: ["stop", "improvement"],
        field: "improvement",
        label: "Stop when less improvement than this is expected",
        value: given.improvement,
        optional: true,
        placeholder: "nothing",
      })}<span class="quiet">is still to be gained</span></span
    >`;
  const messages = ["trials", "time", "score", "patience", "improvement"].flatMap((key) =>
    editor.messages(["stop", key]),
  );
  return formRow("stop-conditions", "Stop after", content, [...editor.messages(["stop"]), ...messages]);
}

function runRow(editor: Editor): TemplateResult {
  const { parallel, seed } = editor.model.definition ?? {};
  const content = html`<span class="together"
      >${numberField(editor, {
        path: ["parallel"],
        field: "parallel",
        label: "Trials at once",
        value: parallel,
        whole: true,
        optional: true,
        minimum: 1,
        placeholder: "1",
      })}<span>at once</span></span
    >
    <span class="together"
      ><span>seed</span>${numberField(editor, {
        path: ["seed"],
        field: "seed",
        label: "Seed",
        value: seed,
        whole: true,
        optional: true,
        minimum: 0,
        placeholder: "0",
      })}</span
    >
    <span class="together" title="A trial that runs longer is ended and counts as failed"
      ><span>at most</span>${duration(editor, ["timeout"], "timeout", "Longest time of one trial", "any time")}<span
        >a trial</span
      ></span
    >`;
  return formRow("run", "Run", content, [
    ...editor.messages(["parallel"]),
    ...editor.messages(["seed"]),
    ...editor.messages(["timeout"]),
  ]);
}

/** What decides on the configurations, and for how long. */
export function strategy(editor: Editor): TemplateResult {
  return html`<section class="form" aria-label="Strategy">
    ${strategyRow(editor)} ${stopRow(editor)} ${runRow(editor)}
  </section>`;
}
