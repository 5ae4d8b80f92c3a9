import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, resolve } from "node:path";
import { Range, type TextDocument, Uri, WorkspaceEdit, workspace } from "vscode";
import type { Validator } from "../definition/compile.ts";
import type { Definition, DefinitionProblem } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { JsonPath, StrategyForm } from "../protocol/panel.ts";
import { difference } from "./textEdits.ts";

export const DEFINITION_ENDING = ".tune.json";
export const DEFINITION_GLOB = `**/*${DEFINITION_ENDING}`;

export interface DefinitionReading {
  readonly definition: Definition | undefined;
  /** What the text says where it can be read as JSON, whether it has the right form or not. */
  readonly value: unknown;
  readonly problems: readonly DefinitionProblem[];
}

/** Reads and edits study definitions as text documents; what it needs for that is loaded when first used. */
export class Definitions {
  readonly #extensionUri: Uri;
  #reader: Promise<(text: string) => DefinitionReading> | undefined;
  #forms: Promise<readonly StrategyForm[]> | undefined;

  constructor(extensionUri: Uri) {
    this.#extensionUri = extensionUri;
  }

  async read(text: string): Promise<DefinitionReading> {
    this.#reader ??= this.#createReader();
    return (await this.#reader)(text);
  }

  /** The definition of a document. Throws `bad-definition` with its problems as data. */
  async require(document: TextDocument): Promise<Definition> {
    const { definition, problems } = await this.read(document.getText());
    if (definition === undefined || problems.length > 0) {
      const [first] = problems;
      const place = first === undefined ? "" : `, line ${first.line}: ${first.message}`;
      throw new TuningForkError(
        "bad-definition",
        `${basename(document.uri.fsPath)}${place}`,
        problems.length > 1 ? `${problems.length - 1} more stand in the editor.` : undefined,
        problems,
      );
    }
    return definition;
  }

  strategies(): Promise<readonly StrategyForm[]> {
    this.#forms ??= this.#json("strategies.json") as Promise<readonly StrategyForm[]>;
    return this.#forms;
  }

  /** Sets values by their paths (undefined removes), as one small text edit and one step of undo. */
  async edit(document: TextDocument, changes: readonly { path: JsonPath; value: unknown }[]): Promise<void> {
    const { applyDefinitionEdits, editDefinition } = await import("../definition/edit.ts");
    const before = document.getText();
    const after = changes.reduce(
      (text, { path, value }) => applyDefinitionEdits(text, editDefinition(text, path, value)),
      before,
    );
    const change = difference(before, after);
    if (change === undefined) {
      return;
    }
    const edit = new WorkspaceEdit();
    const range = new Range(document.positionAt(change.start), document.positionAt(change.end));
    edit.replace(document.uri, range, change.text);
    if (!(await workspace.applyEdit(edit))) {
      throw new TuningForkError("cannot-write", `${basename(document.uri.fsPath)} could not be changed.`);
    }
  }

  async #createReader(): Promise<(text: string) => DefinitionReading> {
    const { createDefinitionReader } = await import("../definition/parse.ts");
    // Compiled when the extension was built: compiling takes longer than the extension host may be kept busy.
    const path = Uri.joinPath(this.#extensionUri, "dist", "validateDefinition.cjs").fsPath;
    const read = createDefinitionReader(createRequire(path)(path) as Validator);
    return (text) => {
      const { definition, value, problems } = read(text);
      return { definition, value, problems };
    };
  }

  async #json(name: string): Promise<unknown> {
    return JSON.parse(await readFile(Uri.joinPath(this.#extensionUri, "dist", name).fsPath, "utf8"));
  }
}

/** `train.tune.json` beside `train.py`. */
export function definitionUriOf(script: Uri): Uri {
  const name = basename(script.fsPath, extname(script.fsPath));
  return Uri.file(join(dirname(script.fsPath), `${name}${DEFINITION_ENDING}`));
}

export function scriptUriOf(definitionUri: Uri, definition: Definition): Uri {
  return Uri.file(resolve(dirname(definitionUri.fsPath), definition.script));
}

export function isDefinition(uri: Uri): boolean {
  return uri.fsPath.endsWith(DEFINITION_ENDING);
}
