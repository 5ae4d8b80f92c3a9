import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { node, root } from "../../scripts/setup/process.ts";

const cli = join(root, "dist/cli.mjs");

export interface Tuned {
  readonly exitCode: number | null;
  /** Standard output, one object a line; the last is the result. */
  readonly lines: readonly Record<string, unknown>[];
  readonly stderr: string;
}

/**
 * Tunes a script of a copy of examples/ by the built command line.
 * @throws {Error} when the script is not the same afterwards, byte by byte
 */
export function tune(name: string, interpreter: string, args: readonly string[]): Tuned {
  if (!existsSync(cli)) {
    throw new Error(`${cli} is not there: run npm run build first`);
  }
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-examples-"));
  try {
    cpSync(join(root, "examples"), folder, {
      recursive: true,
      filter: (path) => !path.includes(".tuning-fork"),
    });
    const script = join(folder, name);
    const before = readFileSync(script, "utf8");
    const command = [cli, "tune", script, "--interpreter", interpreter, "--json", ...args];
    const { status, stdout, stderr } = spawnSync(node, command, { encoding: "utf8" });
    if (readFileSync(script, "utf8") !== before) {
      throw new Error(`${name} was changed to be tuned`);
    }
    const lines = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    return { exitCode: status, lines, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An interpreter that a set-up has found. */
export function interpreter(variable: string, what: string): string {
  const path = process.env[variable];
  if (!path) {
    throw new Error(`${variable} is not set: it names a Python with ${what}; npm test sets it up`);
  }
  return path;
}
