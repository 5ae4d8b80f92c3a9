import { join } from "node:path";
import { ConfigurationTarget, commands, Uri, window, workspace } from "vscode";
import { TuningForkError } from "../protocol/errors.ts";
import type { PanelKind } from "../protocol/panel.ts";
import type { StudySummary } from "../protocol/study.ts";
import type { App } from "./app.ts";
import { knownInterpreters } from "./interpreter.ts";
import { withLateProgress } from "./progress.ts";
import { SECTION } from "./settings.ts";
import { activeUri, choose, definitionOf, scriptOf, studyOf } from "./targets.ts";
import { VIEW } from "./trialsView.ts";
import { openDefinition as openInEditor } from "./tuning.ts";

/** Commands about a script, its definition and its study. */

export async function tune(app: App, target: unknown): Promise<void> {
  const script = scriptOf(target);
  if (script === undefined) {
    throw new TuningForkError(
      "bad-input",
      "No training script is open.",
      "Open a Python file and run Tune Hyperparameters again.",
    );
  }
  await withLateProgress("Reading the script", app.tuning.tune(script));
}

export async function tuneSelection(app: App): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId !== "python") {
    throw new TuningForkError("bad-input", "No Python file is open.", "Select a value in a training script.");
  }
  await app.tuning.tuneSelection(editor);
}

export async function start(app: App, target: unknown): Promise<void> {
  const definition = await definitionOf(app, target, "Which study should be started?");
  if (definition !== undefined) {
    const study = await app.tuning.start(definition);
    await commands.executeCommand(`${VIEW}.focus`, { preserveFocus: true });
    app.log.info(`${study.name}: ${study.strategy}, ${study.goal} ${study.metric}`);
  }
}

export async function stop(app: App, target: unknown): Promise<void> {
  const study = await studyOf(app, target, "Which study should be stopped?");
  if (study !== undefined) {
    await app.tuning.stop(study.id);
  }
}

/** The Trials view and the panel that suits the study's strategy. */
export async function openStudy(app: App, target: unknown): Promise<void> {
  const study = await studyOf(app, target, "Which study should be opened?");
  if (study !== undefined) {
    await commands.executeCommand(`${VIEW}.focus`);
    app.panels.show(firstPanel(study), study.id);
  }
}

/** What tells most of a study: its compromises, its brackets, or its best trial. */
function firstPanel({ objectives, definition }: StudySummary): PanelKind {
  if (objectives) {
    return "pareto";
  }
  return definition?.budget === undefined ? "incumbent" : "brackets";
}

async function openPanel(app: App, target: unknown, kind: PanelKind): Promise<void> {
  await app.sync.known();
  if (app.studies.list().length === 0) {
    app.panels.show(kind, undefined);
    return;
  }
  const study = await studyOf(app, target, "Which study should be shown?");
  if (study !== undefined) {
    app.panels.show(kind, study.id);
  }
}

export const openBrackets = (app: App, target: unknown) => openPanel(app, target, "brackets");
export const openIncumbent = (app: App, target: unknown) => openPanel(app, target, "incumbent");
export const openSurface = (app: App, target: unknown) => openPanel(app, target, "surface");
export const openStrategy = (app: App, target: unknown) => openPanel(app, target, "strategy");
export const openPareto = (app: App, target: unknown) => openPanel(app, target, "pareto");
export const openImportance = (app: App, target: unknown) => openPanel(app, target, "importance");
export const openSchedules = (app: App, target: unknown) => openPanel(app, target, "schedules");
export const openTrace = (app: App, target: unknown) => openPanel(app, target, "trace");

export async function openDefinition(app: App, target: unknown): Promise<void> {
  const uri = await definitionOf(app, target, "Which definition should be opened?");
  if (uri !== undefined) {
    await openInEditor(uri);
  }
}

export async function openDefinitionText(app: App, target: unknown): Promise<void> {
  const uri = await definitionOf(app, target, "Which definition should be opened?");
  if (uri !== undefined) {
    await commands.executeCommand("vscode.openWith", uri, "default");
  }
}

export async function selectObjective(app: App, target: unknown): Promise<void> {
  const definition = await definitionOf(app, target, "Of which study?");
  if (definition !== undefined) {
    await app.tuning.selectObjective(definition);
  }
}

/** Writes the setting: the Python extensions' choice, one of the known interpreters, or a file. */
export async function selectInterpreter(): Promise<void> {
  const known = await knownInterpreters();
  const picked = await choose(
    "Python for training scripts",
    [
      { label: "Automatic", description: "the Python extension's choice, else the PATH", value: "" },
      ...known.map((path) => ({ label: path, value: path })),
      { label: "Browse…", value: undefined },
    ].map((item) => ({ ...item, value: { path: item.value } })),
  );
  if (picked === undefined) {
    return;
  }
  const path = picked.path ?? (await window.showOpenDialog({ title: "Python interpreter" }))?.[0]?.fsPath;
  if (path !== undefined) {
    const level = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
    await workspace.getConfiguration(SECTION, activeUri()).update("interpreter", path || undefined, level);
  }
}

export async function repair(app: App, target: unknown): Promise<void> {
  const damaged = app.studies.list().filter((study) => study.status === "damaged");
  const study =
    target === undefined && damaged.length === 1
      ? damaged[0]
      : await studyOf(app, target, "Which study's journal should be repaired?");
  if (study === undefined) {
    return;
  }
  const { kept, aside } = await app.engine.call("repair", { study: study.id });
  await app.sync.refresh();
  const rest = aside ? ` What could not be read is in ${aside}.` : "";
  const choice = await window.showInformationMessage(
    `The journal of ${study.name} is readable again: ${kept} records kept.${rest}`,
    ...(aside ? ["Show"] : []),
  );
  if (choice === "Show" && aside) {
    await window.showTextDocument(Uri.file(aside));
  }
}

/** What the engine's process itself printed: empty unless something is wrong with it. */
export async function showEngineOutput(app: App): Promise<void> {
  const uri = Uri.file(join(app.runtimeDir, "engine.log"));
  try {
    await window.showTextDocument(uri);
  } catch {
    throw new TuningForkError("bad-input", "The engine has not been started yet, so it has printed nothing.");
  }
}
