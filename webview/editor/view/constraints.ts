import { html, nothing, type TemplateResult } from "lit";
import { conditionText } from "../condition.ts";
import { isNumeric } from "../convert.ts";
import type { Editor } from "../editor.ts";
import { formatValue, isLoose, type Loose } from "../values.ts";
import { iconButton, linkButton, problemLines, select, textField } from "./controls.ts";
import { addIcon, removeIcon } from "./icons.ts";
import { type ConditionOptions, conditionEditor, firstCondition } from "./when.ts";

type ListKey = "forbidden" | "relations";

function items(editor: Editor, key: ListKey): readonly unknown[] {
  const list = editor.model.definition?.[key];
  return Array.isArray(list) ? list : [];
}

function spaceOf(editor: Editor): Loose {
  const space = editor.model.definition?.space;
  return isLoose(space) ? space : {};
}

function remove(editor: Editor, key: ListKey, index: number): void {
  const last = items(editor, key).length === 1;
  editor.set(last ? [key] : [key, index], undefined);
}

function removeButton(editor: Editor, key: ListKey, index: number, label: string): TemplateResult {
  return iconButton({ label, action: "remove", icon: removeIcon, press: () => remove(editor, key, index) });
}

function forbiddenItem(editor: Editor, condition: unknown, index: number): TemplateResult {
  const space = spaceOf(editor);
  const options: ConditionOptions = {
    path: ["forbidden", index],
    condition,
    parents: Object.keys(space),
    space,
    lead: "never",
  };
  const open = editor.isOpen(`forbidden:${index}`);
  const text = conditionText(condition) ?? "see JSON";
  return html`<li class="constraint" data-forbidden=${index}>
    <div class="constraint-line">
      <span class="quiet constraint-lead">never</span>
      <button
        type="button"
        class="when"
        aria-expanded=${open}
        title="Change it"
        @click=${() => editor.toggle(`forbidden:${index}`)}
      >
        ${text}
      </button>
      ${removeButton(editor, "forbidden", index, `Allow ${text}`)}
    </div>
    ${problemLines(editor.messages(["forbidden", index]))}
    ${open ? conditionEditor(editor, options) : nothing}
  </li>`;
}

const RELATION = /^\s*([^\s<>=!]+)\s*(<=|>=|==|!=|<|>|=)\s*([^\s<>=!]+)\s*$/;
const RELATION_SIGNS = [
  { value: "<=", label: "≤" },
  { value: "<", label: "<" },
  { value: ">=", label: "≥" },
  { value: ">", label: ">" },
  { value: "=", label: "=" },
  { value: "!=", label: "≠" },
];

function numericNames(editor: Editor): string[] {
  return Object.entries(spaceOf(editor))
    .filter(([, parameter]) => isLoose(parameter) && isNumeric(parameter.type))
    .map(([name]) => name);
}

function relationControls(editor: Editor, text: string, index: number): TemplateResult {
  const path = ["relations", index];
  const match = RELATION.exec(text);
  if (!match) {
    return textField(editor, {
      path,
      field: "relation",
      label: "Relation",
      text,
      placeholder: "k1 <= k2",
      read: (typed) => (RELATION.test(typed) ? { value: typed.trim() } : { error: "Write it as k1 <= k2." }),
    });
  }
  const [, left = "", sign = "", right = ""] = match;
  const names = numericNames(editor).map((name) => ({ value: name, label: name }));
  const commit = (next: readonly string[]) => editor.set(path, next.join(" "));
  const side = (field: string, label: string, value: string, change: (value: string) => void) =>
    select(editor, { path, field, label, value, options: names, commit: change });
  return html`${side("left", "Left side", left, (value) => commit([value, sign, right]))}
  ${select(editor, {
    path,
    field: "operator",
    label: "Relation",
    value: sign === "==" ? "=" : sign,
    options: RELATION_SIGNS,
    commit: (value) => commit([left, value, right]),
  })}
  ${side("right", "Right side", right, (value) => commit([left, sign, value]))}`;
}

function relationItem(editor: Editor, relation: unknown, index: number): TemplateResult {
  const text = formatValue(relation);
  return html`<li class="constraint" data-relation=${index}>
    <div class="constraint-line">
      <span class="quiet constraint-lead">always</span>
      ${relationControls(editor, text, index)} ${removeButton(editor, "relations", index, `Remove ${text}`)}
    </div>
    ${problemLines(editor.messages(["relations", index]))}
  </li>`;
}

function addForbidden(editor: Editor): TemplateResult | typeof nothing {
  const space = spaceOf(editor);
  const count = items(editor, "forbidden").length;
  const condition = firstCondition({ parents: Object.keys(space), space });
  if (condition === undefined) {
    return nothing;
  }
  return linkButton({
    label: "Forbid a combination",
    id: "add-forbidden",
    icon: addIcon,
    press: () => {
      editor.set(["forbidden", count], condition);
      if (!editor.isOpen(`forbidden:${count}`)) {
        editor.toggle(`forbidden:${count}`);
      }
    },
  });
}

function addRelation(editor: Editor): TemplateResult | typeof nothing {
  const [first, second] = numericNames(editor);
  if (first === undefined || second === undefined) {
    return nothing;
  }
  return linkButton({
    label: "Relate two parameters",
    id: "add-relation",
    icon: addIcon,
    press: () => editor.set(["relations", items(editor, "relations").length], `${first} <= ${second}`),
  });
}

/** Combinations that are never run, and relations that always hold. */
export function constraints(editor: Editor): TemplateResult {
  const forbidden = items(editor, "forbidden");
  const relations = items(editor, "relations");
  const messages = [...editor.messages(["forbidden"]), ...editor.messages(["relations"])];
  return html`<section class="constraints" aria-labelledby="constraints-title">
    <h2 id="constraints-title">Constraints</h2>
    ${problemLines(messages)}
    ${
      forbidden.length + relations.length > 0
        ? html`<ul class="constraint-list">
            ${forbidden.map((condition, index) => forbiddenItem(editor, condition, index))}
            ${relations.map((relation, index) => relationItem(editor, relation, index))}
          </ul>`
        : nothing
    }
    <div class="section-actions">${addForbidden(editor)}${addRelation(editor)}</div>
  </section>`;
}
