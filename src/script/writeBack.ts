import type { FoundParameter } from "../protocol/script.ts";
import type { Parameter, Value } from "../protocol/space.ts";
import type { Argument } from "./argparse.ts";
import { formatValue } from "./format.ts";
import { bindingOf, Located } from "./locate.ts";

/** One value to write into a script. */
export interface ValueChange {
  readonly name: string;
  /** The parameter of the definition: its binding says where the value stands. */
  readonly parameter: Pick<Parameter, "bind">;
  readonly value: Value;
}

/** Replaces the text from `start` to `end` (UTF-16 units, half-open). */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

export interface ValueEdits {
  /** In the order of the text; they do not overlap. */
  readonly edits: readonly TextEdit[];
  /** What could not be written, and why, for people. */
  readonly problems: readonly { readonly name: string; readonly message: string }[];
}

/**
 * The edits that write values into a script: an argparse default, a constant or a literal. Nothing else of the text
 * changes; a value that stands there already needs no edit.
 */
export function valueEdits(text: string, changes: readonly ValueChange[]): ValueEdits {
  const script = new Located(text);
  const edits = new Map<number, TextEdit>();
  const problems: { name: string; message: string }[] = [];
  for (const { name, parameter, value } of changes) {
    const binding = bindingOf(name, parameter);
    const found = script.find(binding);
    if (found === undefined) {
      const message =
        "env" in binding || "params" in binding
          ? `${name} does not stand in the script: it reaches it from outside.`
          : `${name} is no longer where it was in the script.`;
      problems.push({ name, message });
      continue;
    }
    const edit = found.argument
      ? argumentEdit(text, found.parameter, found.argument, value)
      : literalEdit(text, found.parameter, value);
    if (typeof edit === "string") problems.push({ name, message: edit });
    else if (edit !== undefined) edits.set(edit.start, edit);
  }
  return { edits: [...edits.values()].sort((a, b) => a.start - b.start), problems };
}

/** Applies edits to a text, for those who have no editor. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, newText } of edits) {
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}

function literalEdit(text: string, found: FoundParameter, value: Value): TextEdit | undefined {
  const { valueSpan: span, valueType } = found;
  if (span === undefined || Object.is(found.value, value)) return undefined;
  const newText = formatValue(value, { old: text.slice(span.start, span.end), valueType });
  return { start: span.start, end: span.end, newText: separated(text, span.start, newText) };
}

/** `return-1` becomes `return 2`, not `return2`. */
function separated(text: string, start: number, newText: string): string {
  const before = text[start - 1] ?? "";
  return /\w/.test(before) && /^\w/.test(newText) ? ` ${newText}` : newText;
}

function argumentEdit(
  text: string,
  found: FoundParameter,
  argument: Argument,
  value: Value,
): TextEdit | string | undefined {
  const { call, valueSpan, flags } = argument;
  const flag = flags.at(-1);
  if (argument.required)
    return `${flag} is required, so that a default has no effect (line ${call.span.line}).`;
  if (valueSpan !== undefined) return literalEdit(text, found, value);
  if (Object.is(found.value, value)) return undefined;
  if (call.spread)
    return `The arguments of add_argument for ${flag} are not all written there (line ${call.span.line}).`;
  if (call.insertAt === undefined) return `${flag} has no place for a default (line ${call.span.line}).`;
  const written = formatValue(value, { valueType: found.valueType });
  return { start: call.insertAt, end: call.insertAt, newText: `, default=${written}` };
}
