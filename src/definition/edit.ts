import {
  applyEdits,
  type Edit,
  findNodeAtLocation,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from "jsonc-parser";
import { TuningForkError } from "../protocol/errors.ts";
import type { JsonPath } from "../protocol/panel.ts";

/** Objects and lists up to this length are written in one line. */
const LINE = 100;

interface Layout {
  readonly eol: string;
  /** One level of indentation. */
  readonly unit: string;
}

function layoutOf(text: string): Layout {
  const first = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  return { eol: text.includes("\r\n") ? "\r\n" : "\n", unit: first.startsWith("\t") ? "\t" : first };
}

/** Indentation of the line that an offset is on. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))![0];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON in one line with a space after colons and commas. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([key, entry]) => `${JSON.stringify(key)}: ${inline(entry)}`).join(", ")} }`;
}

/** JSON for people: short objects and lists in one line, others over several. */
function render(value: unknown, indent: string, layout: Layout): string {
  const line = inline(value);
  const inner = indent + layout.unit;
  if (line.length + inner.length <= LINE || typeof value !== "object" || value === null) return line;
  const rows = Array.isArray(value)
    ? value.map((entry) => render(entry, inner, layout))
    : Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([key, entry]) => `${JSON.stringify(key)}: ${render(entry, inner, layout)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const { eol } = layout;
  return `${open}${eol}${rows.map((row) => inner + row).join(`,${eol}`)}${eol}${indent}${close}`;
}

/** Appends an entry to an object or list, after its last one and on a line of its own where the others are. */
function append(text: string, parent: Node, key: string | undefined, value: unknown): Edit[] {
  const layout = layoutOf(text);
  const name = key === undefined ? "" : `${JSON.stringify(key)}: `;
  const last = parent.children?.at(-1);
  if (!last) {
    const content = key === undefined ? [value] : { [key]: value };
    const indent = indentAt(text, parent.offset);
    return [{ offset: parent.offset, length: parent.length, content: render(content, indent, layout) }];
  }
  const end = last.offset + last.length;
  if (!text.slice(parent.offset, parent.offset + parent.length).includes("\n")) {
    return [{ offset: end, length: 0, content: `, ${name}${inline(value)}` }];
  }
  const indent = indentAt(text, last.offset);
  const row = `${layout.eol}${indent}${name}${render(value, indent, layout)}`;
  // A comment behind the last entry stays behind it; a trailing comma serves as the one between the two.
  const [rest = "", comma, comment = ""] = /^[ \t]*(,?)([ \t]*\/\/[^\r\n]*)?/.exec(text.slice(end)) ?? [];
  if (comma || comment) {
    const added: Edit = { offset: end + rest.length, length: 0, content: comma ? `${row},` : row };
    return comma ? [added] : [{ offset: end, length: 0, content: "," }, added];
  }
  return [{ offset: end, length: 0, content: `,${row}` }];
}

function remove(text: string, root: Node, path: JsonPath): Edit[] {
  const node = findNodeAtLocation(root, [...path]);
  if (!node || path.length === 0) return [];
  const entry = node.parent?.type === "property" ? node.parent : node;
  const parent = entry.parent!;
  if (parent.children!.length > 1) return modify(text, [...path], undefined, {});
  return [{ offset: parent.offset, length: parent.length, content: parent.type === "array" ? "[]" : "{}" }];
}

/**
 * The text edits that set one value of a definition, or remove it (`undefined`), and leave everything else as it
 * stands, comments and layout included. Parents that are missing are made.
 * @throws TuningForkError `bad-input` when the text is not readable: a broken file stays untouched.
 */
export function editDefinition(text: string, path: JsonPath, value: unknown): Edit[] {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (!root || errors.length > 0) {
    throw new TuningForkError("bad-input", "The definition cannot be read.", "Mend it as text first.");
  }
  if (value === undefined) return remove(text, root, path);
  const layout = layoutOf(text);
  for (let depth = path.length; depth >= 0; depth--) {
    const node = findNodeAtLocation(root, path.slice(0, depth));
    if (!node) continue;
    const wrapped = path
      .slice(depth + 1)
      .reduceRight<unknown>((inner, part) => (typeof part === "number" ? [inner] : { [part]: inner }), value);
    const key = path[depth];
    if (key !== undefined && node.type === "object") return append(text, node, String(key), wrapped);
    if (key !== undefined && node.type === "array") return append(text, node, undefined, wrapped);
    const content = key === undefined ? value : { [key]: wrapped };
    const indent = indentAt(text, node.offset);
    return [{ offset: node.offset, length: node.length, content: render(content, indent, layout) }];
  }
  return [];
}

/** The text with edits applied. */
export function applyDefinitionEdits(text: string, edits: readonly Edit[]): string {
  return applyEdits(text, [...edits]);
}

/** A whole definition (or any JSON) as text, laid out as `editDefinition` would: one line for each parameter. */
export function definitionText(definition: unknown): string {
  const layout = { eol: "\n", unit: "  " };
  if (!isObject(definition)) return `${inline(definition)}\n`;
  const rows = Object.entries(definition)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const opened = key === "space" && isObject(value) && Object.keys(value).length > 0;
      if (!opened) return `  ${JSON.stringify(key)}: ${render(value, "  ", layout)}`;
      const lines = Object.entries(value).map(
        ([name, entry]) => `    ${JSON.stringify(name)}: ${render(entry, "    ", layout)}`,
      );
      return `  ${JSON.stringify(key)}: {\n${lines.join(",\n")}\n  }`;
    });
  return `{\n${rows.join(",\n")}\n}\n`;
}
