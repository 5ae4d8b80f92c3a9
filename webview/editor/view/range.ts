import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Row } from "../collect.ts";
import { proposalText } from "../collect.ts";
import { hasChoices, isNumeric, withRange } from "../convert.ts";
import type { Editor } from "../editor.ts";
import { formatValue, parseValue, sameJson } from "../values.ts";
import { numberField, textField } from "./controls.ts";
import { proposedIcon, removeIcon } from "./icons.ts";

/** A range changed by hand is no longer the one that was proposed: both in one edit. */
function changeRange(editor: Editor, { name, parameter }: Row, key: string, value: unknown): void {
  if (parameter.source === undefined) {
    editor.set(["space", name, key], value);
  } else {
    editor.set(["space", name], withRange(parameter, { [key]: value }));
  }
}

function bound(editor: Editor, row: Row, key: string, label: string): TemplateResult {
  return numberField(editor, {
    path: ["space", row.name, key],
    field: key,
    label: `${row.name}: ${label}`,
    value: row.parameter[key],
    whole: row.parameter.type === "int",
    commit: (value) => changeRange(editor, row, key, value),
  });
}

function numericRange(editor: Editor, row: Row): TemplateResult {
  return html`<div class="range">
    ${bound(editor, row, "low", "lowest value")}<span class="quiet" aria-hidden="true">…</span>${bound(
      editor,
      row,
      "high",
      "highest value",
    )}
    ${
      row.parameter.step === undefined
        ? nothing
        : html`<span class="quiet" aria-hidden="true">by</span>${bound(editor, row, "step", "step")}`
    }
    ${proposedMark(row)}
  </div>`;
}

function setChoices(editor: Editor, row: Row, choices: readonly unknown[]): void {
  const gone =
    row.parameter.default !== undefined && !choices.some((one) => sameJson(one, row.parameter.default));
  if (gone) {
    editor.set(["space", row.name], withRange(row.parameter, { choices, default: choices[0] }));
  } else {
    changeRange(editor, row, "choices", choices);
  }
}

function moved(choices: readonly unknown[], from: number, to: number): unknown[] {
  const next = [...choices];
  const [item] = next.splice(from, 1);
  next.splice(to, 0, item);
  return next;
}

/** One choice. Delete removes it; the choices of an ordinal parameter move with Alt and the arrow keys. */
function chip(editor: Editor, row: Row, choices: readonly unknown[], index: number): TemplateResult {
  const text = formatValue(choices[index]);
  const remove = () =>
    setChoices(
      editor,
      row,
      choices.filter((_, other) => other !== index),
    );
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const to = index + (step ?? 0);
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      remove();
    } else if (step && event.altKey && row.parameter.type === "ordinal" && to >= 0 && to < choices.length) {
      event.preventDefault();
      setChoices(editor, row, moved(choices, index, to));
    }
  };
  return html`<li class="chip" data-choice=${text}>
    <span class="chip-text">${text === "" ? "“”" : text}</span
    ><button
      type="button"
      aria-label="Remove ${text} from ${row.name}"
      title=${row.parameter.type === "ordinal" ? "Remove (Alt+← and Alt+→ move it)" : "Remove"}
      ?disabled=${choices.length < 2}
      @click=${remove}
      @keydown=${onKeyDown}
    >
      ${removeIcon}
    </button>
  </li>`;
}

function choiceList(editor: Editor, row: Row): TemplateResult {
  const { name, parameter } = row;
  const choices = Array.isArray(parameter.choices) ? parameter.choices : [];
  const path = ["space", name, "choices"];
  const add = textField(editor, {
    path,
    field: "add-choice",
    label: `Add a choice to ${name}`,
    text: "",
    placeholder: "add",
    size: "number",
    read: (text) => {
      const value = parseValue(text, choices);
      return choices.some((choice) => sameJson(choice, value))
        ? { error: `${formatValue(value)} is a choice already.` }
        : { value };
    },
    commit: (value) => setChoices(editor, row, [...choices, value]),
  });
  return html`<div class="choices">
    <ul class="chips" aria-label="Choices of ${name}">
      ${repeat(
        choices,
        (choice) => JSON.stringify(choice),
        (_, index) => chip(editor, row, choices, index),
      )}
    </ul>
    ${add} ${proposedMark(row)}
  </div>`;
}

/** Says of a range that it was proposed, and by what. What the script itself says is no proposal. */
function proposedMark({ name, parameter }: Row): TemplateResult | typeof nothing {
  const text = proposalText(parameter.source);
  if (text === undefined) {
    return nothing;
  }
  return html`<span class="proposed" role="img" tabindex="0" aria-label="${name}: ${text}" data-tip=${text}
    >${proposedIcon}</span
  >`;
}

/** What values a parameter may take. */
export function rangeCell(editor: Editor, row: Row): TemplateResult {
  const { type } = row.parameter;
  if (isNumeric(type)) {
    return numericRange(editor, row);
  }
  if (hasChoices(type)) {
    return choiceList(editor, row);
  }
  return html`<span class="plain">${type === "boolean" ? "false, true" : ""}</span>`;
}
