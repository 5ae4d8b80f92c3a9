import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../..");
export const PYTHON = process.env.TUNING_FORK_TEST_PYTHON ?? "python3";
const FIXTURES = join(ROOT, "test/fixtures/scripts");

export function fixture(name: string): string {
  return readFileSync(join(FIXTURES, name), "utf8");
}

/** Every fixture that is whole Python. */
export const SCRIPTS = readdirSync(FIXTURES).filter((name) => name.endsWith(".py"));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Python; a Python that cannot be started fails the test with its reason. */
export function python(
  args: readonly string[],
  options: { cwd?: string; input?: string | Buffer; env?: Record<string, string> } = {},
): Finished {
  const { TUNING_FORK_BIND: _, TUNING_FORK_PARAMS: __, ...inherited } = process.env;
  const run = spawnSync(PYTHON, args, {
    cwd: options.cwd,
    input: options.input,
    env: { ...inherited, PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8", ...options.env },
  });
  if (run.error) throw new Error(`${PYTHON} cannot be started: ${run.error.message}`);
  return { code: run.status, stdout: run.stdout.toString("utf8"), stderr: run.stderr.toString("utf8") };
}
