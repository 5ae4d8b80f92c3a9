import {
  CodeAction,
  CodeActionKind,
  CodeLens,
  type Disposable,
  type DocumentSelector,
  EventEmitter,
  Hover,
  languages,
  Range,
  type TextDocument,
} from "vscode";
import type { StudySummary } from "../protocol/study.ts";
import type { Annotations } from "./annotations.ts";
import { formatNumber, formatValue, plural } from "./format.ts";
import type { Scripts } from "./scripts.ts";
import { setting } from "./settings.ts";
import type { Studies } from "./studies.ts";
import type { ValueWriter } from "./valueWriter.ts";

const PYTHON: DocumentSelector = { language: "python", scheme: "file" };

export interface LanguageFeaturesOptions {
  readonly annotations: Annotations;
  readonly scripts: Scripts;
  readonly studies: Studies;
  readonly writer: ValueWriter;
}

/** CodeLens, hovers and quick fixes of Python files. */
export function registerLanguageFeatures(options: LanguageFeaturesOptions): Disposable[] {
  const { annotations, studies } = options;
  const lensesChanged = new EventEmitter<void>();
  studies.events.on("changed", () => lensesChanged.fire());
  return [
    lensesChanged,
    languages.registerCodeLensProvider(PYTHON, {
      onDidChangeCodeLenses: lensesChanged.event,
      provideCodeLenses: (document) => codeLenses(document, options),
    }),
    languages.registerHoverProvider(PYTHON, {
      async provideHover(document, position) {
        const text = await annotations.hover(document, position);
        return text && new Hover(text);
      },
    }),
    languages.registerCodeActionsProvider(
      PYTHON,
      { provideCodeActions: (document, range) => quickFixes(document, range, options) },
      { providedCodeActionKinds: [CodeActionKind.QuickFix] },
    ),
  ];
}

/** Above the parser, or the first constant: `▷ Tune Hyperparameters · 54 trials · best 0.071 · Open study`. */
async function codeLenses(
  document: TextDocument,
  { scripts, studies }: LanguageFeaturesOptions,
): Promise<CodeLens[]> {
  if (!setting("codeLens.enabled", document.uri)) {
    return [];
  }
  const report = await scripts.read(document);
  const study = studies.ofScript(document.uri.fsPath);
  const tunable = study !== undefined || report.parameters.some((parameter) => parameter.suggested);
  if (report.anchor === undefined || !tunable) {
    return [];
  }
  const start = document.positionAt(report.anchor.start);
  const range = new Range(start, start);
  const lenses = [
    new CodeLens(range, {
      command: "tuningFork.tune",
      title: "$(play) Tune Hyperparameters",
      arguments: [document.uri],
    }),
  ];
  if (study !== undefined) {
    const facts = [plural(study.counts.total, "trial"), ...bestFact(study), "Open study"];
    lenses.push(
      new CodeLens(range, {
        command: "tuningFork.openStudy",
        title: facts.join(" · "),
        arguments: [study.id],
      }),
    );
  }
  return lenses;
}

function bestFact({ best, front }: StudySummary): string[] {
  if (front) {
    return [`front of ${front.length}`];
  }
  return best ? [`best ${formatNumber(best.value)}`] : [];
}

/** "Write 3.2e-3" on a tuned line, and "Write all 6 best values", which shows what it changed. */
async function quickFixes(
  document: TextDocument,
  range: Range,
  { annotations, writer }: LanguageFeaturesOptions,
): Promise<CodeAction[]> {
  const found = await annotations.at(document, range.start);
  if (found === undefined) {
    return [];
  }
  const { place, parameter, study, insight } = found;
  const actions: CodeAction[] = [];
  if (parameter.best !== undefined) {
    const one = await writer.edit(document, study, { [place.name]: parameter.best });
    if (one.changes > 0) {
      const fix = new CodeAction(`Write ${formatValue(parameter.best)}`, CodeActionKind.QuickFix);
      fix.edit = one.edit;
      fix.isPreferred = true;
      actions.push(fix);
    }
  }
  const all = await writer.edit(document, study, insight.best?.configuration ?? {});
  if (all.changes > 1) {
    const fix = new CodeAction(`Write all ${all.changes} best values`, CodeActionKind.QuickFix);
    fix.command = { command: "tuningFork.writeBest", title: fix.title, arguments: [study.id] };
    actions.push(fix);
  }
  return actions;
}
