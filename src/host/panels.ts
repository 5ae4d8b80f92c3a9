import { dirname } from "node:path";
import {
  commands,
  type ExtensionContext,
  Uri,
  ViewColumn,
  type WebviewPanel,
  type WebviewPanelSerializer,
  window,
} from "vscode";
import type { SurfaceQuery } from "../protocol/insight.ts";
import type { PanelDown, PanelKind, PanelUp } from "../protocol/panel.ts";
import type { Configuration } from "../protocol/space.ts";
import type { StudyId } from "../protocol/study.ts";
import { isObject, isPanelUp } from "./checks.ts";
import { coalesce } from "./coalesce.ts";
import type { EngineClient } from "./engineClient.ts";
import { saveExport } from "./exports.ts";
import type { Insights } from "./insights.ts";
import type { Studies } from "./studies.ts";
import { showPage } from "./webview.ts";

const TITLES: Readonly<Record<PanelKind, string>> = {
  brackets: "Brackets",
  incumbent: "Incumbent",
  surface: "Surface",
  strategy: "Strategy",
  pareto: "Pareto Front",
  importance: "Importance",
  schedules: "Schedules",
  trace: "Policy Trace",
};
/** Panels are drawn at most 4 times a second. */
const INTERVAL = 250;

export interface PanelsOptions {
  readonly context: ExtensionContext;
  readonly engine: EngineClient;
  readonly studies: Studies;
  readonly insights: Insights;
  /** Resolves once the window knows its studies. */
  readonly known: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/** The chart panels: one of each kind, which shows one study at a time. */
export class Panels {
  readonly #options: PanelsOptions;
  readonly #open = new Map<PanelKind, ChartPanel>();

  constructor(options: PanelsOptions) {
    this.#options = options;
    for (const kind of Object.keys(TITLES) as PanelKind[]) {
      const serializer: WebviewPanelSerializer = {
        deserializeWebviewPanel: async (panel, state: unknown) => this.#adopt(kind, panel, studyIn(state)),
      };
      options.context.subscriptions.push(window.registerWebviewPanelSerializer(viewType(kind), serializer));
    }
  }

  show(kind: PanelKind, study: StudyId | undefined): void {
    const open = this.#open.get(kind);
    if (open !== undefined) {
      open.show(study);
      return;
    }
    const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    this.#adopt(kind, window.createWebviewPanel(viewType(kind), TITLES[kind], column), study);
  }

  #adopt(kind: PanelKind, panel: WebviewPanel, study: StudyId | undefined): void {
    const open = (other: PanelKind, of: StudyId | undefined) => this.show(other, of);
    const chart = new ChartPanel(kind, panel, study, { ...this.#options, open });
    this.#open.set(kind, chart);
    panel.onDidDispose(() => {
      if (this.#open.get(kind) === chart) {
        this.#open.delete(kind);
      }
    });
  }
}

/** The study that a page kept with its own state. */
const studyIn = (state: unknown): StudyId | undefined =>
  isObject(state) && typeof state.study === "string" ? state.study : undefined;

const viewType = (kind: PanelKind) => `tuningFork.${kind}`;

interface ChartPanelOptions extends PanelsOptions {
  open(kind: PanelKind, study: StudyId | undefined): void;
}

class ChartPanel {
  readonly #kind: PanelKind;
  readonly #panel: WebviewPanel;
  readonly #options: ChartPanelOptions;
  #study: StudyId | undefined;
  #listening = false;
  #sent = "";
  #query: SurfaceQuery = {};

