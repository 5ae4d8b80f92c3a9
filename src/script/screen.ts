import type { SyntaxNode } from "@lezer/common";
import { parser } from "@lezer/python";
import { bindings } from "./bindings.ts";
import { callFact } from "./calls.ts";
import { children, dottedName, expressionFact, identifier, unwrap } from "./expression.ts";
import {
  type AssignmentFact,
  type CallFact,
  type CommentFact,
  type ScriptFacts,
  TUNE_COMMENT,
} from "./facts.ts";
import { type BareLiteral, literalFact, onItsLine } from "./literals.ts";
import { SourceText } from "./pythonText.ts";

export interface ReadOptions {
  /** Which lines' scalar literals are wanted: those with a tune comment (the default), or all. */
  readonly literals?: "marked" | "all";
}

const SCOPES = new Set(["FunctionDefinition", "ClassDefinition", "LambdaExpression"]);

/** `a, b = …`, `a = b = …` and `a.b = …` give nothing: only one name with one value can be set from outside. */
function assignmentFact(
  node: SyntaxNode,
  source: SourceText,
  bound: ReadonlyMap<string, number>,
): AssignmentFact | undefined {
  const parts = children(node);
  const typed = parts[1]?.name === "TypeDef" ? parts[1] : undefined;
  const [target, equals, value, ...rest] = typed === undefined ? parts : [parts[0], ...parts.slice(2)];
  if (target?.name !== "VariableName" || equals?.name !== "AssignOp" || value === undefined) return undefined;
  if (rest.length > 0) return undefined;
  const name = identifier(target, source);
  const note = typed === undefined ? undefined : children(typed)[1];
  const annotation = note === undefined ? undefined : dottedName(unwrap(note), source);
  return {
    name,
    value: expressionFact(value, source),
    ...(annotation === undefined ? {} : { annotation }),
    bound: bound.get(name) ?? 0,
    span: source.span(node.from, node.to),
    endLine: source.lineAt(node.to),
  };
}

function commentFact(node: SyntaxNode, source: SourceText): CommentFact | undefined {
  const text = source.text.slice(node.from, node.to);
  const found = TUNE_COMMENT.exec(text);
  if (found === null) return undefined;
  return { text: text.slice(found.index), span: source.span(node.from + found.index, node.to) };
}

/** `5.` is a number to Python but not to the grammar of @lezer/python 1.1: the tree is built for `50` in its place. */
const BARE_POINT = /(?<![\p{L}\p{N}_.]|[\d.][eE][+-])(\d[\d_]*)\.(?!\d)/gu;

/** The text for the grammar, with every offset as it was. */
function parsable(text: string): string {
  // A byte order mark would become a part of the first name; after a backslash only half of CRLF would be taken.
  return text
    .replace(/^\ufeff/, "\n")
    .replaceAll("\\\r\n", " \\\n")
    .replace(BARE_POINT, (_, digits) => `${digits}0`);
}

/** Reads what is on screen; a half-typed file gives what its whole parts say. Nothing is run. */
export function readFacts(text: string, options: ReadOptions = {}): ScriptFacts {
  const source = new SourceText(text);
  const tree = parser.parse(parsable(text));
  const { bound, imports } = bindings(tree.topNode, source);
  const calls: CallFact[] = [];
  const assignments: AssignmentFact[] = [];
  const comments: CommentFact[] = [];
  const literals: BareLiteral[] = [];
  const commentStarts = new Map<number, number>();
  let depth = 0;
  tree.iterate({
    enter(ref) {
      if (SCOPES.has(ref.name)) depth += 1;
      else if (ref.name === "Comment") {
        commentStarts.set(source.lineAt(ref.from), ref.from);
        push(comments, commentFact(ref.node, source));
      } else if (ref.name === "AssignStatement" && depth === 0)
        push(assignments, assignmentFact(ref.node, source, bound));
      else push(literals, literalFact(ref.node, source));
      return ref.name !== "FormatString";
    },
    leave(ref) {
      if (SCOPES.has(ref.name)) depth -= 1;
      // On leaving: an inner call, such as the parser that a method is called on, comes before the outer one.
      else if (ref.name === "CallExpression") push(calls, callFact(ref.node, source, imports));
    },
  });
  const marked = new Set(comments.map((comment) => comment.span.line));
  const wanted = options.literals === "all" ? literals : literals.filter((one) => marked.has(one.span.line));
  return {
    imports: Object.fromEntries(imports),
    calls,
    assignments,
    comments,
    literals: wanted.map((one) => onItsLine(one, source, commentStarts)),
  };
}

function push<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}
