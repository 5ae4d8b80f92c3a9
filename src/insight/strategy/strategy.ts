import type { StudyHistory } from "../../journal/history.ts";
import { TuningForkError } from "../../protocol/errors.ts";
import type { OtherStrategyInsight, StrategyInsight, StrategyQuery } from "../../protocol/strategyInsight.ts";
import { automatic, suited } from "../../strategies/auto.ts";
import { completeOptions } from "../../strategies/options.ts";
import { strategyKind } from "../../strategies/registry.ts";
import type { StrategyKind } from "../../strategies/strategy.ts";
import { banditView } from "./bandit.ts";
import { chainsView } from "./chains.ts";
import { densitiesView } from "./densities.ts";
import { distributionView } from "./distribution.ts";
import { momentOf } from "./past.ts";
import { populationView } from "./population.ts";
import type { StrategySource, ViewInput } from "./source.ts";

/** Strategies that have a view of their own, by name. */
const VIEWS = {
  tpe: densitiesView,
  bohb: densitiesView,
  reinforce: densitiesView,
  bandit: banditView,
  evolution: populationView,
  "cma-es": distributionView,
  hypergradient: chainsView,
} as const;

/** Strategies whose model is the one of the acquisition surface. */
const GAUSSIAN: ReadonlySet<string> = new Set(["gp", "gp-hyperband"]);

/**
 * What a study's strategy is thinking, after all of its results or in its past. `source` is absent where there is no
 * definition, such as in studies of Optuna's own.
 */
export function strategyInsight(
  history: StudyHistory,
  source: StrategySource | undefined,
  query: StrategyQuery,
): StrategyInsight {
  const goal = history.goals[0] ?? "minimize";
  const common = { kind: "strategy", metric: history.metricNames[0] ?? "score", goal } as const;
  const kind = source && kindOf(source);
  if (source === undefined || kind === undefined) {
    const other = otherView(history, query, "unknown", ["incumbent", "surface"]);
    return { ...common, strategy: source?.name ?? "unknown", title: "Unknown strategy", ...other };
  }
  const named = { ...common, strategy: kind.name, title: kind.title };
  if (!Object.hasOwn(VIEWS, kind.name)) return { ...named, ...offering(history, kind, query) };
  const { input } = source;
  const isAuto = source.name === automatic.name;
  const options = completeOptions(kind, isAuto ? {} : input.options);
  const view = VIEWS[kind.name as keyof typeof VIEWS];
  const all: ViewInput = {
    ...source,
    name: kind.name,
    input: { ...input, options },
    history,
    query,
    metric: common.metric,
    goal,
    sign: goal === "minimize" ? 1 : -1,
  };
  return { ...named, ...view(all) };
}

/** Undefined for a strategy that is gone, in a study of another version. */
function kindOf({ name, input }: StrategySource): StrategyKind | undefined {
  try {
    return name === automatic.name ? suited(input) : strategyKind(name);
  } catch (error) {
    if (error instanceof TuningForkError) return undefined;
    throw error;
  }
}

type Other = Omit<OtherStrategyInsight, "kind" | "metric" | "goal" | "strategy" | "title">;

function offering(history: StudyHistory, kind: StrategyKind, query: StrategyQuery): Other {
  const isMulti = kind.multiFidelity === true;
  if (GAUSSIAN.has(kind.name)) {
    return otherView(history, query, "surface", isMulti ? ["surface", "brackets"] : ["surface", "incumbent"]);
  }
  if (isMulti) return otherView(history, query, "brackets", ["brackets", "incumbent"]);
  return otherView(history, query, "no-model", ["incumbent", "surface"]);
}

function otherView(
  history: StudyHistory,
  query: StrategyQuery,
  reason: OtherStrategyInsight["reason"],
  offers: OtherStrategyInsight["offers"],
): Other {
  const { at, total } = momentOf(history, query.at, () => undefined);
  return { view: "other", at, total, reason, offers };
}
