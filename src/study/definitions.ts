import { createHash } from "node:crypto";
import { access, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { compileSchema } from "../definition/compile.ts";
import { createDefinitionReader } from "../definition/parse.ts";
import { definitionSchema } from "../definition/schema.ts";
import type { Definition, DefinitionProblem } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import { proposeDefinition } from "../script/propose.ts";
import { readScript } from "../script/readScript.ts";

import { strategies } from "../strategies/registry.ts";

/** Ending of a study definition: `train.tune.json` beside `train.py`. */
export const DEFINITION_ENDING = ".tune.json";

const read = createDefinitionReader(compileSchema(definitionSchema(strategies)));

/** A definition with the absolute paths that it speaks of. */
export interface LoadedDefinition {
  readonly definition: Definition;
  readonly definitionPath: string;
  readonly scriptPath: string;
  /** The study's name: its own, else the script's. */
  readonly study: string;
}

/** Reads a definition file. Throws `bad-definition` with all its problems, each with its place. */
export async function loadDefinition(path: string): Promise<LoadedDefinition> {
  const definitionPath = resolve(path);
  const text = await readText(definitionPath, "The definition");
  const { definition, problems } = read(text);
  if (definition === undefined || problems.length > 0) throw badDefinition(definitionPath, problems);
  return place(definition, definitionPath);
}

/** Checks a definition that was put together (file and flags) as if it had been read. */
export function checkDefinition(definition: Definition, definitionPath: string): LoadedDefinition {
  const { definition: checked, problems } = read(JSON.stringify(definition, undefined, 2));
  if (checked === undefined || problems.length > 0) throw badDefinition(definitionPath, problems);
  return place(checked, definitionPath);
}

function place(definition: Definition, definitionPath: string): LoadedDefinition {
  return {
    definition,
    definitionPath,
    scriptPath: resolve(dirname(definitionPath), definition.script),
    study: definition.study ?? basename(definition.script, extname(definition.script)),
  };
}

function badDefinition(path: string, problems: readonly DefinitionProblem[]): TuningForkError {
  const lines = problems.map((problem) => `${path}:${problem.line}:${problem.column}: ${problem.message}`);
  return new TuningForkError(
    "bad-definition",
    lines.join("\n"),
    "Mend the definition and run it again.",
    problems,
  );
}

/** The definition file that belongs to a script. */
export function definitionPathOf(scriptPath: string): string {
  return join(dirname(scriptPath), basename(scriptPath, extname(scriptPath)) + DEFINITION_ENDING);
}

/**
 * The definition of a script: the file beside it, written from what the script says where there is none yet.
 * A definition file is taken as it is.
 */
export async function definitionOf(path: string): Promise<LoadedDefinition & { readonly written: boolean }> {
  if (path.endsWith(".json")) return { ...(await loadDefinition(path)), written: false };
  const scriptPath = resolve(path);
  const definitionPath = definitionPathOf(scriptPath);
  const exists = await access(definitionPath).then(
    () => true,
    () => false,
  );
  if (exists) return { ...(await loadDefinition(definitionPath)), written: false };
  const definition = proposeDefinition(
    readScript(await readText(scriptPath, "The script")),
    basename(scriptPath),
  );
  await saveDefinition(definitionPath, definition);
  return { ...place(definition, definitionPath), written: true };
}

export async function saveDefinition(path: string, definition: Definition): Promise<void> {
  await writeFile(path, `${JSON.stringify(definition, undefined, 2)}\n`, { flag: "wx" }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new TuningForkError(
        "cannot-write",
        `${path} cannot be written: ${error.message}.`,
        "Check the folder's permissions and free space.",
      );
    },
  );
}

export async function readText(path: string, what: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      throw new TuningForkError("script-not-found", `${what} ${path} does not exist.`, "Check the path.");
    }
    throw new TuningForkError("script-unreadable", `${what} ${path} cannot be read: ${error.message}.`);
  });
}

/** SHA-256 of a script's text: tells whether best values are older than the script. */
export function scriptHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
