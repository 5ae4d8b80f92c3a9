import { spawn } from "node:child_process";
import { accessSync, constants, createWriteStream, mkdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { finished } from "node:stream/promises";

export const root = join(import.meta.dirname, "../..");
/** The project's own Node 24. */
export const node = join(root, "node_modules/node/bin/node");
/** What running things leave behind: logs, results, screenshots, the packaged extension. Outside git. */
export const out = join(root, "out");

/** The first file on PATH that has this name and may be run. */
export function onPath(name: string, path = process.env.PATH ?? ""): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** File that receives the output; without it the output goes to this process's own. */
  readonly log?: string;
}

/**
 * Runs a command to its end and gives its exit code.
 * @throws {Error} when it cannot be started
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  const { log } = options;
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: options.env ?? process.env,
    stdio: log ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  if (log) {
    mkdirSync(dirname(log), { recursive: true });
    const file = createWriteStream(log);
    child.stdout?.pipe(file, { end: false });
    child.stderr?.pipe(file, { end: false });
    const code = await ended;
    file.end();
    await finished(file);
    return code;
  }
  return ended;
}

/** The line of a failed command's log that says most, for a one-line failure: the last that speaks of an error. */
export function failureLine(log: string): string {
  const lines = readFileSync(log, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.includes("complete log of this run"));
  return lines.findLast((line) => /error|fatal|not found/i.test(line)) ?? lines.at(-1) ?? "no output";
}

/** What a user may have set for npm; all else named `npm_…` comes from an enclosing `npm run`. */
const npmSettings = /^npm_config_(registry|cafile|https?[-_]proxy|proxy|noproxy|userconfig|cache)$/;

/** This environment without what an enclosing `npm run` has put in (its Node's version, too), so that an inner npm starts afresh. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("npm_") || npmSettings.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}
