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

/** Learns a step-size policy, saves it where the user says and opens it. Cancelled, it keeps what it has by then. */
export async function learnStepSize(app: App): Promise<void> {
  const direction = await choose("For which optimizer should step sizes be learned?", DIRECTIONS);
  if (direction === undefined) {
    return;
  }
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  const target = await window.showSaveDialog({
    title: "Save the Step-Size Policy",
    ...(folder !== undefined && { defaultUri: Uri.file(join(folder, "step-size.json")) }),
    filters: { "Step-size policy": ["json"] },
  });
  if (target !== undefined) {
    await run(app, direction, target);
  }
}

async function run({ engine }: App, direction: string, target: Uri): Promise<void> {
  const file = target.fsPath;
  const title = "Tuning Fork: learning a step-size policy";
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  const { complete } = await window.withProgress(options, async (progress, token) => {
    const listener = (step: LearningStep) => {
      if (step.file === file) {
        progress.report({ increment: 100 / step.of, message: messageOf(step) });
      }
    };
    engine.events.on("learning", listener);
    try {
      return await engine.call(
        "learn",
        { system: "step-size", options: { direction }, seed: 0, file },
        token,
      );
    } finally {
      engine.events.off("learning", listener);
    }
  });
  await window.showTextDocument(target, { preview: true });
  if (!complete) {
    window.showInformationMessage(
      "Learning was ended early: the file has the policy as far as it was learned.",
    );
  }
}

function messageOf({ iteration, of, figures }: LearningStep): string {
  const words = Object.entries(figures).map(([name, value]) => `${name} ${formatNumber(value)}`);
  return `${iteration} of ${of} · ${words.join(" · ")}`;
}
