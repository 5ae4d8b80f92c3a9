import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Row } from "../collect.ts";
import {
  hasChoices,
  isNumeric,
  type ParameterType,
  type ScaleKind,
  scaleKind,
  withScale,
  withType,
} from "../convert.ts";
import type { Editor } from "../editor.ts";
import type { Option } from "../sync.ts";
import { formatValue, isLoose } from "../values.ts";
import { checkbox, numberField, problemLines, select, textField } from "./controls.ts";
import { openIcon } from "./icons.ts";
import { missingNotice } from "./notices.ts";
import { preview } from "./preview.ts";
import { rangeCell } from "./range.ts";
import { type ConditionOptions, conditionEditor, firstCondition } from "./when.ts";

const TYPES: readonly (Option & { readonly value: ParameterType })[] = [
  { value: "float", label: "float" },
  { value: "int", label: "int" },
  { value: "categorical", label: "choice" },
  { value: "ordinal", label: "ordinal" },
  { value: "boolean", label: "boolean" },
];

const SCALES: readonly (Option & { readonly value: ScaleKind })[] = [
  { value: "linear", label: "linear" },
  { value: "log", label: "log" },
  { value: "step", label: "step" },
];

/** Under which column the problems of a parameter's parts are said. */
const PROBLEM_COLUMNS: readonly (readonly [column: string, keys: readonly string[]])[] = [
  ["type", ["type", "enabled"]],
  ["range", ["low", "high", "step", "choices"]],
  ["scale", ["scale"]],
  ["default", ["default"]],
  ["when", ["when"]],
];

function toggleCell(editor: Editor, { name, on }: Row): TemplateResult {
  return checkbox({
    field: "enabled",
    label: `Tune ${name}`,
    checked: on,
    commit: (checked) => {
      editor.keep(name);
      editor.set(["space", name, "enabled"], checked ? undefined : false);
    },
  });
}

function typeCell(editor: Editor, { name, parameter, on }: Row): TemplateResult {
  const value = formatValue(parameter.type);
  if (!on) {
    return html`<span class="plain">${TYPES.find((type) => type.value === value)?.label ?? value}</span>`;
  }
  return select(editor, {
    path: ["space", name, "type"],
    field: "type",
    label: `Type of ${name}`,
    value,
    options: TYPES,
    quiet: true,
    commit: (type) => editor.set(["space", name], withType(parameter, type as ParameterType)),
  });
}

function scaleCell(editor: Editor, { name, parameter, on }: Row): TemplateResult | typeof nothing {
  if (!on || !isNumeric(parameter.type)) {
    return nothing;
  }
  return select(editor, {
    path: ["space", name, "scale"],
    field: "scale",
    label: `Scale of ${name}`,
    value: scaleKind(parameter),
    options: SCALES,
    quiet: true,
    commit: (kind) => editor.set(["space", name], withScale(parameter, kind as ScaleKind)),
  });
}

function choiceOptions(values: readonly unknown[]): Option[] {
  const options = values.map((value) => ({ value: JSON.stringify(value), label: formatValue(value) }));
  return [{ value: "", label: "–" }, ...options];
}

function defaultCell(editor: Editor, { name, parameter, on }: Row): TemplateResult {
  const path = ["space", name, "default"];
  const field = { path, field: "default", label: `Default of ${name}` };
  const value = parameter.default;
  if (!on) {
    return html`<span class="plain number">${formatValue(value)}</span>`;
  }
  if (isNumeric(parameter.type)) {
    const whole = parameter.type === "int";
    return numberField(editor, { ...field, value, whole, optional: true });
  }
  const values = parameter.type === "boolean" ? [true, false] : parameter.choices;
  if (Array.isArray(values)) {
    return select(editor, {
      ...field,
      value: value === undefined ? "" : JSON.stringify(value),
      options: choiceOptions(values),
      quiet: true,
      commit: (text) => editor.set(path, text === "" ? undefined : JSON.parse(text)),
    });
  }
  return textField(editor, {
    ...field,
    text: formatValue(value),
    read: (text) => ({ value: text === "" ? undefined : text }),
  });
}

function previewCell({ on, budget, parameter }: Row): TemplateResult | typeof nothing {
  if (budget) {
    return html`<span class="plain" title="The study sets it: see Budget">budget</span>`;
  }
  return on
    ? preview(parameter)
    : html`<span class="plain" title="The script keeps its own value">fixed</span>`;
}

function conditionOptions(editor: Editor, { name, parameter }: Row): ConditionOptions {
  const space = editor.model.definition?.space;
  const known = isLoose(space) ? space : {};
  return {
    path: ["space", name, "when"],
    condition: parameter.when,
    parents: Object.keys(known).filter((other) => other !== name),
    space: known,
    lead: "when",
  };
}

