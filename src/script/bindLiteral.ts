import type { Binding } from "../protocol/space.ts";
import type { LiteralFact } from "./facts.ts";

export type LiteralBinding = Extract<Binding, { readonly literal: unknown }>["literal"];

/** How a binding names a literal; `all` holds at least all literals on its line, in their order. */
export function literalBinding(literal: LiteralFact, all: readonly LiteralFact[]): LiteralBinding {
  const same = all.filter((one) => one.span.line === literal.span.line && one.text === literal.text);
  return { text: literal.text, line: literal.code, nth: same.indexOf(literal) + 1, at: literal.span.line };
}

/** A binding written by hand may hold the comment at the end of the line. */
function isLine(code: string, line: string): boolean {
  return line.startsWith(code) && /^\s*(?:#.*)?$/.test(line.slice(code.length));
}

/** Whether a literal has another value than the binding's, on a line that is the binding's otherwise. */
function wasChanged(literal: LiteralFact, binding: LiteralBinding): boolean {
  if (literal.text === binding.text) return false;
  const before = literal.code.slice(0, literal.column);
  const after = literal.code.slice(literal.column + literal.text.length);
  return isLine(before + binding.text + after, binding.line);
}

/**
 * Finds the literal that a binding means: on the nearest line that reads as it did, or, after another value has
 * been written there, on the nearest line that reads as it did but for this literal. The launcher
 * (`python/tuning_fork/launch.py`) finds it in the same way.
 */
export function findLiteral(all: readonly LiteralFact[], binding: LiteralBinding): LiteralFact | undefined {
  let best: { literal: LiteralFact; distance: number } | undefined;
  const consider = (literal: LiteralFact) => {
    const distance = Math.abs(literal.span.line - binding.at);
    if (best === undefined || distance < best.distance) best = { literal, distance };
  };
  const nth = new Map<number, number>();
  for (const literal of all) {
    if (literal.text !== binding.text || !isLine(literal.code, binding.line)) continue;
    const count = (nth.get(literal.span.line) ?? 0) + 1;
    nth.set(literal.span.line, count);
    if (count === binding.nth) consider(literal);
  }
  if (best === undefined) for (const literal of all) if (wasChanged(literal, binding)) consider(literal);
  return best?.literal;
}
