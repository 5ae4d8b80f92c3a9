import type { FoundParameter } from "../protocol/script.ts";
import type { Binding, Parameter } from "../protocol/space.ts";
import { proposeParameter } from "../space/priors.ts";
import { findLiteral } from "./bindLiteral.ts";
import { type Collected, type Collection, collect, literalParameter } from "./collect.ts";
import type { ScriptFacts } from "./facts.ts";
import { readFacts } from "./screen.ts";

/** How a parameter's value reaches the script: without a binding, by a flag of its name. */
export function bindingOf(name: string, parameter: Pick<Parameter, "bind">): Binding {
  return parameter.bind ?? { flag: `--${name}` };
}

/** A script as it is now, in which bindings can be looked up. */
export class Located {
  private readonly facts: ScriptFacts;
  private readonly collection: Collection;

  constructor(text: string) {
    this.facts = readFacts(text, { literals: "all" });
    this.collection = collect(this.facts);
  }

  /** What a binding means in this text; undefined when it is not there, or reaches the script in another way. */
  find(binding: Binding): Collected | undefined {
    const { found } = this.collection;
    if ("flag" in binding) return found.find(({ argument }) => argument?.flags.includes(binding.flag));
    if ("constant" in binding)
      return found.find(
        ({ parameter: { bind } }) => "constant" in bind && bind.constant === binding.constant,
      );
    if (!("literal" in binding)) return undefined;
    const literal = findLiteral(this.facts.literals, binding.literal);
    if (literal === undefined) return undefined;
    const known = literalParameter(literal, this.facts.literals, "literal");
    const { parameter, suggested } = proposeParameter(known);
    return { parameter: { ...known, proposal: parameter, suggested }, asked: false };
  }
}

/** Where the parameters of a space stand in the current text; those that are not there are left out. */
export function locate(
  text: string,
  space: Readonly<Record<string, Parameter>>,
): ReadonlyMap<string, FoundParameter> {
  const script = new Located(text);
  const places = new Map<string, FoundParameter>();
  for (const [name, parameter] of Object.entries(space)) {
    const found = script.find(bindingOf(name, parameter));
    if (found !== undefined) places.set(name, { ...found.parameter, name });
  }
  return places;
}
