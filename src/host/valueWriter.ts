import { basename } from "node:path";
import {
  commands,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  type Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { StudySummary } from "../protocol/study.ts";
import type { Freshness } from "./freshness.ts";
import type { Scripts } from "./scripts.ts";
import { applyEdits } from "./textEdits.ts";

export interface ValueEdit {
  readonly edit: WorkspaceEdit;
  /** Places that change. */
  readonly changes: number;
  readonly problems: readonly string[];
}

/** Texts of scripts from before values were written into them. */
const BEFORE = "tuning-fork-before";

/** Writes values into scripts, as ordinary edits that can be undone. */
export class ValueWriter implements TextDocumentContentProvider {
  readonly #scripts: Scripts;
  readonly #freshness: Freshness;
  readonly #before = new Map<string, string>();
  readonly #registration = workspace.registerTextDocumentContentProvider(BEFORE, this);

  constructor(scripts: Scripts, freshness: Freshness) {
    this.#scripts = scripts;
    this.#freshness = freshness;
  }

  dispose(): void {
    this.#registration.dispose();
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#before.get(uri.path) ?? "";
  }

  /** The edit, not yet applied. */
  async edit(document: TextDocument, study: StudySummary, values: Configuration): Promise<ValueEdit> {
    const text = document.getText();
    const { edits, problems } = await this.#scripts.edits(text, study.definition?.space ?? {}, values);
    const edit = new WorkspaceEdit();
    for (const { start, end, text: written } of edits) {
      edit.replace(document.uri, new Range(document.positionAt(start), document.positionAt(end)), written);
    }
    if (edits.length > 0) {
      this.#freshness.derive(text, applyEdits(text, edits));
    }
    return { edit, changes: edits.length, problems };
  }

  /** Writes values into a script and shows what changed; the script is not saved. */
  async write(script: Uri, study: StudySummary, values: Configuration): Promise<void> {
    const document = await workspace.openTextDocument(script);
    const before = document.getText();
    const { edit, changes, problems } = await this.edit(document, study, values);
    if (changes > 0) {
      await workspace.applyEdit(edit);
      await this.#showDifference(script, before);
    } else if (problems.length === 0) {
      await window.showTextDocument(document);
      void window.showInformationMessage("The script has these values already.");
    }
    if (problems.length > 0) {
      const next = changes > 0 ? "The other values were written." : undefined;
      throw new TuningForkError("bad-input", problems.join(" "), next);
    }
  }

  /** The script beside its text from before; the script's side is the script itself, where undo works. */
  async #showDifference(script: Uri, before: string): Promise<void> {
    const old = script.with({ scheme: BEFORE, query: String(Date.now()) });
    this.#before.set(old.path, before);
    await commands.executeCommand("vscode.diff", old, script, `${basename(script.fsPath)}: values written`);
  }
}
