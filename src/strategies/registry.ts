import { TuningForkError } from "../protocol/errors.ts";
import { hint } from "../space/nearest.ts";
import { asha } from "./asha.ts";
import { automatic } from "./auto.ts";
import { bandit } from "./bandit/bandit.ts";
import { bohb } from "./bohb.ts";
import { cmaEs } from "./cmaes/cmaes.ts";
import { Converging } from "./converging.ts";
import { dehb } from "./dehb.ts";
import { evolution } from "./evolution/evolution.ts";
import { randomForest } from "./forest/forest.ts";
import { gaussianProcess } from "./gp/gp.ts";
import { gpHyperband } from "./gp/gpHyperband.ts";
import { gridSearch } from "./grid.ts";
import { hyperband } from "./hyperband.ts";
import { hypergradient } from "./hypergradient/hypergradient.ts";
import { hypergradientDescent } from "./hypergradientDescent.ts";
import { InSpace } from "./inSpace.ts";
import { nsga } from "./nsga/nsga.ts";
import { completeOptions } from "./options.ts";
import { parego } from "./parego/parego.ts";
import { populationBasedBandits } from "./pbt/pb2.ts";
import { populationBasedTraining } from "./pbt/pbt.ts";
import { randomSearch } from "./random.ts";
import { reinforce } from "./reinforce/reinforce.ts";
import { recurrentNetwork } from "./rnn/rnn.ts";
import { rtho } from "./rtho.ts";
import { stepSizePolicy } from "./stepSizePolicy.ts";
import type { Strategy, StrategyInput, StrategyKind } from "./strategy.ts";
import { successiveHalving } from "./successiveHalving.ts";
import { tpe } from "./tpe/tpe.ts";

/** Every strategy there is. A new one is a file, a line here, and its test. */
export const strategies: readonly StrategyKind[] = [
  automatic,
  randomSearch,
  gridSearch,
  successiveHalving,
  hyperband,
  asha,
  gaussianProcess,
  gpHyperband,
  bohb,
  dehb,
  tpe,
  randomForest,
  recurrentNetwork,
  reinforce,
  bandit,
  evolution,
  cmaEs,
  nsga,
  parego,
  populationBasedTraining,
  populationBasedBandits,
  hypergradient,
  stepSizePolicy,
  hypergradientDescent,
  rtho,
];

/** @throws TuningForkError `bad-definition` for an unknown name. */
export function strategyKind(name: string): StrategyKind {
  const kind = strategies.find((strategy) => strategy.name === name);
  if (kind) return kind;
  const names = strategies.map((strategy) => strategy.name);
  throw new TuningForkError("bad-definition", `There is no strategy "${name}".${hint(name, names)}`);
}

function checkBudget(kind: StrategyKind, { budget }: StrategyInput): void {
  if (!budget) {
    if (kind.multiFidelity !== true) return;
    throw new TuningForkError(
      "bad-definition",
      `${kind.title} spends budgets of different sizes, but the definition has no budget.`,
      `Add one, such as "budget": { "parameter": "epochs", "min": 1, "max": 81, "mode": "${kind.copies ? "resume" : "pause"}" }, or take random search.`,
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

function checkObjectives(kind: StrategyKind, { objectives = 1 }: StrategyInput): void {
  if (objectives === 1 || kind.objectives === "several") return;
  const fitting = strategies.filter((other) => other.objectives === "several").map(({ name }) => name);
  throw new TuningForkError(
    "bad-definition",
    `${kind.title} takes one objective, but the definition has ${objectives}.`,
    `Take one of the strategies for several: ${fitting.join(", ")}.`,
  );
}

/**
 * Makes a strategy. `options` are those of the definition (`name` among them does no harm).
 * @throws TuningForkError `bad-definition` for an unknown name, bad options, a missing budget, too
 * many objectives, an empty space.
 */
export function createStrategy(name: string, input: StrategyInput): Strategy {
  const kind = strategyKind(name);
  checkBudget(kind, input);
  checkObjectives(kind, input);
  if (input.space.size === 0) {
    throw new TuningForkError(
      "bad-definition",
      "No configuration satisfies the forbidden combinations and relations.",
      "Remove some of them, or widen the ranges.",
    );
  }
  const strategy = kind.create({ ...input, options: completeOptions(kind, input.options) });
  const inside = new InSpace(strategy, input.space, input.trials);
  return input.convergence === undefined
    ? inside
    : new Converging(inside, input.space, input.budget?.max ?? 0, input.convergence);
}
