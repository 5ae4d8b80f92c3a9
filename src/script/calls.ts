import type { SyntaxNode } from "@lezer/common";
import { children, dottedName, elements, expressionFact, identifier, unwrap } from "./expression.ts";
import { type CallFact, type ExpressionFact, PARSER_METHODS } from "./facts.ts";
import type { SourceText } from "./pythonText.ts";

const CONSTRUCTOR = /(?:ArgumentParser|ArgParser)$/;

/** The full name of a dotted name whose head was imported. */
export function resolved(name: string, imports: ReadonlyMap<string, string>): string {
  const [head = "", ...rest] = name.split(".");
  return [imports.get(head) ?? head, ...rest].join(".");
}

interface Callee {
  readonly callee: string;
  readonly receiver?: string;
}

function calleeOf(outer: SyntaxNode, source: SourceText): Callee | undefined {
  const node = unwrap(outer);
  const whole = dottedName(node, source);
  if (whole !== undefined) {
    const dot = whole.lastIndexOf(".");
    return dot < 0 ? { callee: whole } : { callee: whole, receiver: whole.slice(0, dot) };
  }
  if (node.name !== "MemberExpression") return undefined;
  const [object, dot, property] = children(node);
  if (object === undefined || dot?.name !== "." || property === undefined) return undefined;
  const callee = identifier(property, source);
  const inner = unwrap(object);
  return inner.name === "CallExpression" ? { callee, receiver: `@${inner.to}` } : { callee };
}

/** The name that a call's result is assigned to, when that is one name. */
function targetOf(call: SyntaxNode, source: SourceText): string | undefined {
  let node = call;
  while (node.parent?.name === "ParenthesizedExpression") node = node.parent;
  const statement = node.parent;
  if (statement?.name !== "AssignStatement") return undefined;
  const parts = children(statement).filter((part) => part.name !== "TypeDef");
  const [target, equals, value] = parts;
  if (parts.length !== 3 || target === undefined || equals?.name !== "AssignOp") return undefined;
  return value?.from === node.from ? dottedName(unwrap(target), source) : undefined;
}

type Given = Pick<CallFact, "args" | "keywords" | "spread" | "insertAt">;

function givenArguments(list: SyntaxNode, source: SourceText): Given {
  const args: ExpressionFact[] = [];
  const keywords: Record<string, ExpressionFact> = {};
  let spread = false;
  const groups = elements(list);
  for (const [first, equals, value, ...rest] of groups) {
    if (first === undefined) continue;
    if (equals === undefined) args.push(expressionFact(first, source));
    else if (source.text.slice(equals.from, equals.to) === "=" && value !== undefined && rest.length === 0)
      keywords[identifier(first, source)] = expressionFact(value, source);
    else spread = true;
  }
  const insertAt = groups.at(-1)?.at(-1)?.to;
  return { args, keywords, spread, ...(insertAt === undefined ? {} : { insertAt }) };
}

/** What is known of a call that builds or uses an argument parser; undefined for every other call. */
export function callFact(
  node: SyntaxNode,
  source: SourceText,
  imports: ReadonlyMap<string, string>,
): CallFact | undefined {
  const [head, list] = children(node);
  if (head === undefined || list?.name !== "ArgList") return undefined;
  const callee = calleeOf(head, source);
  if (callee === undefined) return undefined;
  const last = callee.callee.slice(callee.callee.lastIndexOf(".") + 1);
  if (!PARSER_METHODS.has(last) && !CONSTRUCTOR.test(resolved(callee.callee, imports))) return undefined;
  const target = targetOf(node, source);
  return {
    ...callee,
    ...(target === undefined ? {} : { target }),
    ...givenArguments(list, source),
    span: source.span(node.from, node.to),
    endLine: source.lineAt(node.to),
  };
}
