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

/** A TuningForkError as it travels: the `data` of a JSON-RPC error answer. */
export interface ErrorPayload {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next?: string;
  readonly data?: unknown;
}

const ERROR_CODES: Readonly<Record<ErrorCode, true>> = {
  "bad-definition": true,
  "bad-input": true,
  "script-not-found": true,
  "script-unreadable": true,
  "interpreter-not-found": true,
  "untrusted-workspace": true,
  "no-metric": true,
  "unknown-study": true,
  "study-running": true,
  "study-not-running": true,
  "journal-damaged": true,
  "journal-foreign": true,
  "cannot-write": true,
  "version-mismatch": true,
  "engine-died": true,
  internal: true,
};

export function toErrorPayload(error: unknown): ErrorPayload {
  if (error instanceof TuningForkError) {
    const { code, message, next, data } = error;
    return {
      code,
      message,
      ...(next === undefined ? {} : { next }),
      ...(data === undefined ? {} : { data }),
    };
  }
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

/** Undefined where `value` is not an ErrorPayload. */
export function fromErrorPayload(value: unknown): TuningForkError | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const { code, message, next, data } = value as Partial<Record<keyof ErrorPayload, unknown>>;
  if (typeof code !== "string" || !Object.hasOwn(ERROR_CODES, code) || typeof message !== "string") {
    return undefined;
  }
  return new TuningForkError(code as ErrorCode, message, typeof next === "string" ? next : undefined, data);
}
