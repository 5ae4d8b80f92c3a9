import type { Selection, TextDocument } from "vscode";
import type { Definition } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { FoundParameter, ScriptReport } from "../protocol/script.ts";
import type { Configuration, Parameter } from "../protocol/space.ts";
import type { Replacement } from "./textEdits.ts";

/** A parameter's statement in a script; lines count from 0. */
export interface Place {
  readonly name: string;
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface ScriptEdits {
  readonly edits: readonly Replacement[];
  /** Why some values could not be written, for people. */
  readonly problems: readonly string[];
}

interface Reading {
  readonly version: number;
  report?: ScriptReport;
  located?: { readonly space: Definition["space"]; readonly places: readonly Place[] };
}

/** Training scripts as they are on screen. The parser is loaded with the first script that is read. */
export class Scripts {
  readonly #readings = new WeakMap<TextDocument, Reading>();

  async read(document: TextDocument): Promise<ScriptReport> {
    const { readScript } = await import("../script/readScript.ts");
    const reading = this.#reading(document);
    reading.report ??= readScript(document.getText());
    return reading.report;
  }

  /** Where the parameters of a definition stand now. */
  async places(document: TextDocument, { space }: Definition): Promise<readonly Place[]> {
    const { locate } = await import("../script/locate.ts");
    const reading = this.#reading(document);
    if (reading.located?.space !== space) {
      const places = [...locate(document.getText(), space)].map(([name, { span }]) => ({
        name,
        firstLine: span.line - 1,
        lastLine: document.positionAt(span.end).line,
      }));
      reading.located = { space, places };
    }
    return reading.located.places;
  }

  /** Edits that write these values into a text, as far as they differ from what stands there. */
  async edits(text: string, space: Definition["space"], values: Configuration): Promise<ScriptEdits> {
    const { valueEdits } = await import("../script/writeBack.ts");
    const changes = Object.entries(values).flatMap(([name, value]) => {
      const parameter = space[name];
      return parameter === undefined ? [] : [{ name, parameter, value }];
    });
    const { edits, problems } = valueEdits(text, changes);
    return {
      edits: edits.map(({ start, end, newText }) => ({ start, end, text: newText })),
      problems: problems.map(({ message }) => message),
    };
  }

  async propose(report: ScriptReport, fileName: string): Promise<Definition> {
    const { proposeDefinition } = await import("../script/propose.ts");
    return proposeDefinition(report, fileName, { canPause: process.platform !== "win32" });
  }

  /** The value under the selection. Throws `bad-input` where there is none. */
  async describeSelection(document: TextDocument, selection: Selection): Promise<FoundParameter> {
    const { describeSelection } = await import("../script/select.ts");
    const start = document.offsetAt(selection.start);
    const found = describeSelection(document.getText(), start, document.offsetAt(selection.end));
    if ("problem" in found) {
      throw new TuningForkError("bad-input", found.problem);
    }
    return found;
  }

  /** What the script has and the definition has not, as it would be proposed. */
  async missing(
    document: TextDocument,
    definition: Definition,
  ): Promise<readonly { readonly name: string; readonly parameter: Parameter }[]> {
    const { mergeMissing } = await import("../script/propose.ts");
    const merged = mergeMissing(definition, await this.read(document));
    return Object.entries(merged.space)
      .filter(([name]) => !Object.hasOwn(definition.space, name))
      .map(([name, parameter]) => ({ name, parameter }));
  }

  #reading(document: TextDocument): Reading {
    const known = this.#readings.get(document);
    if (known?.version === document.version) {
      return known;
    }
    const reading: Reading = { version: document.version };
    this.#readings.set(document, reading);
    return reading;
  }
}