  constructor(kind: PanelKind, panel: WebviewPanel, study: StudyId | undefined, options: ChartPanelOptions) {
    this.#kind = kind;
    this.#panel = panel;
    this.#study = study;
    this.#options = options;
    const { studies } = options;
    const refresh = coalesce(() => this.#refresh(), INTERVAL, options.failed);
    const changed = (id: StudyId) => {
      if (id === this.#study) {
        refresh.request();
      }
    };
    const selected = () => this.#send({ type: "selected", trial: this.#selected() });
    studies.events.on("changed", changed);
    studies.events.on("selected", selected);
    panel.webview.onDidReceiveMessage((message: unknown) => {
      if (isPanelUp(message)) {
        this.#receive(message).catch(options.failed);
      }
    });
    panel.onDidChangeViewState(() => {
      // A hidden page is told nothing: whatever it missed, it gets when it is shown again.
      if (panel.visible) {
        this.#sent = "";
        refresh.request();
      }
    });
    panel.onDidDispose(() => {
      refresh.dispose();
      studies.events.off("changed", changed);
      studies.events.off("selected", selected);
    });
    panel.iconPath = Uri.joinPath(options.context.extensionUri, "media", "icon.png");
    this.#title();
    showPage(panel.webview, options.context.extensionUri, kind, TITLES[kind]);
  }

  show(study: StudyId | undefined): void {
    // What was picked for one study (axes, a place in its past) says nothing of another.
    if (study !== this.#study) {
      this.#query = {};
    }
    this.#study = study;
    this.#sent = "";
    this.#title();
    this.#panel.reveal(undefined, true);
    this.#refresh().catch(this.#options.failed);
  }

  async #receive(message: PanelUp): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#listening = true;
        this.#sent = "";
        await this.#options.known();
        return this.#refresh();
      case "select":
        if (this.#study !== undefined) {
          this.#options.studies.select({ study: this.#study, trial: message.trial });
        }
        return;
      case "query":
        this.#query = message.query;
        return this.#refresh();
      case "use":
        if (this.#study !== undefined) {
          const node = { kind: "trial", study: this.#study, trial: message.trial };
          await commands.executeCommand("tuningFork.useConfiguration", node);
        }
        return;
      case "enqueue":
        return this.#enqueue(message.configuration);
      case "openPanel":
        this.#options.open(message.panel, this.#study);
        return;
      case "start":
        await commands.executeCommand("tuningFork.start", this.#definition());
        return;
      case "save": {
        const definition = this.#definition();
        return saveExport(message, definition && dirname(definition.fsPath), this.#kind);
      }
    }
  }

  async #enqueue(configuration: Configuration): Promise<void> {
    if (this.#study === undefined) {
      return;
    }
    await this.#options.engine.call("enqueue", { study: this.#study, configuration });
    void window.setStatusBarMessage("Tuning Fork: the configuration is the next to be tried.", 5_000);
  }

  async #refresh(): Promise<void> {
    const study = this.#study === undefined ? undefined : this.#options.studies.get(this.#study);
    this.#title();
    if (!this.#listening || !this.#panel.visible) {
      return;
    }
    if (study === undefined) {
      this.#send(emptyPanel(this.#kind));
      return;
    }
    const stamp = `${study.id} ${study.revision} ${study.status} ${JSON.stringify(this.#query)}`;
    if (stamp === this.#sent) {
      return;
    }
    const insight = await this.#options.insights.get(study.id, this.#kind, this.#query);
    this.#sent = stamp;
    this.#send({ type: "snapshot", study, insight, selected: this.#selected() });
  }

  #send(message: PanelDown): void {
    if (this.#listening && this.#panel.visible) {
      // Never awaited: the promise does not settle while a page cannot load.
      void this.#panel.webview.postMessage(message);
    }
  }

  #selected(): number | undefined {
    const { selection } = this.#options.studies;
    return selection !== undefined && selection.study === this.#study ? selection.trial : undefined;
  }

  #definition(): Uri | undefined {
    const path = this.#study && this.#options.studies.get(this.#study)?.definitionPath;
    return path ? Uri.file(path) : undefined;
  }

  #title(): void {
    const study = this.#study === undefined ? undefined : this.#options.studies.get(this.#study);
    const title = study === undefined ? TITLES[this.#kind] : `${TITLES[this.#kind]}: ${study.name}`;
    if (this.#panel.title !== title) {
      this.#panel.title = title;
    }
  }
}

const EMPTY: Readonly<Record<PanelKind, string>> = {
  brackets: "The brackets of a study will be here: who runs, who was promoted and who was stopped.",
  incumbent: "The best score over trials and over time will be here.",
  surface: "What a model believes of the score, and where it would look next, will be here.",
  strategy:
    "What the strategy is thinking will be here: densities of good trials, arms and their bounds, a population, a search distribution, or chains of gradient steps.",
  pareto: "The best compromises between several objectives will be here.",
  importance: "Which parameters matter for the score, alone and together, will be here.",
  schedules: "How parameters change while a population trains, and who was copied from whom, will be here.",
  trace:
    "How the learning rate of a training moves step by step, under a policy and under the script's own schedule, will be here.",
};

function emptyPanel(kind: PanelKind): PanelDown {
  return { type: "empty", text: EMPTY[kind], button: { label: "Start study", intent: "start" } };
}
