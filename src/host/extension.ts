import { join } from "node:path";
import { type ExtensionContext, type LogOutputChannel, ProgressLocation, window } from "vscode";
import { Annotations } from "./annotations.ts";
import type { App } from "./app.ts";
import { CONFIG_EDITOR } from "./commandIds.ts";
import { registerCommands } from "./commands.ts";
import { ConfigEditor } from "./configEditor.ts";
import { Definitions } from "./definitions.ts";
import { EngineClient } from "./engineClient.ts";
import { report } from "./errors.ts";
import { Freshness } from "./freshness.ts";
import { Insights } from "./insights.ts";
import { registerLanguageFeatures } from "./languageFeatures.ts";
import { Learning } from "./learning.ts";
import { Panels } from "./panels.ts";
import { withLateProgress } from "./progress.ts";
import { Scripts } from "./scripts.ts";
import { setting } from "./settings.ts";
import { StatusBar } from "./statusBar.ts";
import { Studies } from "./studies.ts";
import { StudySync } from "./studySync.ts";
import { TrialsView } from "./trialsView.ts";
import { Tuning } from "./tuning.ts";
import { ValueWriter } from "./valueWriter.ts";

let stopEngine: (() => Promise<unknown>) | undefined;

/** Wiring only: nothing is read, started or computed here that could wait. */
export function activate(context: ExtensionContext): void {
  const from = performance.now();
  const log = window.createOutputChannel("Tuning Fork", { log: true });
  const failed = (error: unknown) => void report(log, error);
  const runtimeDir = join((context.storageUri ?? context.globalStorageUri).fsPath, "engine");

  const engine = createEngine(context, runtimeDir, log);
  const studies = new Studies();
  const insights = new Insights(engine, studies);
  const scripts = new Scripts();
  const definitions = new Definitions(context.extensionUri);
  const freshness = new Freshness(context.workspaceState);
  const writer = new ValueWriter(scripts, freshness);
  const sync = new StudySync({ engine, studies, log, failed });
  const tuning = new Tuning({ engine, studies, scripts, definitions, note: (text) => log.info(text) });
  const trials = new TrialsView(engine, studies, context.workspaceState, failed);
  const panels = new Panels({ context, engine, studies, insights, known: () => sync.known(), failed });
  const learning = new Learning({ context, engine, failed });
  const annotations = new Annotations({ studies, insights, engine, scripts, freshness, failed });
  const editor = new ConfigEditor({ context, definitions, scripts, studies, tuning, failed });
  const app: App = {
    context,
    log,
    runtimeDir,
    engine,
    studies,
    sync,
    definitions,
    scripts,
    tuning,
    writer,
    panels,
    learning,
    trials,
    failed,
  };

  context.subscriptions.push(
    log,
    engine,
    sync,
    trials,
    writer,
    annotations,
    new StatusBar(studies),
    window.registerCustomEditorProvider(CONFIG_EDITOR, editor),
    ...registerLanguageFeatures({ annotations, scripts, studies, writer }),
    ...registerCommands(app),
  );
  stopEngine = async () => {
    if (engine.connected && setting("engine.stopOnClose")) {
      await engine.call("shutdown", { force: true });
    }
  };
  log.info(`activated in ${(performance.now() - from).toFixed(1)} ms`);
}

/** The engine goes on without the window, unless the user wants it otherwise. */
export async function deactivate(): Promise<void> {
  await stopEngine?.().catch(() => undefined);
}

function createEngine(context: ExtensionContext, runtimeDir: string, log: LogOutputChannel): EngineClient {
  return new EngineClient({
    modulePath: context.asAbsolutePath("dist/engine.cjs"),
    runtimeDir,
    starting(work) {
      log.info("starting the engine");
      void window.withProgress({ location: ProgressLocation.Window, title: "Tuning Fork: starting" }, () =>
        work.then(
          () => undefined,
          () => undefined,
        ),
      );
      return withLateProgress("Tuning Fork: starting the engine", work, 3000);
    },
    async mayReplace() {
      const text =
        "An engine of an earlier version of Tuning Fork is still running trials. Replaced, its studies can be resumed where they stood.";
      return (await window.showWarningMessage(text, "Replace Now", "Leave It")) === "Replace Now";
    },
  });
}
