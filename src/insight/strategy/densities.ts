import type { Configuration } from "../../protocol/space.ts";
import type { DensitiesInsight, ParameterCurves, PlacedTrial } from "../../protocol/strategyInsight.ts";
import type { TrialNumber } from "../../protocol/trial.ts";
import type { Space } from "../../space/space.ts";
import { BohbModel, type BohbRules } from "../../strategies/bohbModel.ts";
import { type Observation, Observations } from "../../strategies/observations.ts";
import { densitiesOf, type GoodAndBad } from "../../strategies/tpe/densities.ts";
import { TpeModel, type TpeRules } from "../../strategies/tpe/model.ts";
import { axisOf } from "../surfaceAxis.ts";
import { spread } from "../thin.ts";
import { fidelitiesAt } from "./fidelities.ts";
import { type Coming, momentOf } from "./past.ts";
import { placed, proposalOf, scoreOf, type ViewInput } from "./source.ts";

const MOST_PARAMETERS = 24;
const MOST_OTHERS = 300;
/** Positions along a continuous parameter. */
const POINTS = 64;

/** A model as TPE and BOHB have it, and what it was made of. */
interface Seen {
  readonly at: number;
  readonly total: number;
  readonly needs: number;
  readonly randomShare: number;
  readonly next: Coming | undefined;
  readonly running: readonly { readonly trial: TrialNumber; readonly configuration: Configuration }[];
  readonly model:
    | (GoodAndBad & {
        readonly budget: number | undefined;
        /** Best first. */
        readonly best: readonly Observation[];
        readonly rest: readonly Observation[];
      })
    | undefined;
}

/** l(x), g(x) and the trials behind them, of TPE (Bergstra et al. 2011) or BOHB (Falkner, Klein & Hutter 2018). */
export function densitiesView(
  input: ViewInput,
): Omit<DensitiesInsight, "kind" | "metric" | "goal" | "strategy" | "title"> {
  const { space } = input.input;
  const seen = input.name === "bohb" ? bohbSeen(input) : tpeSeen(input);
  const { model, at, total, needs, randomShare } = seen;
  const curves = model === undefined ? [] : curvesOf(space, model);
  const shown = mostTelling(curves);
  const names = shown.map(({ axis }) => axis.name);
  const place = (observation: Observation): PlacedTrial =>
    placed(space, names, observation, scoreOf(observation.loss, input.sign));
  return {
    view: "densities",
    at,
    total,
    needs,
    randomShare,
    model: model && {
      budget: model.budget,
      unit: input.unit,
      good: model.best.length,
      others: model.rest.length,
      threshold: input.sign * model.best.at(-1)!.loss,
      parameters: shown,
      hidden: curves.length - shown.length,
    },
    good: (model?.best ?? []).map(place),
    others: spread(model?.rest ?? [], MOST_OTHERS).map(place),
    running: seen.running.map((trial) => placed(space, names, trial, undefined)),
    next: proposalOf(space, names, seen.next),
  };
}

function tpeSeen({ history, input, query, asked }: ViewInput): Seen {
  const options = input.options as unknown as TpeRules & { readonly startup: number };
  const { events, at, total, next } = momentOf(history, query.at, asked);
  const observations = new Observations();
  const running = new Map<TrialNumber, Configuration>();
  for (const event of events) {
    observations.tell(event);
    if (event.type === "started") running.set(event.trial, event.configuration);
    else running.delete(event.trial);
  }
  const { finished, pending } = observations;
  const densities = new TpeModel(input.space, options).fit(finished, pending);
  const isGood = new Set(densities?.best);
  return {
    at,
    total,
    needs: options.startup,
    randomShare: 0,
    next,
    running: [...running].map(([trial, configuration]) => ({ trial, configuration })),
    model: densities && {
      ...densities,
      budget: undefined,
      rest: finished.filter((observation) => !isGood.has(observation)),
    },
  };
}

function bohbSeen({ history, input, query, asked }: ViewInput): Seen {
  const options = input.options as unknown as BohbRules & { readonly randomFraction: number };
  const { fidelities, running, at, total, next } = fidelitiesAt(history, query.at, asked);
  const rules = new BohbModel(input.space, options);
  const densities = rules.fit(fidelities);
  return {
    at,
    total,
    needs: rules.minPoints + 2,
    randomShare: options.randomFraction,
    next,
    running: running.map(({ number, configuration }) => ({ trial: number, configuration })),
    model: densities && {
      ...densities,
      best: densities.ranked.slice(0, densities.sizes[0]).filter(({ loss }) => Number.isFinite(loss)),
      rest: densities.ranked.slice(densities.sizes[0]),
    },
  };
}

/** Of every parameter that has more than one value. */
function curvesOf(space: Space, model: NonNullable<Seen["model"]>): ParameterCurves[] {
  return space.names.flatMap((name, index) => {
    if (space.valuesOf(index) <= 1) return [];
    const axis = axisOf(space, name);
    // A number of many values is drawn as a curve, as if it were continuous.
    const points = axis.isDiscrete ? space.valuesOf(index) : Math.min(POINTS, space.valuesOf(index) - 1);
    const { units, good, bad } = densitiesOf(space, index, model, points);
    const active = (trials: readonly Observation[]) =>
      trials.filter(({ configuration }) => name in configuration).length;
    return [{ axis, units, good, bad, active: [active(model.best), active(model.rest)] }];
  });
}

/** Half of the summed difference of two densities: 0 where they are the same, 1 where they do not overlap. */
function difference({ axis, units, good, bad }: ParameterCurves): number {
  const sum = good.reduce((total, value, i) => total + Math.abs(value - bad[i]!), 0) / 2;
  return axis.isDiscrete ? sum : sum / units.length;
}

function mostTelling(curves: readonly ParameterCurves[]): readonly ParameterCurves[] {
  if (curves.length <= MOST_PARAMETERS) return curves;
  const kept = new Set(curves.toSorted((a, b) => difference(b) - difference(a)).slice(0, MOST_PARAMETERS));
  return curves.filter((curve) => kept.has(curve));
}
