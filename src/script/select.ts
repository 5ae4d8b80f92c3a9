import type { FoundParameter } from "../protocol/script.ts";
import { proposeParameter } from "../space/priors.ts";
import { type Collected, collect, literalParameter } from "./collect.ts";
import type { LiteralFact } from "./facts.ts";
import { readFacts } from "./screen.ts";

const NOTHING = "Put the cursor on a number, a string, True or False, or select one.";

/**
 * The value that the user has selected, or that the cursor is on, as a parameter: the argument or constant that
 * it belongs to, else the literal itself. Offsets are UTF-16 units; `end` is exclusive.
 */
export function describeSelection(
  text: string,
  start: number,
  end: number,
): FoundParameter | { readonly problem: string } {
  const facts = readFacts(text, { literals: "all" });
  const { found } = collect(facts);
  const selected = text.slice(start, end);
  const from = start + (selected.length - selected.trimStart().length);
  const to = Math.max(from, end - (selected.length - selected.trimEnd().length));

  const touched = facts.literals.filter(({ span }) => span.start <= to && span.end >= from);
  const exact = touched.filter(({ span }) => span.start === from && span.end === to);
  const [literal, ...more] = exact.length > 0 ? exact : touched;
  if (literal === undefined || more.length > 0) {
    const whole = found.filter(({ parameter: { span } }) => span.start <= from && span.end >= to);
    if (whole.length === 1) return { ...(whole[0] as Collected).parameter, suggested: true };
    return { problem: literal === undefined ? NOTHING : "Select one value; there are several here." };
  }
  const owner = found.find(({ parameter }) => parameter.valueSpan?.start === literal.span.start);
  if (owner !== undefined) return { ...owner.parameter, suggested: true };
  return selectedLiteral(literal, facts.literals);
}

function selectedLiteral(
  literal: LiteralFact,
  all: readonly LiteralFact[],
): FoundParameter | { problem: string } {
  if (literal.kind === "none") return { problem: "None has no range; give it a value first." };
  const found = literalParameter(literal, all, "selection");
  const loose = literal.kind === "int" && (literal.value === 0 || literal.value === 1);
  const { parameter } = proposeParameter({ ...found, valueType: loose ? undefined : found.valueType });
  return { ...found, proposal: parameter, suggested: true };
}
