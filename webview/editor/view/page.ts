import { html, type TemplateResult } from "lit";
import type { Editor } from "../editor.ts";
import { constraints } from "./constraints.ts";
import { header } from "./header.ts";
import { limitsRow } from "./limits.ts";
import { broken, notices } from "./notices.ts";
import { budgetRow, objectiveRow } from "./objective.ts";
import { strategy } from "./strategy.ts";
import { parameters } from "./table.ts";

export function page(editor: Editor): TemplateResult {
  if (editor.model.definition === undefined) {
    return broken(editor);
  }
  return html`${header(editor)}
    <main class="page">
      ${notices(editor)}
      <section class="form" aria-label="Objective, limits and budget">
        ${objectiveRow(editor)} ${limitsRow(editor)} ${budgetRow(editor)}
      </section>
      ${parameters(editor)} ${constraints(editor)} ${strategy(editor)}
    </main>`;
}
