import type { DefinitionProblem } from "../../src/protocol/definition.ts";
import type { JsonPath } from "../../src/protocol/panel.ts";

/** The key under which a control's problems are kept; the same form as `DefinitionProblem.path`. */
export function slotOf(path: JsonPath): string {
  return path.join(".");
}

/** `forbidden[0]` and `space["a b"]` as slots. */
function normalized(path: string): string {
  return path
    .replace(/\[("(?:[^"\\]|\\.)*")\]/g, (_, name: string) => `.${JSON.parse(name)}`)
    .replace(/\[(\d+)\]/g, ".$1")
    .replace(/^\./, "");
}

/** A problem as it is said at a control: which value it is about is plain to see there. */
export function messageAt(slot: string, { path, message }: DefinitionProblem): string {
  const lead = `${path} `;
  if (path === "" || normalized(path) !== slot || !message.startsWith(lead)) {
    return message;
  }
  return message.charAt(lead.length).toUpperCase() + message.slice(lead.length + 1);
}

/**
 * Hands every problem to the control that shows its value, or to the nearest one around it (`space.lr.choices.2`
 * to `space.lr.choices`, a row, a section). What no control shows goes to "".
 */
export function placeProblems(
  problems: readonly DefinitionProblem[],
  slots: Iterable<string>,
): ReadonlyMap<string, readonly DefinitionProblem[]> {
  const known = new Set(slots);
  const placed = new Map<string, DefinitionProblem[]>();
  for (const problem of problems) {
    let slot = normalized(problem.path);
    while (slot !== "" && !known.has(slot)) {
      slot = slot.slice(0, Math.max(0, slot.lastIndexOf(".")));
    }
    placed.set(slot, [...(placed.get(slot) ?? []), problem]);
  }
  return placed;
}
