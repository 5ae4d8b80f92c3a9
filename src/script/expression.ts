import type { SyntaxNode } from "@lezer/common";
import type { Value } from "../protocol/space.ts";
import type { ExpressionFact, LiteralKind } from "./facts.ts";
import { numberValue, type SourceText, stringValue } from "./pythonText.ts";

/** The children of a node, comments left out. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== "Comment") found.push(child);
  return found;
}

/** What is inside parentheses, as `ast` sees it. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.name === "ParenthesizedExpression") {
    const child = children(inner)[1];
    if (child === undefined || child.name === ")") return inner;
    inner = child;
  }
  return inner;
}

function signedNumber(node: SyntaxNode, source: SourceText) {
  const [sign, operand] = children(node);
  if (sign?.name !== "ArithOp" || operand === undefined) return undefined;
  const inner = unwrap(operand);
  const number = inner.name === "Number" ? numberValue(source.text.slice(inner.from, inner.to)) : undefined;
  if (number === undefined) return undefined;
  const negative = source.text.slice(sign.from, sign.to) === "-";
  // Python's int has no negative zero.
  const value = negative && (number.value !== 0 || number.kind === "float") ? -number.value : number.value;
  return { kind: number.kind, value };
}

function concatenated(node: SyntaxNode, source: SourceText) {
  let value = "";
  for (const part of children(node)) {
    const text = part.name === "String" ? stringValue(source.text.slice(part.from, part.to)) : undefined;
    if (text === undefined) return undefined;
    value += text;
  }
  return { kind: "str" as const, value };
}

/** The kind and value of a scalar literal, sign included; undefined for anything else. */
export function scalar(
  node: SyntaxNode,
  source: SourceText,
): { kind: LiteralKind; value: Value } | undefined {
  const text = () => source.text.slice(node.from, node.to);
  switch (node.name) {
    case "Number":
      return numberValue(text());
    case "UnaryExpression":
      return signedNumber(node, source);
    case "Boolean":
      return { kind: "bool", value: text() === "True" };
    case "None":
      return { kind: "none", value: null };
    case "String": {
      const value = stringValue(text());
      return value === undefined ? undefined : { kind: "str", value };
    }
    case "ContinuedString":
      return concatenated(node, source);
    default:
      return undefined;
  }
}

/** A name as Python knows it: in Unicode's form NFKC. */
export function identifier(node: SyntaxNode, source: SourceText): string {
  return source.text.slice(node.from, node.to).normalize("NFKC");
}

/** `a.b.c` for a chain of names, else undefined. */
export function dottedName(node: SyntaxNode, source: SourceText): string | undefined {
  if (node.name === "VariableName") return identifier(node, source);
  if (node.name !== "MemberExpression") return undefined;
  const [object, dot, property] = children(node);
  if (object === undefined || dot?.name !== "." || property?.name !== "PropertyName") return undefined;
  const head = dottedName(unwrap(object), source);
  return head === undefined ? undefined : `${head}.${identifier(property, source)}`;
}

/** Splits the children of a bracketed list at its commas. */
export function elements(node: SyntaxNode): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [];
  let group: SyntaxNode[] = [];
  for (const child of children(node).slice(1)) {
    const closes = child.nextSibling === null && /^[)\]}]$/.test(child.name);
    if (child.name !== "," && !closes) {
      group.push(child);
      continue;
    }
    if (group.length > 0) groups.push(group);
    group = [];
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

const COLLECTIONS = new Set(["ArrayExpression", "TupleExpression", "SetExpression"]);

function collectionItems(node: SyntaxNode, source: SourceText): Value[] | undefined {
  const items: Value[] = [];
  for (const group of elements(node)) {
    const item = group.length === 1 ? scalar(unwrap(group[0] as SyntaxNode), source) : undefined;
    if (item === undefined) return undefined;
    items.push(item.value);
  }
  return items;
}

function rangeArguments(node: SyntaxNode, source: SourceText): number[] | undefined {
  const [callee, list] = children(node);
  if (callee === undefined || list?.name !== "ArgList") return undefined;
  const name = dottedName(callee, source);
  const groups = elements(list);
  const single =
    groups.length === 1 && groups[0]?.length === 1 ? unwrap(groups[0][0] as SyntaxNode) : undefined;
  if ((name === "list" || name === "tuple") && single?.name === "CallExpression")
    return rangeArguments(single, source);
  if (name !== "range" || groups.length < 1 || groups.length > 3) return undefined;
  const numbers: number[] = [];
  for (const group of groups) {
    const item = group.length === 1 ? scalar(unwrap(group[0] as SyntaxNode), source) : undefined;
    if (item?.kind !== "int") return undefined;
    numbers.push(item.value as number);
  }
  return numbers;
}

export function expressionFact(outer: SyntaxNode, source: SourceText): ExpressionFact {
  const node = unwrap(outer);
  const span = source.span(node.from, node.to);
  const literal = scalar(node, source);
  if (literal !== undefined) return { span, literal };
  if (COLLECTIONS.has(node.name)) {
    const items = collectionItems(node, source);
    return items === undefined ? { span } : { span, items };
  }
  if (node.name === "CallExpression") {
    const range = rangeArguments(node, source);
    return range === undefined ? { span } : { span, range };
  }
  const name = dottedName(node, source);
  return name === undefined ? { span } : { span, name };
}
