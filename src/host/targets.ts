import { basename } from "node:path";
import { TabInputCustom, TabInputText, Uri, window, workspace } from "vscode";
import { TuningForkError } from "../protocol/errors.ts";
import type { StudySummary } from "../protocol/study.ts";
import type { App } from "./app.ts";
import { isObject } from "./checks.ts";
import { DEFINITION_GLOB, definitionUriOf, isDefinition } from "./definitions.ts";
import { studyProgress } from "./format.ts";
import type { Selection } from "./studies.ts";
import { studyTitle } from "./trialItems.ts";

/** What a command is about: from its argument, else from what is selected or open, else from a quick pick. */

export async function choose<T>(
  title: string,
  items: readonly { readonly label: string; readonly description?: string; readonly value: T }[],
): Promise<T | undefined> {
  return (await window.showQuickPick([...items], { title }))?.value;
}

/** The file in front of the user, whichever editor shows it. */
export function activeUri(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof TabInputText || input instanceof TabInputCustom) {
    return input.uri;
  }
  return window.activeTextEditor?.document.uri;
}

export function scriptOf(target: unknown): Uri | undefined {
  if (target instanceof Uri) {
    return target;
  }
  const uri = activeUri();
  return uri !== undefined && (uri.fsPath.endsWith(".py") || isDefinition(uri)) ? uri : undefined;
}

function studyNamed(app: App, target: unknown): StudySummary | undefined {
  if (typeof target === "string") {
    return app.studies.get(target);
  }
  if (target instanceof Uri) {
    return app.studies.ofDefinition(target.fsPath) ?? app.studies.ofScript(target.fsPath);
  }
  return isObject(target) && typeof target.study === "string" ? app.studies.get(target.study) : undefined;
}

/** The study that a command is about; undefined where the user picked none. */
export async function studyOf(app: App, target: unknown, purpose: string): Promise<StudySummary | undefined> {
  await app.sync.known();
  const named = studyNamed(app, target) ?? (target === undefined ? studyInFront(app) : undefined);
  if (named !== undefined) {
    return named;
  }
  const studies = app.studies.list();
  if (studies.length <= 1 || target !== undefined) {
    const [only] = target === undefined ? studies : [];
    return only ?? noStudy();
  }
  const items = studies.map((study) => ({
    label: studyTitle(study),
    description: `${studyProgress(study)} · ${study.strategy}`,
    value: study,
  }));
  return choose(purpose, items);
}

function studyInFront(app: App): StudySummary | undefined {
  return studyNamed(app, app.trials.view.selection[0]) ?? studyNamed(app, activeUri());
}

function noStudy(): never {
  throw new TuningForkError(
    "unknown-study",
    "There is no study yet.",
    "Open a training script and run Tune Hyperparameters.",
  );
}

/** The definition file that a command is about; undefined where the user picked none. */
export async function definitionOf(app: App, target: unknown, purpose: string): Promise<Uri | undefined> {
  const study = studyNamed(app, target);
  if (study !== undefined) {
    return study.definitionPath ? Uri.file(study.definitionPath) : noDefinition(study);
  }
  const uri = target instanceof Uri ? target : activeUri();
  if (uri !== undefined && isDefinition(uri)) {
    return uri;
  }
  const found = await workspace.findFiles(DEFINITION_GLOB, "**/node_modules/**", 50);
  const beside = uri && definitionUriOf(uri).fsPath;
  const own = found.find((definition) => definition.fsPath === beside);
  if (own !== undefined || found.length <= 1) {
    return own ?? found[0] ?? noStudy();
  }
  const items = found.map((value) => ({
    label: basename(value.fsPath),
    description: workspace.asRelativePath(value),
    value,
  }));
  return choose(purpose, items);
}

function noDefinition(study: StudySummary): never {
  throw new TuningForkError(
    "bad-definition",
    `The study ${study.name} has no definition file, so it cannot be run from here.`,
    "Its trials can be read all the same.",
  );
}

/** The trial that a command is about: the node, else the selection. */
export function trialOf(app: App, target: unknown): Selection {
  if (isObject(target) && typeof target.study === "string" && typeof target.trial === "number") {
    return { study: target.study, trial: target.trial };
  }
  const { selection } = app.studies;
  if (selection === undefined) {
    throw new TuningForkError("bad-input", "No trial is selected.", "Select one in the Trials view.");
  }
  return selection;
}
