import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { installOnce } from "./cache.ts";
import { ensureDebianPackages } from "./debian.ts";
import { cleanEnvironment, failureLine, onPath, out, root, run } from "./process.ts";
import { SetupError } from "./setupError.ts";

export interface Python {
  readonly path: string;
  /** Such as "3.11.2". */
  readonly version: string;
}

function ask(python: string, code: string): string | undefined {
  const asked = spawnSync(python, ["-c", code], { encoding: "utf8" });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 9);
}

/**
 * Python 3.9 or later, from PATH.
 * @throws {SetupError} where there is none
 */
export function findPython(): Python {
  for (const name of ["python3", "python"]) {
    const path = onPath(name);
    const version = path && ask(path, "import platform; print(platform.python_version())");
    if (path && version && isNewEnough(version)) {
      return { path, version };
    }
  }
  throw new SetupError(
    "Python 3.9 or later is not on the PATH: install it (Debian: apt-get install python3)",
  );
}

/** Makes a virtual environment in an empty folder and installs packages into it. */
async function fill(
  folder: string,
  python: Python,
  what: string,
  packages: readonly string[],
): Promise<void> {
  if (ask(python.path, "import venv, ensurepip") === undefined) {
    await ensureDebianPackages(["python3-venv"], `${what}: Python's venv is missing`); // Debian splits it off
  }
  const log = join(out, "logs", `python-${what.replace(/\W+/g, "-").toLowerCase()}.log`);
  const env = cleanEnvironment();
  if ((await run(python.path, ["-m", "venv", folder], { log, env })) !== 0) {
    throw new SetupError(`${what}: no virtual environment could be made (${failureLine(log)})`);
  }
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", ...packages];
  if ((await run(join(folder, "bin/python"), pip, { log, env })) !== 0) {
    throw new SetupError(`${what}: pip failed (${failureLine(log)})`);
  }
}

/**
 * A Python with the packages of requirements.txt, from the user's cache folder, made on first use.
 * @throws {SetupError} where that is not possible
 */
export async function ensurePythonEnvironment(onInstall: () => void = () => {}): Promise<string> {
  const python = findPython();
  const requirements = join(root, "scripts/setup/requirements.txt");
  const fingerprint = `${python.path} ${python.version}\n${await readFile(requirements, "utf8")}`;
  const folder = await installOnce(`python-${python.version}`, fingerprint, (empty) => {
    onInstall();
    return fill(empty, python, "Optuna and scikit-learn", ["-r", requirements]);
  });
  return join(folder, "bin/python");
}

/**
 * A Python with some packages, in a folder of its own in the user's cache, made on first use.
 * @param name of that folder
 * @throws {SetupError} where that is not possible
 */
export async function ensurePythonPackages(
  name: string,
  packages: readonly string[],
  onInstall: () => void = () => {},
): Promise<string> {
  const python = findPython();
  const fingerprint = `${python.path} ${python.version}\n${packages.join("\n")}`;
  const folder = await installOnce(`${name}-${python.version}`, fingerprint, (empty) => {
    onInstall();
    return fill(empty, python, name, packages);
  });
  return join(folder, "bin/python");
}

const debianPython = "/usr/bin/python3";

const hasTorch = (python: string) => ask(python, "import torch") !== undefined;

/**
 * A Python with PyTorch for the processor: one that has it, else Debian's package, else PyTorch's own index.
 * @throws {SetupError} where that is not possible
 */
export async function ensureTorch(onInstall: () => void = () => {}): Promise<string> {
  const python = findPython();
  const ready = [python.path, debianPython].find(hasTorch);
  if (ready) {
    return ready;
  }
  onInstall();
  try {
    await ensureDebianPackages(
      ["python3-torch", "dataset-fashion-mnist"],
      "PyTorch for examples/torch is missing",
    );
    return debianPython;
  } catch {
    const index = [
      "--index-url",
      "https://download.pytorch.org/whl/cpu",
      "--timeout",
      "15",
      "--retries",
      "1",
    ];
    const folder = await installOnce(`torch-python-${python.version}`, python.path, (empty) =>
      fill(empty, python, "PyTorch", [...index, "torch"]),
    );
    return join(folder, "bin/python");
  }
}
