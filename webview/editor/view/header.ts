import { html, nothing, type TemplateResult } from "lit";
import type { Model } from "../collect.ts";
import type { Editor } from "../editor.ts";
import { linkButton } from "./controls.ts";
import {
  bracketsIcon,
  importanceIcon,
  incumbentIcon,
  jsonIcon,
  paretoIcon,
  schedulesIcon,
  startIcon,
  stopIcon,
  strategyIcon,
  surfaceIcon,
  traceIcon,
  warningIcon,
} from "./icons.ts";
import { chosenStrategy } from "./objective.ts";

/** Brings the first control with a problem into view and puts the cursor in it. */
export function showFirstProblem(): void {
  const line = document.querySelector<HTMLElement>(".problem, .file-problems");
  const invalid = document.querySelector<HTMLElement>("[invalid]");
  (invalid ?? line)?.scrollIntoView({ block: "center" });
  invalid?.focus({ preventScroll: true });
}

function startButton(editor: Editor): TemplateResult {
  const { button, blocked } = editor.model.study;
  const stop = button.intent === "stop";
  return html`<vscode-button
    id=${stop ? "stop" : "start"}
    ?secondary=${stop}
    ?disabled=${blocked !== undefined}
    aria-describedby="blocked"
    @click=${() => editor.send({ type: button.intent })}
    ><span slot="content-before" class="button-icon">${stop ? stopIcon : startIcon}</span>${button.label}</vscode-button
  >`;
}

function blockedReason({ study, trusted }: Model): TemplateResult | typeof nothing {
  if (study.blocked === undefined) {
    return nothing;
  }
  return html`<span id="blocked" class="blocked">
    ${
      trusted && study.tone !== "failed"
        ? linkButton({
            label: study.blocked,
            icon: warningIcon,
            action: "show-problem",
            press: showFirstProblem,
          })
        : html`${warningIcon}${study.blocked}`
    }
  </span>`;
}

/** Script, state of the study, and the way on: start, the panels, the text. */
export function header(editor: Editor): TemplateResult {
  const { model } = editor;
  const { study } = model;
  return html`<header class="header">
    <div class="title">
      <h1>
        <button
          type="button"
          id="open-script"
          class="script"
          title="Open ${model.script}"
          @click=${() => editor.send({ type: "openScript" })}
        >
          ${model.script}
        </button>
      </h1>
      <p id="study-state" class="state" data-tone=${study.tone}>
        <span class="dot" aria-hidden="true"></span><span class="state-label">${study.label}</span>
        ${study.detail ? html`<span class="quiet number">${study.detail}</span>` : nothing}
      </p>
    </div>
    <nav class="ways" aria-label="Other views">
      ${
        model.hasStudy
          ? html`${linkButton({
              label: "Brackets",
              id: "open-brackets",
              icon: bracketsIcon,
              press: () => editor.send({ type: "openPanel", panel: "brackets" }),
            })}${linkButton({
              label: "Incumbent",
              id: "open-incumbent",
              icon: incumbentIcon,
              press: () => editor.send({ type: "openPanel", panel: "incumbent" }),
            })}${linkButton({
              label: "Surface",
              id: "open-surface",
              icon: surfaceIcon,
              press: () => editor.send({ type: "openPanel", panel: "surface" }),
            })}${linkButton({
              label: "Importance",
              id: "open-importance",
              icon: importanceIcon,
              press: () => editor.send({ type: "openPanel", panel: "importance" }),
            })}${linkButton({
              label: "Strategy",
              id: "open-strategy",
              icon: strategyIcon,
              press: () => editor.send({ type: "openPanel", panel: "strategy" }),
            })}${
              Array.isArray(model.definition?.objective)
                ? linkButton({
                    label: "Front",
                    id: "open-pareto",
                    icon: paretoIcon,
                    press: () => editor.send({ type: "openPanel", panel: "pareto" }),
                  })
                : nothing
            }${
              chosenStrategy(editor)?.copies
                ? linkButton({
                    label: "Schedules",
                    id: "open-schedules",
                    icon: schedulesIcon,
                    press: () => editor.send({ type: "openPanel", panel: "schedules" }),
                  })
                : nothing
            }${
              chosenStrategy(editor)?.controls
                ? linkButton({
                    label: "Policy Trace",
                    id: "open-trace",
                    icon: traceIcon,
                    press: () => editor.send({ type: "openPanel", panel: "trace" }),
                  })
                : nothing
            }`
          : nothing
      }
      ${linkButton({
        label: "Open as JSON",
        id: "open-text",
        icon: jsonIcon,
        press: () => editor.send({ type: "openText" }),
      })}
    </nav>
    <div class="go">${blockedReason(model)}${startButton(editor)}</div>
  </header>`;
}
