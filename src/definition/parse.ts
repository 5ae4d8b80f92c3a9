import { getNodeValue, type Node } from "jsonc-parser";
import type { Definition, DefinitionProblem } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import { pathText } from "../space/problems.ts";
import type { Validator } from "./compile.ts";
import { type Fault, located, position } from "./locate.ts";
import { faultsOf } from "./messages.ts";
import { semanticFaults } from "./semantics.ts";
import { readTree, repeatedNames } from "./syntax.ts";

export interface DefinitionReading {
  /** There when the text has the right form; it can be run only if `problems` is empty. */
  readonly definition?: Definition;
  /** What the text says, of whatever form, when it can be read as JSON: a form can be drawn from it all the same. */
  readonly value?: unknown;
  /** In the order of the text. */
  readonly problems: readonly DefinitionProblem[];
}

export type DefinitionReader = (text: string) => DefinitionReading;

function placed(text: string, root: Node, faults: readonly Fault[]): DefinitionProblem[] {
  const problems = faults.map((fault) => located(text, root, fault, pathText(fault.path)));
  const seen = new Set<string>();
  return problems
    .filter(({ path, message }) => {
      const isNew = !seen.has(`${path}\n${message}`);
      seen.add(`${path}\n${message}`);
      return isNew;
    })
    .sort((a, b) => a.offset - b.offset);
}

/**
 * Makes a reader of definition files from their compiled JSON Schema (see `definitionSchema`, `compileSchema`). The reader takes JSON with
 * comments and trailing commas, and never throws: what is wrong comes back as problems with their places.
 */
export function createDefinitionReader(validate: Validator): DefinitionReader {
  const read = (text: string): DefinitionReading => {
    const { root, faults } = readTree(text);
    if (faults.length > 0 || !root) {
      return { problems: faults.map((fault) => ({ path: "", ...fault, ...position(text, fault.offset) })) };
    }
    const repeated = [...repeatedNames(root)].map(
      ({ path, message, node: { offset, length } }): DefinitionProblem => ({
        path: pathText(path),
        message,
        offset,
        length,
        ...position(text, offset),
      }),
    );
    if (repeated.length > 0) return { problems: repeated };
    const value: unknown = getNodeValue(root);
    if (!validate(value))
      return { value, problems: placed(text, root, faultsOf(validate.errors ?? [], value)) };
    const definition = value as Definition;
    return { definition, value, problems: placed(text, root, semanticFaults(definition)) };
  };

  return (text) => {
    try {
      return read(text);
    } catch (error) {
      // The parser recurses: only nesting of thousands of levels gets here.
      if (!(error instanceof RangeError)) throw error;
      const message = "The file is nested too deeply to be read.";
      return { problems: [{ path: "", message, offset: 0, length: text.length, line: 1, column: 1 }] };
    }
  };
}

/**
 * The definition of a reading without problems.
 * @throws TuningForkError `bad-definition` that lists the problems with their lines; `data` holds them.
 */
export function soundDefinition({ definition, problems }: DefinitionReading, fileName: string): Definition {
  if (definition && problems.length === 0) return definition;
  const lines = problems.map(({ line, column, message }) => `${fileName}:${line}:${column}: ${message}`);
  throw new TuningForkError("bad-definition", lines.join("\n"), undefined, problems);
}
