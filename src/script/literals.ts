import type { SyntaxNode } from "@lezer/common";
import { children, dottedName, elements, identifier, scalar, unwrap } from "./expression.ts";
import type { LiteralFact } from "./facts.ts";
import type { SourceText } from "./pythonText.ts";

const LITERALS = new Set(["Number", "UnaryExpression", "String", "Boolean", "None"]);
/** Inside these a literal cannot be replaced by another, or is not a value of its own. */
const NO_VALUE = new Set(["ContinuedString", "LiteralPattern", "KeywordPattern", "MappingPattern"]);

type Label = Pick<LiteralFact, "label" | "callee" | "position">;

function lastName(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf(".") + 1);
}

function same(a: SyntaxNode | undefined, b: SyntaxNode): boolean {
  return a !== undefined && a.from === b.from && a.to === b.to;
}

function inArguments(list: SyntaxNode, node: SyntaxNode, source: SourceText): Label {
  const groups = elements(list);
  for (const [first, equals, value] of groups)
    if (first?.name === "VariableName" && isSign(equals, "=", source) && same(value, node))
      return { label: identifier(first, source) };
  const plain = groups.filter((group) => group.length === 1);
  const position = plain.findIndex(([only]) => same(only, node)) + 1;
  const callee = calleeOf(list.parent, source);
  return callee === undefined || position === 0 ? {} : { callee, position };
}

function isSign(node: SyntaxNode | undefined, sign: string, source: SourceText): boolean {
  return node !== undefined && source.text.slice(node.from, node.to) === sign;
}

/** The last name of what is called, by a call or a decorator. */
function calleeOf(call: SyntaxNode | null, source: SourceText): string | undefined {
  if (call?.name === "Decorator") {
    const last = children(call).findLast((child) => /^(?:Variable|Property)Name$/.test(child.name));
    return last === undefined ? undefined : identifier(last, source);
  }
  const head = call?.name === "CallExpression" ? children(call)[0] : undefined;
  const dotted = head === undefined ? undefined : dottedName(unwrap(head), source);
  return dotted === undefined ? undefined : lastName(dotted);
}

function inAssignment(statement: SyntaxNode, node: SyntaxNode, source: SourceText): Label {
  const parts = children(statement).filter((part) => part.name !== "TypeDef");
  const [target, , value] = parts;
  if (parts.length !== 3 || target === undefined || !same(value, node)) return {};
  const name = dottedName(unwrap(target), source);
  return name === undefined ? {} : { label: lastName(name) };
}

/** The default of a parameter, and the value of a dictionary's key, stand after a sign after their name. */
function afterName(node: SyntaxNode, source: SourceText): Label {
  const sign = node.prevSibling;
  const name = sign?.prevSibling;
  if (sign === null || name === null || name === undefined) return {};
  if (sign.name === ":") {
    const key = scalar(unwrap(name), source);
    return key?.kind === "str" ? { label: key.value as string } : {};
  }
  if (sign.name !== "AssignOp") return {};
  const named = name.name === "TypeDef" ? name.prevSibling : name;
  return named?.name === "VariableName" ? { label: identifier(named, source) } : {};
}

function labelOf(literal: SyntaxNode, source: SourceText): Label {
  let node = literal;
  while (node.parent?.name === "ParenthesizedExpression") node = node.parent;
  const parent = node.parent;
  switch (parent?.name) {
    case "ArgList":
      return inArguments(parent, node, source);
    case "AssignStatement":
    case "UpdateStatement":
      return inAssignment(parent, node, source);
    case "ParamList":
    case "DictionaryExpression":
      return afterName(node, source);
    default:
      return {};
  }
}

/** A literal before it is known where its line's comment starts. */
export type BareLiteral = Omit<LiteralFact, "text" | "code" | "column">;

/** A scalar literal that another could stand for; undefined for other nodes and for parts of a literal. */
export function literalFact(node: SyntaxNode, source: SourceText): BareLiteral | undefined {
  if (!LITERALS.has(node.name) || NO_VALUE.has(node.parent?.name ?? "")) return undefined;
  if (node.parent?.name === "ExpressionStatement") return undefined;
  const literal = scalar(node, source);
  if (literal === undefined || isSigned(node, source)) return undefined;
  const span = source.span(node.from, node.to);
  if (source.lineAt(node.to) !== span.line) return undefined;
  return { ...literal, span, ...labelOf(node, source) };
}

function isSigned(node: SyntaxNode, source: SourceText): boolean {
  let outer = node.parent;
  while (outer?.name === "ParenthesizedExpression") outer = outer.parent;
  return outer?.name === "UnaryExpression" && scalar(outer, source) !== undefined;
}

/** Adds the line that a literal stands on; `comments` maps a line to where its comment starts. */
export function onItsLine(
  literal: BareLiteral,
  source: SourceText,
  comments: ReadonlyMap<number, number>,
): LiteralFact {
  const { line } = literal.span;
  const start = source.lineStart(line);
  const raw = source.text.slice(start, comments.get(line) ?? source.lineEnd(line));
  const code = raw.replace(/^[ \t\f\ufeff]+/, "");
  const column = literal.span.start - start - (raw.length - code.length);
  return { ...literal, text: source.slice(literal.span), code: code.replace(/[ \t\f]+$/, ""), column };
}
