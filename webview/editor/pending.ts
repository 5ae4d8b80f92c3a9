import type { JsonPath } from "../../src/protocol/panel.ts";
import { isLoose, sameJson } from "./values.ts";

/** An edit that was sent and has not come back yet. */
export interface PendingEdit {
  readonly path: JsonPath;
  readonly value: unknown;
  /** Milliseconds, from the page's own clock. */
  readonly sent: number;
}

/** How long an edit is shown before the file says the same; then the file is right. */
export const SETTLE_MS = 1000;

/** A copy with the value at `path` replaced, or removed where it is undefined. */
export function setAt(root: unknown, path: JsonPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value;
  }
  if (typeof key === "number") {
    const items = Array.isArray(root) ? [...root] : [];
    const next = setAt(items[key], rest, value);
    items.splice(key, 1, ...(next === undefined ? [] : [next]));
    return items;
  }
  const { [key]: old, ...others } = isLoose(root) ? root : {};
  const next = setAt(old, rest, value);
  if (next === undefined) {
    return others;
  }
  // A known key keeps its place, as in the text.
  return { ...(isLoose(root) ? root : {}), [key]: next };
}

export function getAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) {
      return undefined;
    }
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** The file as it will be once all edits have arrived. */
export function overlay(definition: unknown, edits: readonly PendingEdit[]): unknown {
  return edits.reduce((value, edit) => setAt(value, edit.path, edit.value), definition);
}

/**
 * The edits that a new state of the file has not caught up with: everything up to the last one that stands in it
 * is done, and so is what has waited longer than `SETTLE_MS` (refused, or undone).
 */
export function settle(
  edits: readonly PendingEdit[],
  definition: unknown,
  now: number,
): readonly PendingEdit[] {
  if (definition === undefined) {
    return [];
  }
  const arrived = edits.findLastIndex((edit) => sameJson(getAt(definition, edit.path), edit.value));
  return edits.slice(arrived + 1).filter((edit) => now - edit.sent < SETTLE_MS);
}
