/** What went wrong, in a form that survives a process boundary. */
export type ErrorCode =
  | "bad-definition"
  | "bad-input"
  | "script-not-found"
  | "script-unreadable"
  | "interpreter-not-found"
  | "untrusted-workspace"
  | "no-metric"
  | "unknown-study"
  | "study-running"
  | "study-not-running"
  | "journal-damaged"
  | "journal-foreign"
  | "cannot-write"
  | "version-mismatch"
  | "engine-died"
  | "internal";

/**
 * An error meant for people: `message` says what is wrong and where, `next` what to do about it.
 * Anything else that is thrown is a defect of ours and is reported as `internal`.
 */
export class TuningForkError extends Error {
  override readonly name = "TuningForkError";
  readonly code: ErrorCode;
  readonly next: string | undefined;
  /** Structured details, such as definition problems or the metrics that were seen. */
  readonly data: unknown;

  constructor(code: ErrorCode, message: string, next?: string, data?: unknown) {
    super(message);
    this.code = code;
    this.next = next;
    this.data = data;
  }

  /** Message and next step as one text. */
  get text(): string {
    return this.next === undefined ? this.message : `${this.message} ${this.next}`;
  }
}
