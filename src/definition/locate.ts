import { findNodeAtLocation, type Node } from "jsonc-parser";
import type { DefinitionProblem } from "../protocol/definition.ts";
import type { JsonPath } from "../protocol/panel.ts";

/** A fault by its path; the place in the text is found later. */
export interface Fault {
  readonly path: JsonPath;
  readonly message: string;
  /** The name is at fault, not the value. */
  readonly key?: boolean;
}

/** 1-based line and column of an offset. */
export function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - before.lastIndexOf("\n") };
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

/** The value at a path; for a value that is missing, the name of the nearest one around it. */
function spanOf(root: Node, { path, key }: Fault): Span {
  for (let depth = path.length; depth > 0; depth--) {
    const node = findNodeAtLocation(root, [...path.slice(0, depth)]);
    if (!node) continue;
    const name = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
    const missing = depth < path.length;
    return (missing || key) && name ? name : node;
  }
  return { offset: root.offset, length: Math.min(1, root.length) };
}

/** The fault with its place in the text. */
export function located(text: string, root: Node, fault: Fault, pathText: string): DefinitionProblem {
  const { offset, length } = spanOf(root, fault);
  return { path: pathText, message: fault.message, offset, length, ...position(text, offset) };
}
