import { html, nothing, type TemplateResult } from "lit";
import type { Model } from "../collect.ts";
import type { Editor } from "../editor.ts";
import { linkButton } from "./controls.ts";
import { addIcon, errorIcon, warningIcon } from "./icons.ts";

/** Problems whose value has no control here. */
function fileProblems(editor: Editor): TemplateResult | typeof nothing {
  const problems = editor.model.problems.get("") ?? [];
  if (problems.length === 0) {
    return nothing;
  }
  return html`<ul class="notice file-problems" data-tone="error">
    ${problems.map(
      ({ message, line, offset }) => html`<li>
        ${errorIcon}<span class="notice-text">${message}</span>
        ${linkButton({
          label: `Line ${line}`,
          action: "open-line",
          press: () => editor.send({ type: "openText", offset }),
        })}
      </li>`,
    )}
  </ul>`;
}

function untrusted({ trusted }: Model): TemplateResult | typeof nothing {
  if (trusted) {
    return nothing;
  }
  return html`<p class="notice" data-tone="warning" id="untrusted">
    ${warningIcon}<span
      >This folder is opened in restricted mode. A study runs its script, so it can be started once you trust the
      folder.</span
    >
  </p>`;
}

function ahead(model: Model): TemplateResult | typeof nothing {
  return model.ahead
    ? html`<p class="quiet aside" id="ahead">
        The running study keeps the values it was started with. Your changes hold when it is started again.
      </p>`
    : nothing;
}

export function notices(editor: Editor): TemplateResult {
  return html`${untrusted(editor.model)}${fileProblems(editor)}${ahead(editor.model)}`;
}

const MOST_NAMES = 6;

/** What the script has and the file has not, and the button that adds it. */
export function missingNotice(editor: Editor): TemplateResult | typeof nothing {
  const { missing } = editor.model;
  if (missing.length === 0) {
    return nothing;
  }
  const more = missing.length - MOST_NAMES;
  const names = missing.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return html`<p class="missing">
    ${linkButton({
      label: `Add ${missing.length} parameter${missing.length === 1 ? "" : "s"} found in the script`,
      id: "add-missing",
      icon: addIcon,
      press: () => editor.send({ type: "addMissing" }),
    })}<span class="quiet">${names}</span>
  </p>`;
}

/** The file cannot be read: where, why, and the way to its text. Nothing can be changed here until it is right. */
export function broken(editor: Editor): TemplateResult {
  const [problem] = editor.model.allProblems;
  const line = problem ? ` at line ${problem.line}` : "";
  return html`<main class="broken" id="broken">
    <div class="broken-icon">${errorIcon}</div>
    <h1>${editor.model.fileName} cannot be read</h1>
    ${
      problem
        ? html`<p class="broken-message">${problem.message}</p>
            <p class="quiet number">Line ${problem.line}, column ${problem.column}</p>`
        : nothing
    }
    <vscode-button
      id="open-text"
      @click=${() => editor.send(problem ? { type: "openText", offset: problem.offset } : { type: "openText" })}
      >Open as JSON${line}</vscode-button
    >
    <p class="quiet">The file stays as it is until its text is right.</p>
  </main>`;
}
