import {
  type DecorationOptions,
  MarkdownString,
  type Position,
  Range,
  type TextDocument,
  type TextEditor,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import type { ParameterInsight, ParametersInsight } from "../protocol/insight.ts";
import type { Configuration } from "../protocol/space.ts";
import type { StudySummary } from "../protocol/study.ts";
import {
  annotationText,
  cell,
  effectSentence,
  importanceSentence,
  othersSentence,
  topTrialsTable,
} from "./annotationText.ts";
import { coalesce } from "./coalesce.ts";
import type { EngineClient } from "./engineClient.ts";
import { formatNumber, formatValue } from "./format.ts";
import type { Freshness } from "./freshness.ts";
import type { Insights } from "./insights.ts";
import { dataUri, effectPicture } from "./pictures.ts";
import type { Place, Scripts } from "./scripts.ts";
import { setting } from "./settings.ts";
import type { Selection, Studies } from "./studies.ts";
import { currentInk } from "./trialItems.ts";

const DELAY = 250;

/** A tuned line of a script, with what the study found out about it. */
export interface Annotated {
  readonly place: Place;
  readonly parameter: ParameterInsight;
}

/** What a study has to say about a script as it is on screen. */
export interface Annotation {
  readonly study: StudySummary;
  readonly insight: ParametersInsight;
  readonly lines: readonly Annotated[];
  readonly stale: boolean;
}

export interface AnnotationsOptions {
  readonly studies: Studies;
  readonly insights: Insights;
  readonly engine: EngineClient;
  readonly scripts: Scripts;
  readonly freshness: Freshness;
  readonly failed: (error: unknown) => void;
}

/** Best values beside the lines they belong to, with their evidence in a hover. */
export class Annotations {
  readonly #options: AnnotationsOptions;
  readonly #fresh = window.createTextEditorDecorationType({
    after: { color: new ThemeColor("tuningFork.annotationForeground"), margin: "0 0 0 2em" },
  });
  readonly #stale = window.createTextEditorDecorationType({
    after: {
      color: new ThemeColor("tuningFork.staleAnnotationForeground"),
      fontStyle: "italic",
      margin: "0 0 0 2em",
    },
  });
  readonly #disposables;
  #chosen: { readonly selection: Selection; readonly configuration: Configuration } | undefined;

  constructor(options: AnnotationsOptions) {
    this.#options = options;
    const { studies, failed } = options;
    const refresh = coalesce(() => this.#drawAll(), DELAY, failed);
    const isShown = (document: TextDocument) =>
      window.visibleTextEditors.some((editor) => editor.document === document);
    studies.events.on("changed", () => refresh.request());
    studies.events.on("selected", (selection) => {
      this.#choose(selection).then(() => refresh.request(), failed);
    });
    this.#disposables = [
      this.#fresh,
      this.#stale,
      refresh,
      window.onDidChangeVisibleTextEditors(() => refresh.request()),
      window.onDidChangeActiveColorTheme(() => refresh.request()),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (isShown(document)) {
          refresh.request();
        }
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("tuningFork.annotations")) {
          refresh.request();
        }
      }),
    ];
    refresh.request();
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }

  /** Undefined where no study has scored a trial of this script. */
  async of(document: TextDocument): Promise<Annotation | undefined> {
    const { studies, insights, scripts, freshness } = this.#options;
    if (document.languageId !== "python" || document.uri.scheme !== "file") {
      return undefined;
    }
    const study = studies.ofScript(document.uri.fsPath);
    if (!study?.best || study.definition === undefined) {
      return undefined;
    }
    const insight = await insights.get(study.id, "parameters");
    const places = await scripts.places(document, study.definition);
    const byName = new Map(insight.parameters.map((parameter) => [parameter.name, parameter]));
    const lines = places.flatMap((place) => {
      const parameter = byName.get(place.name);
      return parameter === undefined ? [] : [{ place, parameter }];
    });
    return { study, insight, lines, stale: freshness.isStale(document.getText(), study.scriptHash) };
  }

  /** The tuned line at a position. */
  async at(document: TextDocument, position: Position): Promise<(Annotation & Annotated) | undefined> {
    const annotation = await this.of(document);
    const line = annotation?.lines.find(
      ({ place }) => position.line >= place.firstLine && position.line <= place.lastLine,
    );
    return annotation && line && { ...annotation, ...line };
  }

  /** The evidence: effect plot, how much it matters, the five best trials. */
  async hover(document: TextDocument, position: Position): Promise<MarkdownString | undefined> {
    const found = await this.at(document, position);
    if (found === undefined) {
      return undefined;
    }
    const { insight, parameter, place, stale, study } = found;
    if (!insight.best) {
      return undefined;
    }
    const best =
      parameter.best === undefined ? "inactive in the best trial" : `best ${formatValue(parameter.best)}`;
    // Two blanks end a line: a hover is low, and the evidence should show without scrolling.
    const lines = [
      `**${cell(place.name)}** · ${cell(best)} · ${cell(insight.metric)} ${formatNumber(insight.best.score)} (#${insight.best.trial})  \n${importanceSentence(parameter)}`,
    ];
    const others = othersSentence(insight);
    if (others !== undefined) {
      lines.push(others);
    }
    if (stale) {
      lines.push("_The script has changed since these trials ran._");
    }
    const picture = effectPicture(
      parameter,
      study.definition?.space[place.name],
      insight.best.trial,
      insight.metric,
      currentInk(),
    );
    if (picture !== undefined) {
      const at = effectSentence(insight, study);
      const image = `![${cell(insight.metric)} over ${cell(place.name)}](${dataUri(picture)})`;
      lines.push(at === undefined ? image : `${image}  \n${at}`);
    }
    lines.push(topTrialsTable(insight, place.name));
    return new MarkdownString(lines.join("\n\n"));
  }

  async #choose(selection: Selection | undefined): Promise<void> {
    const { engine, studies } = this.#options;
    this.#chosen = undefined;
    if (selection !== undefined) {
      const { row } = await engine.call("trial", { study: selection.study, trial: selection.trial });
      // Another one may have been selected in the meantime.
      if (studies.selection === selection) {
        this.#chosen = { selection, configuration: row.configuration };
      }
    }
  }

  async #drawAll(): Promise<void> {
    await Promise.all(window.visibleTextEditors.map((editor) => this.#draw(editor)));
  }

  async #draw(editor: TextEditor): Promise<void> {
    const version = editor.document.version;
    const enabled = setting("annotations.enabled", editor.document.uri);
    const annotation = enabled ? await this.of(editor.document) : undefined;
    if (editor.document.version !== version) {
      return;
    }
    const decorations = annotation === undefined ? [] : this.#decorations(editor.document, annotation);
    editor.setDecorations(this.#fresh, annotation?.stale ? [] : decorations);
    editor.setDecorations(this.#stale, annotation?.stale ? decorations : []);
  }

  #decorations(document: TextDocument, annotation: Annotation): DecorationOptions[] {
    const chosen = this.#chosen?.selection.study === annotation.study.id ? this.#chosen : undefined;
    return annotation.lines.flatMap(({ place, parameter }) => {
      const text = annotationText(
        parameter,
        annotation.insight,
        annotation.stale,
        chosen && { selection: chosen.selection, value: chosen.configuration[place.name] },
      );
      const end = document.lineAt(place.lastLine).range.end;
      return text === undefined
        ? []
        : [{ range: new Range(end, end), renderOptions: { after: { contentText: text } } }];
    });
  }
}
