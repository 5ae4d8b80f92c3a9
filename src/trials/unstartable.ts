import { accessSync, constants, statSync } from "node:fs";
import type { RunSpec } from "./executor.ts";

/** Says in words what kept a process from starting, naming what is missing. */
export function explainUnstartable(error: unknown, spec: RunSpec): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const [file] = spec.command;
  const folder = folderFault(spec.cwd);
  if (folder !== undefined) return folder;
  switch (code) {
    case "ENOENT":
      return /[\\/]/.test(file)
        ? `The program ${file} does not exist (or the interpreter that its first line names does not).`
        : `The program ${file} was not found on the PATH.`;
    case "EACCES":
      return `The program ${file} may not be executed: permission denied.`;
    case "E2BIG":
      return `The command line and environment of ${file} are longer than the system allows.`;
    case "EAGAIN":
    case "EMFILE":
    case "ENFILE":
    case "ENOMEM":
      return `The system is out of processes, files or memory (${code}): ${file} could not be started.`;
    default:
      return `${file} could not be started: ${message}.`;
  }
}

/** The system reports a missing working folder with the same code as a missing program. */
function folderFault(cwd: string): string | undefined {
  try {
    if (!statSync(cwd).isDirectory()) return `The working folder ${cwd} is not a folder.`;
    accessSync(cwd, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? `The working folder ${cwd} does not exist.`
      : `The working folder ${cwd} cannot be entered (${code}).`;
  }
}
