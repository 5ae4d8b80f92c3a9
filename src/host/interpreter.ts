import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { extensions, type Uri } from "vscode";
import { TuningForkError } from "../protocol/errors.ts";
import { setting } from "./settings.ts";

/** The parts of the Python extensions' APIs that are used here; both extensions may be absent. */
interface EnvironmentsApi {
  getEnvironment(
    scope: Uri | undefined,
  ): Promise<{ readonly execInfo?: { readonly run?: { readonly executable?: unknown } } } | undefined>;
}

interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ readonly executable: { readonly uri: Uri | undefined } } | undefined>;
    readonly known?: readonly { readonly path: string }[];
  };
}

/** The Python to run a script with: the setting, then the Python extensions' choice, then PATH. */
export async function findInterpreter(script: Uri): Promise<string> {
  const found =
    setting("interpreter", script).trim() ||
    (await fromEnvironments(script)) ||
    (await fromPython(script)) ||
    (await fromPath());
  if (!found) {
    throw new TuningForkError(
      "interpreter-not-found",
      "No Python was found on the PATH.",
      "Install Python 3.9 or later, or set the path in tuningFork.interpreter.",
    );
  }
  return found;
}

/** Interpreters that the Python extension knows of. */
export async function knownInterpreters(): Promise<readonly string[]> {
  const api = await apiOf<PythonApi>("ms-python.python", (value) => "environments" in value);
  return [...new Set((api?.environments.known ?? []).map((environment) => environment.path))];
}

async function fromEnvironments(script: Uri): Promise<string | undefined> {
  const api = await apiOf<EnvironmentsApi>(
    "ms-python.vscode-python-envs",
    (value) => "getEnvironment" in value,
  );
  const environment = await api?.getEnvironment(script);
  const executable = environment?.execInfo?.run?.executable;
  return typeof executable === "string" ? executable : undefined;
}

async function fromPython(script: Uri): Promise<string | undefined> {
  const api = await apiOf<PythonApi>("ms-python.python", (value) => "environments" in value);
  const active = api?.environments.getActiveEnvironmentPath(script);
  // The active path may be a folder or no longer there: only a resolved environment names an executable.
  const resolved = active && (await api?.environments.resolveEnvironment(active));
  return resolved?.executable.uri?.fsPath;
}

async function apiOf<T extends object>(id: string, fits: (value: object) => boolean): Promise<T | undefined> {
  const extension = extensions.getExtension<unknown>(id);
  try {
    const value = await extension?.activate();
    return typeof value === "object" && value !== null && fits(value) ? (value as T) : undefined;
  } catch {
    // A Python extension that fails to start says so itself; PATH is what is left.
    return undefined;
  }
}

async function fromPath(): Promise<string | undefined> {
  const names = process.platform === "win32" ? ["python.exe", "py.exe"] : ["python3", "python"];
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) {
        return path;
      }
    }
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
