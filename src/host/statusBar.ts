import { MarkdownString, StatusBarAlignment, window } from "vscode";
import type { StudySummary } from "../protocol/study.ts";
import { cell } from "./annotationText.ts";
import { studyAim, studyProgress } from "./format.ts";
import type { Studies } from "./studies.ts";

/** One item: runs done and planned and the best score, of the running study or of the one in the editor. */
export class StatusBar {
  readonly #item = window.createStatusBarItem("tuningFork.status", StatusBarAlignment.Left, 10);
  readonly #studies: Studies;
  readonly #listener;

  constructor(studies: Studies) {
    this.#studies = studies;
    this.#item.name = "Tuning Fork";
    this.#listener = window.onDidChangeActiveTextEditor(() => this.#update());
    studies.events.on("changed", () => this.#update());
  }

  dispose(): void {
    this.#listener.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const study = this.#shown();
    if (study === undefined) {
      this.#item.hide();
      return;
    }
    const icon = study.status === "running" ? "pulse" : study.status === "damaged" ? "warning" : "pass";
    const text = study.status === "damaged" ? `${study.name} is damaged` : studyProgress(study);
    this.#item.text = `$(${icon}) ${text}`;
    this.#item.tooltip = new MarkdownString(
      `**${cell(study.name)}** · ${cell(study.strategy)} · ${study.status}\n\n${cell(studyAim(study))}\n\nOpen the study`,
    );
    this.#item.accessibilityInformation = { label: `Tuning Fork, ${study.name}, ${study.status}, ${text}` };
    this.#item.command = { command: "tuningFork.openStudy", title: "Open Study", arguments: [study.id] };
    this.#item.show();
  }

  #shown(): StudySummary | undefined {
    const running = this.#studies.list().find((study) => study.status === "running");
    if (running !== undefined) {
      return running;
    }
    const path = window.activeTextEditor?.document.uri.fsPath;
    // A custom editor or a panel is active: the latest study is what the user is at.
    return path === undefined
      ? this.#studies.list()[0]
      : (this.#studies.ofScript(path) ?? this.#studies.ofDefinition(path));
  }
}
