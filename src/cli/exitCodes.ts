import type { ErrorCode } from "../protocol/errors.ts";

/** What the command line's exit codes mean; README and `--help` show this table. */
export const EXIT = {
  ok: 0,
  internal: 1,
  badInput: 2,
  noScore: 3,
  cannotRun: 4,
  journal: 5,
  busy: 6,
  interrupted: 130,
} as const;

export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.ok, "done; a study has a best configuration"],
  [EXIT.internal, "a defect of Tuning Fork"],
  [EXIT.badInput, "an argument, definition, script or study is missing or wrong"],
  [EXIT.noScore, "the study ended without one scored trial"],
  [EXIT.cannotRun, "no interpreter, or no metric to go by"],
  [EXIT.journal, "the journal is damaged or cannot be written"],
  [EXIT.busy, "the study runs elsewhere, or does not run"],
  [EXIT.interrupted, "interrupted; `resume` goes on"],
];

const BY_CODE: Readonly<Record<ErrorCode, number>> = {
  "bad-definition": EXIT.badInput,
  "bad-input": EXIT.badInput,
  "script-not-found": EXIT.badInput,
  "script-unreadable": EXIT.badInput,
  "unknown-study": EXIT.badInput,
  "interpreter-not-found": EXIT.cannotRun,
  "untrusted-workspace": EXIT.cannotRun,
  "no-metric": EXIT.cannotRun,
  "study-running": EXIT.busy,
  "study-not-running": EXIT.busy,
  "journal-damaged": EXIT.journal,
  "journal-foreign": EXIT.journal,
  "cannot-write": EXIT.journal,
  "version-mismatch": EXIT.internal,
  "engine-died": EXIT.internal,
  internal: EXIT.internal,
};

export function exitCodeOf(code: ErrorCode): number {
  return BY_CODE[code];
}
