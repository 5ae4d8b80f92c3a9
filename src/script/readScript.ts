import type { ScriptReport } from "../protocol/script.ts";
import { reportOf } from "./report.ts";
import { readFacts } from "./screen.ts";

/**
 * Reads a training script from its text alone: its argparse arguments, its module-level constants and what
 * `# tune:` comments mark. Runs nothing, and reads half-typed files as far as they go.
 */
export function readScript(text: string): ScriptReport {
  return reportOf(readFacts(text), "screen");
}
