import { type ExecFileException, execFile } from "node:child_process";
import { join } from "node:path";
import { TuningForkError } from "../protocol/errors.ts";
import { inheritedEnvironment } from "./environment.ts";

/** How long an interpreter may take to say its version, in milliseconds: a first start from a network drive is slow. */
const VERSION_LIMIT = 15_000;

/** How long reading a script may take, in milliseconds. */
const INSPECT_LIMIT = 20_000;

const OLDEST = [3, 8] as const;

/** One line, so that a version before 3.8 can say what it is too. */
const ASK = "import sys; print('%d.%d %s' % (sys.version_info[0], sys.version_info[1], sys.executable))";

/** What runs on the PATH as Python, the likeliest first. */
const CANDIDATES: readonly (readonly [string, ...string[]])[] =
  process.platform === "win32" ? [["python"], ["python3"], ["py", "-3"]] : [["python3"], ["python"]];

interface Answer {
  readonly executable: string | undefined;
  /** Why it cannot be used. */
  readonly fault: string | undefined;
}

/**
 * The Python to run scripts with: `explicit` if given, else the first on the PATH of `env` that is 3.8 or later and
 * runs. Resolves with the path of an executable; rejects with `interpreter-not-found`, saying what was tried.
 */
export async function findInterpreter(
  explicit?: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  if (explicit !== undefined) {
    const { fault } = await ask([explicit], env);
    if (fault === undefined) return explicit;
    throw notFound(`The Python interpreter ${explicit} cannot be used: ${fault}.`);
  }
  const tried: string[] = [];
  for (const candidate of CANDIDATES) {
    const { executable, fault } = await ask(candidate, env);
    if (executable !== undefined) return executable;
    tried.push(`${candidate.join(" ")} (${fault})`);
  }
  throw notFound(`No Python ${OLDEST.join(".")} or later was found on the PATH: ${tried.join(", ")}.`);
}

function notFound(message: string): TuningForkError {
  const next = `Install Python ${OLDEST.join(".")} or later, or set "interpreter" in the definition to its path.`;
  return new TuningForkError("interpreter-not-found", message, next);
}

async function ask(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<Answer> {
  const [file, ...args] = command;
  const result = await run(file, [...args, "-c", ASK], VERSION_LIMIT, env);
  if (result.error !== null) return { executable: undefined, fault: faultOf(result) };
  const match = /^(\d+)\.(\d+) (.*)$/m.exec(result.stdout);
  if (match === null) return { executable: undefined, fault: "it does not answer like Python" };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return { executable: undefined, fault: `it is Python ${major}.${minor}` };
  }
  return { executable: match[3]!.trim() || file, fault: undefined };
}

/**
 * Reads a script with the user's interpreter, running none of it. Resolves with the JSON that
 * `tuning_fork/inspect.py` prints; its shape is for the caller to check. Rejects with `script-unreadable`
 * or `interpreter-not-found`.
 */
export async function inspectWithInterpreter(
  interpreter: string,
  source: { readonly path: string } | { readonly text: string },
  pythonFolder: string,
): Promise<unknown> {
  const inspect = join(pythonFolder, "tuning_fork", "inspect.py");
  const input = "text" in source ? source.text : undefined;
  const target = "path" in source ? source.path : "-";
  // Isolated (-I): the user's PYTHON* variables, site folders and the folder of inspect.py itself stay out.
  const args = ["-I", "-X", "utf8", inspect, target];
  const result = await run(interpreter, args, INSPECT_LIMIT, process.env, input);
  if (result.error === null) {
    try {
      return JSON.parse(result.stdout);
    } catch {
      throw unreadable(target, "the interpreter's answer is not JSON");
    }
  }
  if (typeof result.error.code === "string") {
    throw notFound(`The Python interpreter ${interpreter} cannot be used: ${faultOf(result)}.`);
  }
  throw unreadable(target, faultOf(result));
}

function unreadable(target: string, why: string): TuningForkError {
  const script = target === "-" ? "The script" : `The script ${target}`;
  return new TuningForkError("script-unreadable", `${script} could not be read with Python: ${why}.`);
}

interface Result {
  readonly error: ExecFileException | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  file: string,
  args: readonly string[],
  limit: number,
  env: NodeJS.ProcessEnv,
  input?: string,
): Promise<Result> {
  return new Promise((resolve) => {
    const options = {
      env: inheritedEnvironment(env),
      timeout: limit,
      killSignal: "SIGKILL" as const,
      maxBuffer: 1 << 26,
      windowsHide: true,
    };
    const child = execFile(file, args, options, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
    // A child that ends before it has read everything breaks the pipe; its exit tells what happened.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}

function faultOf({ error, stderr }: Result): string {
  if (error?.killed) return "it did not answer in time";
  if (error?.code === "ENOENT") return "not found";
  if (error?.code === "EACCES") return "permission denied";
  const said = stderr.trim().split("\n").at(-1)?.trim();
  return said || `it ended with ${error?.signal ?? `exit code ${error?.code}`}`;
}
