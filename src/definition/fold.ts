import type { Definition } from "../protocol/definition.ts";
import type { Condition, Parameter, SpaceSpec, Test, Value } from "../protocol/space.ts";
import { alternatives, passes } from "../space/condition.ts";
import { parseRelation, relationHolds } from "../space/relation.ts";
import type { Fault } from "./locate.ts";

/** What becomes of a parameter: tuned, held at a value, left at the script's value (perhaps unknown), or never there. */
type Fate =
  | { readonly type: "tuned" }
  | { readonly type: "fixed"; readonly value: Value }
  | { readonly type: "off"; readonly value: Value | undefined }
  | { readonly type: "never" };

function fateOf(name: string, parameter: Parameter, { fixed = {}, budget }: Definition): Fate {
  if (name === budget?.parameter) return { type: "off", value: parameter.default };
  if (Object.hasOwn(fixed, name)) return { type: "fixed", value: fixed[name]! };
  return parameter.enabled === false ? { type: "off", value: parameter.default } : { type: "tuned" };
}

/** A condition with its decided tests taken out: what is left of it, or what it comes to. */
type Folded = Condition | "holds" | "fails";

class Folding {
  readonly #definition: Definition;
  readonly #fates: Map<string, Fate>;
  /** Forbidden combinations and relations that what is fixed or off already breaks. */
  readonly contradictions: Fault[] = [];

  constructor(definition: Definition) {
    this.#definition = definition;
    const entries = Object.entries(definition.space);
    this.#fates = new Map(entries.map(([name, parameter]) => [name, fateOf(name, parameter, definition)]));
  }

  /** `unknown` says what a test of a value that nobody knows comes to. */
  #test(name: string, test: Test, unknown: "holds" | "fails"): "holds" | "fails" | { kept: Test } {
    const fate = this.#fates.get(name);
    if (!fate || fate.type === "tuned") return { kept: test };
    if (fate.type === "never") return "fails";
    if (fate.value === undefined) return unknown;
    const parameter = this.#definition.space[name];
    const order = parameter?.type === "ordinal" ? parameter.choices : undefined;
    if (!passes(test, fate.value, order)) return "fails";
    // A fixed parameter may have a condition of its own: the test still asks whether it is active.
    return fate.type === "fixed" ? { kept: fate.value } : "holds";
  }

  #condition(condition: Condition, unknown: "holds" | "fails"): Folded {
    const left: Readonly<Record<string, Test>>[] = [];
    for (const tests of alternatives(condition)) {
      const kept: Record<string, Test> = {};
      let fails = false;
      for (const [name, test] of Object.entries(tests)) {
        const folded = this.#test(name, test, unknown);
        if (folded === "fails") fails = true;
        else if (folded !== "holds") kept[name] = folded.kept;
      }
      if (fails) continue;
      if (Object.keys(kept).length === 0) return "holds";
      left.push(kept);
    }
    if (left.length === 0) return "fails";
    return left.length === 1 ? left[0]! : left;
  }

  /** Parameters whose condition can never hold are never there, and so are those that depend on them. */
  #findNever(): void {
    let found = true;
    while (found) {
      found = false;
      for (const [name, { when }] of Object.entries(this.#definition.space)) {
        const { type } = this.#fates.get(name)!;
        if (!when || type === "never" || type === "off") continue;
        if (this.#condition(when, "holds") !== "fails") continue;
        this.#fates.set(name, { type: "never" });
        found = true;
      }
    }
  }

  #parameter(parameter: Parameter, fate: Fate): Parameter {
    const { when, enabled: _, ...rest } = parameter;
    const folded = when && this.#condition(when, "holds");
    const common = folded === undefined || folded === "holds" || folded === "fails" ? {} : { when: folded };
    if (fate.type !== "fixed") return { ...rest, ...common };
    return { ...single(rest, fate.value), ...common };
  }

  #forbidden(): Condition[] {
    return (this.#definition.forbidden ?? []).flatMap((condition, i) => {
      const folded = this.#condition(condition, "fails");
      if (folded === "holds") {
        const message = `forbidden[${i}] holds for the values that are fixed or switched off: no configuration is left. Remove it, or change these values.`;
        this.contradictions.push({ path: ["forbidden", i], message });
      }
      return folded === "holds" || folded === "fails" ? [] : [folded];
    });
  }

  /** One side of a relation: a name that is tuned, or a number; undefined when the relation binds nothing. */
  #side(side: string | number): string | number | undefined {
    if (typeof side === "number") return side;
    const fate = this.#fates.get(side);
    if (fate?.type === "never") return undefined;
    if (fate?.type !== "off") return side;
    return typeof fate.value === "number" ? fate.value : undefined;
  }

  #relations(): string[] {
    return (this.#definition.relations ?? []).flatMap((text, i) => {
      const relation = parseRelation(text);
      if (!relation) return [text];
      const [left, right] = [this.#side(relation.left), this.#side(relation.right)];
      if (left === undefined || right === undefined) return [];
      if (typeof left === "string" || typeof right === "string")
        return [`${left} ${relation.operator} ${right}`];
      if (!relationHolds({ ...relation, left, right }, () => undefined)) {
        const message = `relations[${i}] ("${text}") is broken by the values that are switched off (${left}, ${right}). Remove it, or change these values.`;
        this.contradictions.push({ path: ["relations", i], message });
      }
      return [];
    });
  }

  fold(): SpaceSpec {
    this.#findNever();
    const parameters: Record<string, Parameter> = {};
    for (const [name, parameter] of Object.entries(this.#definition.space)) {
      const fate = this.#fates.get(name)!;
      if (fate.type === "tuned" || fate.type === "fixed") parameters[name] = this.#parameter(parameter, fate);
    }
    return { parameters, forbidden: this.#forbidden(), relations: this.#relations() };
  }
}

/** A parameter that can have one value only. */
function single(parameter: Parameter, value: Value): Parameter {
  if (parameter.type === "float" || parameter.type === "int") {
    const { step: _step, scale: _scale, ...rest } = parameter;
    return { ...rest, low: value as number, high: value as number, default: value };
  }
  const type = parameter.type === "boolean" ? "categorical" : parameter.type;
  return { ...parameter, type, choices: [value], default: value };
}

/** The space that is left to tune, and the faults that only show once it is folded. */
export function foldSpace(definition: Definition): { spec: SpaceSpec; faults: readonly Fault[] } {
  const folding = new Folding(definition);
  const spec = folding.fold();
  return { spec, faults: folding.contradictions };
}

/**
 * The space of a definition: what is on. A parameter that is off (or is the budget) counts as fixed at its
 * default, so that conditions and relations on it are decided here; where it has no default, conditions on it
 * hold, and what it would forbid is allowed. A fixed parameter stays, with its one value.
 */
export function spaceOf(definition: Definition): SpaceSpec {
  return foldSpace(definition).spec;
}
