import { html, nothing, type TemplateResult } from "lit";
import type { JsonPath } from "../../../src/protocol/panel.ts";
import type { Value } from "../../../src/protocol/space.ts";
import {
  type Clause,
  type Operator,
  operatorSign,
  operatorsFor,
  parentChoices,
  readCondition,
  startClause,
  withOperator,
  writeCondition,
} from "../condition.ts";
import type { Editor } from "../editor.ts";
import { formatValue, isLoose, type Loose, parseNumber, sameJson } from "../values.ts";
import { checkbox, iconButton, linkButton, select, textField } from "./controls.ts";
import { addIcon, removeIcon } from "./icons.ts";

export interface ConditionOptions {
  /** Where the condition stands. */
  readonly path: JsonPath;
  readonly condition: unknown;
  /** Parameters that it may test. */
  readonly parents: readonly string[];
  readonly space: Loose;
  /** The word before its first line. */
  readonly lead: string;
}

type Groups = readonly (readonly Clause[])[];

/** Groups with one clause replaced, or removed where it is undefined. */
function replaced(groups: Groups, at: readonly [number, number], clause: Clause | undefined): Groups {
  return groups.map((group, index) =>
    index === at[0] ? group.flatMap((old, place) => (place === at[1] ? (clause ?? []) : old)) : group,
  );
}

function listControl(
  editor: Editor,
  options: ConditionOptions,
  clause: Clause,
  change: (clause: Clause) => void,
): TemplateResult {
  const chosen = clause.value as readonly Value[];
  const choices = parentChoices(options.space[clause.parent]) ?? chosen;
  return html`<span class="one-of" role="group" aria-label="Values of ${clause.parent}">
    ${choices.map((choice) =>
      checkbox({
        field: `value-${formatValue(choice)}`,
        label: formatValue(choice),
        labelled: true,
        checked: chosen.some((value) => sameJson(value, choice)),
        commit: (checked) => {
          const value = choices.filter((other) =>
            sameJson(other, choice) ? checked : chosen.some((one) => sameJson(one, other)),
          );
          // A list of nothing would hold for nothing.
          value.length > 0
            ? change({ ...clause, value })
            : editor.fail(options.path, "Leave at least one value.");
        },
      }),
    )}
  </span>`;
}

function valueControl(
  editor: Editor,
  options: ConditionOptions,
  clause: Clause,
  change: (clause: Clause) => void,
): TemplateResult {
  if (clause.operator === "in") {
    return listControl(editor, options, clause, change);
  }
  const choices = parentChoices(options.space[clause.parent]);
  const value = clause.value as Value;
  if (choices) {
    return select(editor, {
      path: [],
      field: "value",
      label: `Value of ${clause.parent}`,
      value: JSON.stringify(value),
      options: choices.map((choice) => ({ value: JSON.stringify(choice), label: formatValue(choice) })),
      commit: (text) => change({ ...clause, value: JSON.parse(text) as Value }),
    });
  }
  return textField(editor, {
    path: options.path,
    field: "value",
    label: `Value of ${clause.parent}`,
    text: formatValue(value),
    size: "number",
    read: (text) => {
      const number = parseNumber(text);
      return number === undefined ? { error: "Write a number." } : { value: number };
    },
    commit: (number) => change({ ...clause, value: number as Value }),
  });
}

function clauseLine(
  editor: Editor,
  options: ConditionOptions,
  groups: Groups,
  at: readonly [number, number],
): TemplateResult {
  const clause = groups[at[0]]?.[at[1]] as Clause;
  const parent = options.space[clause.parent];
  const change = (next: Clause | undefined) => {
    editor.fail(options.path, undefined);
    editor.set(options.path, writeCondition(replaced(groups, at, next)));
  };
  const join = at[1] > 0 ? "and" : at[0] > 0 ? "or" : options.lead;
  return html`<div class="clause" data-clause=${at.join("-")}>
    <span class="quiet clause-join">${join}</span>
    ${select(editor, {
      path: [],
      field: "parent",
      label: "Parameter tested",
      value: clause.parent,
      options: options.parents.map((name) => ({ value: name, label: name })),
      commit: (name) => change(startClause(name, options.space[name])),
    })}
    ${select(editor, {
      path: [],
      field: "operator",
      label: "Comparison",
      value: clause.operator,
      options: operatorsFor(isLoose(parent) ? parent.type : undefined).map((operator) => ({
        value: operator,
        label: operatorSign(operator),
      })),
      commit: (operator) => change(withOperator(clause, operator as Operator)),
    })}
    ${valueControl(editor, options, clause, change)}
    ${iconButton({
      label: `Remove the test of ${clause.parent}`,
      action: "remove-clause",
      icon: removeIcon,
      press: () => change(undefined),
    })}
  </div>`;
}

/** A parameter for a further line: one that the group does not test yet. */
function freshClause(
  { parents, space }: Pick<ConditionOptions, "parents" | "space">,
  group: readonly Clause[],
): Clause | undefined {
  const free = parents.find((name) => !group.some((clause) => clause.parent === name));
  return free === undefined ? undefined : startClause(free, space[free]);
}

function addButton(
  editor: Editor,
  options: ConditionOptions,
  groups: Groups,
  kind: "and" | "or" | "when",
): TemplateResult | typeof nothing {
  const clause = freshClause(options, kind === "and" ? (groups.at(-1) ?? []) : []);
  if (!clause) {
    return nothing;
  }
  const next =
    kind === "and" ? [...groups.slice(0, -1), [...(groups.at(-1) ?? []), clause]] : [...groups, [clause]];
  return linkButton({
    label: kind === "when" ? "Add a condition" : kind,
    action: `add-${kind}`,
    icon: addIcon,
    press: () => editor.set(options.path, writeCondition(next)),
  });
}

/** The first condition of a parameter that has none, ready to be changed. */
export function firstCondition(options: Pick<ConditionOptions, "parents" | "space">): unknown {
  const clause = freshClause(options, []);
  return clause && writeCondition([[clause]]);
}

/** A condition as lines of parameter, comparison and value. */
export function conditionEditor(editor: Editor, options: ConditionOptions): TemplateResult {
  const groups = readCondition(options.condition);
  if (groups === undefined) {
    return html`<div class="condition quiet">This condition can only be changed as JSON.</div>`;
  }
  return html`<div class="condition">
    ${groups.map((group, index) => group.map((_, place) => clauseLine(editor, options, groups, [index, place])))}
    <div class="clause-actions">
      ${
        groups.length === 0
          ? addButton(editor, options, groups, "when")
          : html`${addButton(editor, options, groups, "and")}${addButton(editor, options, groups, "or")}`
      }
    </div>
  </div>`;
}
