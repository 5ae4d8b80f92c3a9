import type { Exit } from "../trials/executor.ts";

/** An exception's own line, such as "RuntimeError: CUDA out of memory". */
const EXCEPTION = /^(?:[A-Za-z_][\w.]*\.)?([A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)): *(.*)$/;

/** Why a script that ended with an exit code other than 0 did so, from the last lines that it printed. */
export function crashReason(code: number, tail: readonly string[]): string {
  for (let i = tail.length - 1; i >= 0; i--) {
    const match = EXCEPTION.exec(tail[i]!.trim());
    if (match) return `crashed: ${match[1]}: ${shorten(match[2]!)}`;
  }
  const last = tail.at(-1);
  return last === undefined
    ? `crashed with exit code ${code} and printed nothing`
    : `crashed with exit code ${code}: ${shorten(last.trim())}`;
}

/** Why a process ended that did not exit by itself. */
export function describeExit(exit: Exclude<Exit, { type: "exited" }>): string {
  switch (exit.type) {
    case "signalled":
      return `killed by ${exit.signal}`;
    case "timeout":
      return "ran longer than its time limit";
    case "stopped":
      return "stopped by hand";
    case "unstartable":
      return exit.message;
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
