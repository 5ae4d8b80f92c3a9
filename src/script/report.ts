import type { FoundParameter, ScriptReport } from "../protocol/script.ts";
import { budgetRank } from "../space/priors.ts";
import { type Collected, collect } from "./collect.ts";
import type { ScriptFacts } from "./facts.ts";

/** The largest budget of a script that does not say how long it trains. */
const UNKNOWN_LENGTH = 27;

/** The parameter that says how long the script trains, when it is a number and nobody asked to tune it. */
function budgetOf(found: readonly Collected[]): ScriptReport["budget"] {
  let best: { parameter: FoundParameter; rank: number } | undefined;
  for (const { parameter, asked } of found) {
    const { value, valueType } = parameter;
    const rank = budgetRank(parameter.name);
    const length = typeof value === "number" ? value >= 1 : valueType === "int" && value !== false;
    if (rank === undefined || asked || !length) continue;
    if (best === undefined || rank < best.rank) best = { parameter, rank };
  }
  if (best === undefined) return undefined;
  const { name, value } = best.parameter;
  return { name, max: typeof value === "number" ? value : UNKNOWN_LENGTH };
}

function demand({ span, bind }: FoundParameter): string {
  const flag = "flag" in bind ? bind.flag : "a value";
  return `Line ${span.line}: the script needs ${flag}. Turn it on, or give it in the definition's "args".`;
}

/** What facts mean, from whichever reader they come. */
export function reportOf(facts: ScriptFacts, authority: ScriptReport["authority"]): ScriptReport {
  const { found, arguments: args, warnings } = collect(facts);
  const parameters = found.map((one) => one.parameter);
  const budget = budgetOf(found);
  const needed = parameters.filter((one) => one.required && !one.suggested && one.name !== budget?.name);
  const first = parameters.find((one) => one.suggested) ?? parameters[0];
  const anchor = args.anchor ?? first?.span;
  return {
    parameters,
    ...(budget === undefined ? {} : { budget }),
    ...(anchor === undefined ? {} : { anchor }),
    warnings: [...warnings, ...needed.map(demand)],
    authority,
  };
}
