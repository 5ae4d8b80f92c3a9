import { html, type TemplateResult } from "lit";
import type { Editor } from "../editor.ts";
import { formatValue, isLoose, type Loose } from "../values.ts";
import { iconButton, linkButton, numberField } from "./controls.ts";
import { addIcon, removeIcon } from "./icons.ts";
import { formRow, metricSuggestion } from "./objective.ts";

const KEYS = ["metric", "min", "max"] as const;

function limitLine(editor: Editor, limits: readonly unknown[], index: number): TemplateResult {
  const limit: Loose = isLoose(limits[index]) ? limits[index] : {};
  const metric = editor.messages(["limits", index, "metric"]);
  const number = index + 1;
  const bound = (key: "min" | "max", label: string) =>
    numberField(editor, {
      path: ["limits", index, key],
      field: key,
      label: `${label} value of limit ${number}`,
      value: limit[key],
      optional: true,
      placeholder: "none",
    });
  return html`<span class="together wraps"
    ><tune-combobox
      id=${`limit-${number}`}
      data-field="metric"
      .label=${`Metric of limit ${number}`}
      .placeholder=${"A name that the script prints"}
      .value=${formatValue(limit.metric)}
      .invalid=${metric.length > 0}
      .messages=${metric}
      .suggestions=${editor.model.metrics.map(metricSuggestion)}
      .commit=${(name: string) => editor.set(["limits", index, "metric"], name)}
    ></tune-combobox
    ><span class="quiet">from</span>${bound("min", "Smallest")}<span class="quiet">to</span>${bound("max", "Largest")}
    ${iconButton({
      label: `Remove limit ${number}`,
      action: "remove-limit",
      icon: removeIcon,
      press: () => {
        const left = limits.filter((_, i) => i !== index);
        editor.set(["limits"], left.length === 0 ? undefined : left);
      },
    })}</span
  >`;
}

/** Metrics that must stay within bounds. */
export function limitsRow(editor: Editor): TemplateResult {
  const given = editor.model.definition?.limits;
  const limits: readonly unknown[] = Array.isArray(given) ? given : [];
  const messages = limits.flatMap((_, index) => [
    ...editor.messages(["limits", index]),
    ...KEYS.flatMap((key) => editor.messages(["limits", index, key])),
  ]);
  return formRow(
    "limits",
    "Limits",
    html`${limits.map((_, index) => limitLine(editor, limits, index))}
      ${linkButton({
        label: "Add a limit",
        id: "add-limit",
        icon: addIcon,
        title:
          "A metric that must stay within bounds, such as memory: a trial that breaks it is never the best",
        press: () => editor.set(["limits"], [...limits, { metric: "" }]),
      })}`,
    [...editor.messages(["limits"]), ...messages],
  );
}