function whenCell(editor: Editor, row: Row, open: boolean): TemplateResult | typeof nothing {
  const { name, when, on } = row;
  if (!on) {
    return when ? html`<span class="plain">${when}</span>` : nothing;
  }
  const press = () => {
    if (when === "" && !open) {
      editor.set(["space", name, "when"], firstCondition(conditionOptions(editor, row)));
    }
    editor.toggle(`when:${name}`);
  };
  const title = when === "" ? "Tune it only where a condition holds" : `${when ?? "a condition"}: change it`;
  return html`<button
    type="button"
    class=${when === "" ? "when when-none" : "when"}
    data-field="when"
    aria-expanded=${open}
    aria-label="${name}: ${when === "" ? "always. Add a condition" : `when ${when ?? "see JSON"}`}"
    title=${title}
    @click=${press}
  >
    ${when === "" ? html`<span class="when-dash">–</span><span class="when-always">always</span><span class="when-add">add</span>` : (when ?? "see JSON")}
  </button>`;
}

function rowProblems(editor: Editor, { name }: Row): TemplateResult {
  const columns = PROBLEM_COLUMNS.map(([column, keys]) => {
    const messages = keys.flatMap((key) => editor.messages(["space", name, key]));
    return problemLines(messages, column);
  });
  return html`${problemLines(editor.messages(["space", name]), "name")}${columns}`;
}

function cell(column: string, content: unknown): TemplateResult {
  return html`<div role="cell" class="cell" data-column=${column}>${content}</div>`;
}

function rowClass({ on, parameter }: Row): string {
  return `row${on ? "" : " off"}${on && hasChoices(parameter.type) ? " with-choices" : ""}`;
}

function parameterRow(editor: Editor, row: Row): TemplateResult {
  const { name, hint, parameter, on } = row;
  const open = on && editor.isOpen(`when:${name}`);
  const description = typeof parameter.description === "string" ? parameter.description : "";
  return html`<div role="row" class=${rowClass(row)} data-parameter=${name}>
    ${cell("on", toggleCell(editor, row))}
    ${cell(
      "name",
      html`<span class="name" title=${description || name}>${name}</span><span class="hint-binding" title=${hint}>${hint}</span>`,
    )}
    ${cell("type", typeCell(editor, row))} ${cell("range", on ? rangeCell(editor, row) : nothing)}
    ${cell("scale", scaleCell(editor, row))} ${cell("default", defaultCell(editor, row))}
    ${cell("preview", previewCell(row))} ${cell("when", whenCell(editor, row, open))}
    ${rowProblems(editor, row)}
    ${open ? html`<div class="row-more">${conditionEditor(editor, conditionOptions(editor, row))}</div>` : nothing}
  </div>`;
}

function rows(editor: Editor, list: readonly Row[]): unknown {
  return repeat(
    list,
    (row) => row.name,
    (row) => parameterRow(editor, row),
  );
}

function foldedRows(editor: Editor): TemplateResult | typeof nothing {
  const { folded } = editor.model;
  if (folded.length === 0) {
    return nothing;
  }
  const open = editor.isOpen("off");
  return html`<div role="row" class="row-group">
      <div role="cell">
        <button type="button" id="off-parameters" aria-expanded=${open} @click=${() => editor.toggle("off")}>
          ${openIcon}${folded.length} parameters not tuned${
            open
              ? nothing
              : html`<span class="quiet names">${folded.map(({ name }) => name).join(", ")}</span>`
          }
        </button>
      </div>
    </div>
    ${open ? rows(editor, folded) : nothing}`;
}

const HEADINGS = ["Tuned", "Name", "Type", "Range", "Scale", "Default", "Preview", "When"];

/** The search space, a row for each parameter. */
export function parameters(editor: Editor): TemplateResult {
  const { model } = editor;
  const total = model.rows.length + model.folded.length;
  return html`<section class="parameters" aria-labelledby="parameters-title">
    <h2 id="parameters-title">Parameters <span class="quiet number">${model.tuned} of ${total} tuned</span></h2>
    ${problemLines(editor.messages(["space"]))}
    ${
      total === 0
        ? html`<p class="quiet">Parameters that are found in ${model.script} will be listed here.</p>`
        : html`<div role="table" class="table" aria-label="Parameters">
            <div role="row" class="head">
              ${HEADINGS.map(
                (name, index) => html`<div role="columnheader">
                  <span class=${index === 0 ? "visually-hidden" : ""}>${name}</span>
                </div>`,
              )}
            </div>
            ${rows(editor, model.rows)} ${foldedRows(editor)}
          </div>`
    }
    ${missingNotice(editor)}
  </section>`;
}
