import { join } from "node:path";
import { ProgressLocation, Uri, window, workspace } from "vscode";
import type { LearningStep } from "../protocol/engine.ts";
import type { App } from "./app.ts";
import { formatNumber } from "./format.ts";
import { choose } from "./targets.ts";

const DIRECTIONS = [
  { label: "RMSprop", description: "works best with a learned step size", value: "rmsprop" },
  { label: "Adam", value: "adam" },
  { label: "Momentum", value: "momentum" },
  { label: "SGD", value: "sgd" },
] as const;

const PROBLEMS = [
  { label: "Digits", description: "small networks that read digits; some forty minutes", value: "digits" },
  { label: "Quadratics", description: "random quadratic functions; some ten minutes", value: "quadratic" },
] as const;

/** What is learned, and how people call it. */
interface Lesson {
  readonly system: string;
  readonly options: Readonly<Record<string, string>>;
  /** Such as "step-size policy". */
  readonly name: string;
}

/** Learns a step-size policy, saves it where the user says and opens it. Cancelled, it keeps what it has by then. */
export async function learnStepSize(app: App): Promise<void> {
  const direction = await choose("For which optimizer should step sizes be learned?", DIRECTIONS);
  if (direction !== undefined) {
    await learn(app, { system: "step-size", options: { direction }, name: "step-size policy" });
  }
}

/** The same with an optimizer that is a recurrent network. */
export async function learnOptimizer(app: App): Promise<void> {
  const problem = await choose("On which problems should the optimizer be trained?", PROBLEMS);
  if (problem !== undefined) {
    await learn(app, { system: "optimizer", options: { problem }, name: "learned optimizer" });
  }
}

async function learn(app: App, lesson: Lesson): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  const target = await window.showSaveDialog({
    title: `Save the ${lesson.name}`,
    ...(folder !== undefined && { defaultUri: Uri.file(join(folder, `${lesson.system}.json`)) }),
    filters: { JSON: ["json"] },
  });
  if (target !== undefined) {
    await run(app, lesson, target);
  }
}

async function run({ engine }: App, { system, options: given, name }: Lesson, target: Uri): Promise<void> {
  const file = target.fsPath;
  const title = `Tuning Fork: learning a ${name}`;
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  const { complete } = await window.withProgress(options, async (progress, token) => {
    const listener = (step: LearningStep) => {
      if (step.file === file) {
        progress.report({ increment: 100 / step.of, message: messageOf(step) });
      }
    };
    engine.events.on("learning", listener);
    try {
      return await engine.call("learn", { system, options: given, seed: 0, file }, token);
    } finally {
      engine.events.off("learning", listener);
    }
  });
  await window.showTextDocument(target, { preview: true });
  if (!complete) {
    window.showInformationMessage(
      `Learning was ended early: the file has the ${name} as far as it was learned.`,
    );
  }
}

function messageOf({ iteration, of, figures }: LearningStep): string {
  // Those of this iteration come first; a notification has no room for all that they are compared with.
  const words = Object.entries(figures)
    .slice(0, 3)
    .map(([name, value]) => `${name} ${formatNumber(value)}`);
  return `${iteration} of ${of} · ${words.join(" · ")}`;
}
