import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { pathText } from "../space/problems.ts";
import type { Fault } from "./locate.ts";

const TEXTS: Readonly<Record<string, string>> = {
  InvalidSymbol: "This is not JSON: texts need double quotes.",
  InvalidNumberFormat: "This is not a number as JSON writes it, such as 0.01 or 1e-5.",
  PropertyNameExpected: "A name in double quotes is expected here.",
  ValueExpected: "A value is expected here.",
  ColonExpected: "A colon is expected here.",
  CommaExpected: "A comma is expected here.",
  CloseBraceExpected: "A closing } is expected here.",
  CloseBracketExpected: "A closing ] is expected here.",
  EndOfFileExpected: "The file should end here: the definition is one object.",
  UnexpectedEndOfComment: "This comment is not closed.",
  UnexpectedEndOfString: "This text is not closed: a double quote is missing.",
  UnexpectedEndOfNumber: "This number is not complete.",
};

export interface SyntaxFault {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

/** Reads JSON with comments and trailing commas. */
export function readTree(text: string): { root: Node | undefined; faults: readonly SyntaxFault[] } {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const faults = errors.map(({ error, offset, length }) => ({
    message: TEXTS[printParseErrorCode(error)] ?? "This is not JSON.",
    offset,
    length,
  }));
  if (!root && text.trim() === "")
    return { root, faults: [{ message: "The file is empty.", offset: 0, length: 0 }] };
  return { root, faults };
}

/** Names that stand twice in one object: JSON would silently keep only the last. */
export function* repeatedNames(
  node: Node,
  path: readonly (string | number)[] = [],
): Generator<Fault & { node: Node }> {
  const names = new Set<string>();
  for (const [i, child] of (node.children ?? []).entries()) {
    if (node.type === "array") yield* repeatedNames(child, [...path, i]);
    if (child.type !== "property") continue;
    const [key, value] = child.children ?? [];
    if (!key) continue;
    const name = String(key.value);
    const at = [...path, name];
    if (names.has(name))
      yield { path: at, message: `${pathText(at)} stands here twice: remove one.`, node: key };
    names.add(name);
    if (value) yield* repeatedNames(value, at);
  }
}
