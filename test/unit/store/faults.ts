import { type FileLayer, nodeFiles } from "../../../src/store/files.ts";

export type Call = keyof FileLayer;

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** A file layer that asks `before` at each call, which may throw in its place or, for a write, let only some bytes through. */
export function faultyFiles(before: (call: Call, argument: unknown) => number | undefined): FileLayer {
  const layer: Record<string, unknown> = {};
  for (const call of Object.keys(nodeFiles) as Call[]) {
    const real = nodeFiles[call] as (...args: unknown[]) => unknown;
    layer[call] = (...args: unknown[]) => {
      const limit = before(call, args[0]);
      if (call !== "write" || limit === undefined) return real(...args);
      return real(args[0], (args[1] as Buffer).subarray(0, limit));
    };
  }
  return layer as unknown as FileLayer;
}

/** Each call that can fail is made to fail with a code while `failing` has it. */
export class Switchboard {
  readonly failing = new Map<Call, string>();
  /** Bytes that the next write lets through. */
  short: number | undefined;
  readonly calls: Call[] = [];
  readonly files = faultyFiles((call) => {
    this.calls.push(call);
    if (call === "write" && this.short !== undefined) {
      const limit = this.short;
      this.short = undefined;
      return limit;
    }
    const code = this.failing.get(call);
    if (code !== undefined) throw systemError(code);
    return undefined;
  });
}
