import { basename } from "node:path";
import {
  type CustomTextEditorProvider,
  commands,
  type ExtensionContext,
  Range,
  type TextDocument,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import type { Definition } from "../protocol/definition.ts";
import type { EditorDown, EditorUp, PanelKind } from "../protocol/panel.ts";
import { isEditorUp, isObject } from "./checks.ts";
import { coalesce } from "./coalesce.ts";
import type { CommandId } from "./commandIds.ts";
import { type Definitions, scriptUriOf } from "./definitions.ts";
import type { Scripts } from "./scripts.ts";
import type { Studies } from "./studies.ts";
import type { Tuning } from "./tuning.ts";
import { showPage } from "./webview.ts";

const INTERVAL = 150;

export interface ConfigEditorOptions {
  readonly context: ExtensionContext;
  readonly definitions: Definitions;
  readonly scripts: Scripts;
  readonly studies: Studies;
  readonly tuning: Tuning;
  readonly failed: (error: unknown) => void;
}

const OPENS: Readonly<Record<PanelKind, CommandId>> = {
  brackets: "tuningFork.openBrackets",
  incumbent: "tuningFork.openIncumbent",
  surface: "tuningFork.openSurface",
  strategy: "tuningFork.openStrategy",
  pareto: "tuningFork.openPareto",
  importance: "tuningFork.openImportance",
  schedules: "tuningFork.openSchedules",
  trace: "tuningFork.openTrace",
};

/** The configuration-space editor: a form over the text of a `*.tune.json`, whose every change is a text edit. */
export class ConfigEditor implements CustomTextEditorProvider {
  readonly #options: ConfigEditorOptions;

  constructor(options: ConfigEditorOptions) {
    this.#options = options;
  }

  resolveCustomTextEditor(document: TextDocument, panel: WebviewPanel): void {
    new Session(document, panel, this.#options);
  }
}

/** One open editor of one document. */
class Session {
  readonly #document: TextDocument;
  readonly #panel: WebviewPanel;
  readonly #options: ConfigEditorOptions;
  #listening = false;
  /** Edits one after the other: each is computed from the text that the one before it left. */
  #edits: Promise<void> = Promise.resolve();

  constructor(document: TextDocument, panel: WebviewPanel, options: ConfigEditorOptions) {
    this.#document = document;
    this.#panel = panel;
    this.#options = options;
    const refresh = coalesce(() => this.#send(), INTERVAL, options.failed);
    const studyChanged = () => refresh.request();
    options.studies.events.on("changed", studyChanged);
    const subscriptions = [
      refresh,
      workspace.onDidChangeTextDocument((event) => {
        if (event.document === document) {
          refresh.request();
        }
      }),
      workspace.onDidSaveTextDocument((saved) => {
        if (saved.languageId === "python") {
          refresh.request();
        }
      }),
      workspace.onDidGrantWorkspaceTrust(() => refresh.request()),
      panel.onDidChangeViewState(() => refresh.request()),
      panel.webview.onDidReceiveMessage((message: unknown) => {
        if (isEditorUp(message)) {
          this.#receive(message, refresh.request).catch(options.failed);
        }
      }),
    ];
    panel.onDidDispose(() => {
      options.studies.events.off("changed", studyChanged);
      for (const subscription of subscriptions) {
        subscription.dispose();
      }
    });
    showPage(panel.webview, options.context.extensionUri, "editor", basename(document.uri.fsPath));
  }

  async #receive(message: EditorUp, refresh: () => void): Promise<void> {
    const { uri } = this.#document;
    const { definitions, tuning } = this.#options;
    switch (message.type) {
      case "ready":
        this.#listening = true;
        refresh();
        return;
      case "set": {
        const change = [{ path: message.path, value: message.value }];
        this.#edits = this.#edits.catch(() => undefined).then(() => definitions.edit(this.#document, change));
        return this.#edits;
      }
      case "start":
        await this.#edits.catch(() => undefined);
        await commands.executeCommand("tuningFork.start", uri);
        return refresh();
      case "stop":
        await commands.executeCommand("tuningFork.stop", uri);
        return;
      case "pickMetric":
        await commands.executeCommand("tuningFork.selectObjective", uri);
        return refresh();
      case "addMissing":
        return tuning.addMissing(this.#document);
      case "openText":
        return openText(this.#document, message.offset ?? undefined);
      case "openScript": {
        const { definition } = await definitions.read(this.#document.getText());
        if (definition !== undefined) {
          await window.showTextDocument(scriptUriOf(uri, definition));
        }
        return;
      }
      case "openPanel":
        await commands.executeCommand(OPENS[message.panel], uri);
    }
  }

  async #send(): Promise<void> {
    if (!this.#listening || !this.#panel.visible) {
      return;
    }
    const { definitions, studies, tuning } = this.#options;
    const { definition, value, problems } = await definitions.read(this.#document.getText());
    const down: EditorDown = {
      type: "definition",
      // The page draws any object and outlines what is wrong in it; only a text that is no JSON stays closed.
      definition: isObject(value) ? (value as unknown as Definition) : undefined,
      problems,
      strategies: await definitions.strategies(),
      study: studies.ofDefinition(this.#document.uri.fsPath),
      metrics: tuning.metrics(this.#document.uri),
      trusted: workspace.isTrusted,
      missing: definition === undefined ? [] : await this.#missing(definition),
      fileName: basename(this.#document.uri.fsPath),
    };
    void this.#panel.webview.postMessage(down);
  }

  async #missing(definition: Definition): Promise<readonly string[]> {
    try {
      const script = await workspace.openTextDocument(scriptUriOf(this.#document.uri, definition));
      return (await this.#options.scripts.missing(script, definition)).map(({ name }) => name);
    } catch {
      // No script there: the definition's own problem list says so on start; nothing is missing from it.
      return [];
    }
  }
}

/** The same file as JSON text, at an offset. */
async function openText(document: TextDocument, offset: number | undefined): Promise<void> {
  const position = offset === undefined ? undefined : document.positionAt(offset);
  const options = position === undefined ? {} : { selection: new Range(position, position) };
  await commands.executeCommand("vscode.openWith", document.uri, "default", options);
}
