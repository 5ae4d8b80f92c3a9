import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import {
  type ExtensionContext,
  Uri,
  ViewColumn,
  type WebviewPanel,
  type WebviewPanelSerializer,
  window,
} from "vscode";
import type { LearningDown, LearningUp } from "../protocol/learning.ts";
import { isLearningUp, isObject } from "./checks.ts";
import { coalesce } from "./coalesce.ts";
import { saveExport } from "./exports.ts";
import { curveOfFile, type LearningCurves } from "./learningCurves.ts";
import { showPage } from "./webview.ts";

const VIEW = "tuningFork.learning";
const TITLE = "Learning";
/** As often as other panels are drawn at most. */
const INTERVAL = 250;
const EMPTY = "How something learns (a step-size policy, an optimizer) will be here, iteration by iteration.";

export interface LearningPanelOptions {
  readonly context: ExtensionContext;
  readonly curves: LearningCurves;
  /** Ends the learning that is for a file. */
  readonly stop: (file: string) => void;
  readonly failed: (error: unknown) => void;
}

/** The panel that shows how something learns: one, which shows one file's curve at a time. */
export class LearningPanel {
  readonly #options: LearningPanelOptions;
  #panel: WebviewPanel | undefined;
  #file: string | undefined;
  #listening = false;

  constructor(options: LearningPanelOptions) {
    this.#options = options;
    const serializer: WebviewPanelSerializer = {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        this.#file = isObject(state) && typeof state.study === "string" ? state.study : undefined;
        this.#adopt(panel);
      },
    };
    options.context.subscriptions.push(window.registerWebviewPanelSerializer(VIEW, serializer));
  }

  show(file: string): void {
    this.#file = file;
    if (this.#panel === undefined) {
      const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
      this.#adopt(window.createWebviewPanel(VIEW, TITLE, column));
    } else {
      this.#panel.reveal(undefined, true);
      this.#refresh().catch(this.#options.failed);
    }
  }

  /** Where an editor does not cover the panel. */
  get besideIt(): ViewColumn {
    const column = this.#panel?.viewColumn;
    if (column === undefined) return ViewColumn.Active;
    return column === ViewColumn.One ? ViewColumn.Two : ViewColumn.One;
  }

  #adopt(panel: WebviewPanel): void {
    const { context, curves, failed } = this.#options;
    this.#panel = panel;
    this.#listening = false;
    const refresh = coalesce(() => this.#refresh(), INTERVAL, failed);
    const changed = (file: string) => {
      if (file === this.#file) refresh.request();
    };
    curves.events.on("changed", changed);
    panel.webview.onDidReceiveMessage((message: unknown) => {
      if (isLearningUp(message)) this.#receive(message).catch(failed);
    });
    panel.onDidChangeViewState(() => {
      if (panel.visible) refresh.request();
    });
    panel.onDidDispose(() => {
      refresh.dispose();
      curves.events.off("changed", changed);
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.iconPath = Uri.joinPath(context.extensionUri, "media", "icon.png");
    showPage(panel.webview, context.extensionUri, "learning", TITLE);
  }

  async #receive(message: LearningUp): Promise<void> {
    if (message.type === "ready") {
      this.#listening = true;
      await this.#refresh();
    } else if (message.type === "stop") {
      if (this.#file !== undefined) this.#options.stop(this.#file);
    } else if (message.type === "save") {
      await saveExport(message, this.#file && dirname(this.#file), "learning");
    }
  }

  async #refresh(): Promise<void> {
    if (this.#panel === undefined) return;
    this.#panel.title = this.#file === undefined ? TITLE : `${TITLE}: ${basename(this.#file)}`;
    if (!this.#listening || !this.#panel.visible) return;
    const message = await this.#snapshot();
    // Never awaited: the promise does not settle while a page cannot load.
    void this.#panel?.webview.postMessage(message);
  }

  /** Of what this window has not started itself, the file tells. */
  async #snapshot(): Promise<LearningDown> {
    const file = this.#file;
    if (file === undefined) return { type: "empty", text: EMPTY };
    const live = this.#options.curves.get(file);
    if (live !== undefined) return { type: "snapshot", learning: live };
    try {
      return { type: "snapshot", learning: curveOfFile(file, await readFile(file, "utf8")) };
    } catch (error) {
      return { type: "empty", text: (error as Error).message };
    }
  }
}
