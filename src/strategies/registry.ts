import { Ajv, type ErrorObject } from "ajv";
import { TuningForkError } from "../protocol/errors.ts";
import { hint } from "../space/nearest.ts";
import { asha } from "./asha.ts";
import { bandit } from "./bandit/bandit.ts";
import { bohb } from "./bohb.ts";
import { cmaEs } from "./cmaes/cmaes.ts";
import { evolution } from "./evolution/evolution.ts";
import { gaussianProcess } from "./gp/gp.ts";
import { gridSearch } from "./grid.ts";
import { hyperband } from "./hyperband.ts";
import { randomSearch } from "./random.ts";
import type { Strategy, StrategyInput, StrategyKind } from "./strategy.ts";
import { successiveHalving } from "./successiveHalving.ts";
import { tpe } from "./tpe/tpe.ts";

/** Every strategy there is. A new one is a file, a line here, and its test. */
export const strategies: readonly StrategyKind[] = [
  randomSearch,
  gridSearch,
  successiveHalving,
  hyperband,
  asha,
  gaussianProcess,
  bohb,
  tpe,
  bandit,
  evolution,
  cmaEs,
];

/** @throws TuningForkError `bad-definition` for an unknown name. */
export function strategyKind(name: string): StrategyKind {
  const kind = strategies.find((strategy) => strategy.name === name);
  if (kind) return kind;
  const names = strategies.map((strategy) => strategy.name);
  throw new TuningForkError("bad-definition", `There is no strategy "${name}".${hint(name, names)}`);
}

const ajv = new Ajv({ useDefaults: true, allErrors: true, strictTypes: false });

function optionFault({ instancePath, message, params }: ErrorObject): string {
  const path = `strategy${instancePath.replaceAll("/", ".")}`;
  const extra = params as { additionalProperty?: string; allowedValues?: readonly unknown[] };
  if (extra.additionalProperty !== undefined) return `${path} has no option "${extra.additionalProperty}".`;
  const values = extra.allowedValues ? `: ${extra.allowedValues.join(", ")}` : "";
  return `${path} ${message}${values}.`;
}

/** The options as the strategy takes them: checked, and with defaults filled in. */
function completeOptions(
  kind: StrategyKind,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { name: _, ...rest } = given;
  const options = JSON.parse(JSON.stringify(rest)) as Record<string, unknown>;
  const validate = ajv.compile(kind.options);
  if (validate(options)) return options;
  const faults = (validate.errors ?? []).map(optionFault).join(" ");
  const known = Object.keys((kind.options as { properties?: object }).properties ?? {});
  const next =
    known.length > 0 ? `${kind.title} takes: ${known.join(", ")}.` : `${kind.title} takes no options.`;
  throw new TuningForkError("bad-definition", faults, next);
}

function checkBudget(kind: StrategyKind, { budget }: StrategyInput): void {
  if (!budget) {
    if (!kind.multiFidelity) return;
    throw new TuningForkError(
      "bad-definition",
      `${kind.title} spends budgets of different sizes, but the definition has no budget.`,
      'Add one, such as "budget": { "parameter": "epochs", "min": 1, "max": 81, "mode": "pause" }, or take random search.',
    );
  }
  const { min, max, eta } = budget;
  if (!(min > 0 && max >= min && Number.isFinite(max))) {
    throw new TuningForkError(
      "bad-definition",
      `budget.min (${min}) must be above 0 and at most budget.max (${max}).`,
    );
  }
  if (!(eta >= 2 && Number.isFinite(eta))) {
    throw new TuningForkError("bad-definition", `budget.eta must be at least 2, not ${eta}.`);
  }
}

/**
 * Makes a strategy. `options` are those of the definition (`name` among them does no harm).
 * @throws TuningForkError `bad-definition` for an unknown name, bad options, a missing budget, an empty space.
 */
export function createStrategy(name: string, input: StrategyInput): Strategy {
  const kind = strategyKind(name);
  checkBudget(kind, input);
  if (input.space.size === 0) {
    throw new TuningForkError(
      "bad-definition",
      "No configuration satisfies the forbidden combinations and relations.",
      "Remove some of them, or widen the ranges.",
    );
  }
  return kind.create({ ...input, options: completeOptions(kind, input.options) });
}
