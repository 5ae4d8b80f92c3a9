import type { Configuration } from "../../protocol/space.ts";
import type { DensitiesInsight, ParameterCurves, PlacedTrial } from "../../protocol/strategyInsight.ts";
import type { TrialNumber } from "../../protocol/trial.ts";
import { domainOf } from "../../space/domain.ts";
import type { Space } from "../../space/space.ts";
import { BohbModel, type BohbRules } from "../../strategies/bohbModel.ts";
import { type Observation, Observations } from "../../strategies/observations.ts";
import { Policy, type PolicyRules } from "../../strategies/reinforce/policy.ts";
import { densitiesOf } from "../../strategies/tpe/densities.ts";
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
    | {
        /** The two curves of a parameter, at this many positions at most. */
        curve(index: number, points: number): Pick<ParameterCurves, "units" | "good" | "bad">;
        readonly budget: number | undefined;
        /** Best first. */
        readonly best: readonly Observation[];
        readonly rest: readonly Observation[];
      }
    | undefined;
}

/**
 * l(x), g(x) and the trials behind them, of TPE (Bergstra et al. 2011) or BOHB (Falkner, Klein & Hutter 2018); of a policy
 * gradient what the policy draws, beside the uniform distribution that it began with.
 */
export function densitiesView(
  input: ViewInput,
): Omit<DensitiesInsight, "kind" | "metric" | "goal" | "strategy" | "title"> {
  const { space } = input.input;
  const seen = SEEN[input.name as keyof typeof SEEN](input);
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

/** All trials as a strategy was told of them, and those that run. */
function told({ history, query, asked }: ViewInput) {
  const { events, at, total, next } = momentOf(history, query.at, asked);
  const observations = new Observations();
  const running = new Map<TrialNumber, Configuration>();
  for (const event of events) {
    observations.tell(event);
    if (event.type === "started") running.set(event.trial, event.configuration);
    else running.delete(event.trial);
  }
  return {
    at,
    total,
    next,
    running: [...running].map(([trial, configuration]) => ({ trial, configuration })),
    observations,
  };
}

function tpeSeen(view: ViewInput): Seen {
  const { space } = view.input;
  const options = view.input.options as unknown as TpeRules & { readonly startup: number };
  const { observations, ...moment } = told(view);
  const { finished, pending } = observations;
  const densities = new TpeModel(space, options).fit(finished, pending);
  const isGood = new Set(densities?.best);
  return {
    ...moment,
    needs: options.startup,
    randomShare: 0,
    model: densities && {
      curve: (index, points) => densitiesOf(space, index, densities, points),
      best: densities.best,
      budget: undefined,
      rest: finished.filter((observation) => !isGood.has(observation)),
    },
  };
}

/** Trials that are marked as good: what the policy has learned most from. */
const SHARE_OF_GOOD = 0.25;

function policySeen(view: ViewInput): Seen {
  const { space, options } = view.input;
  const { observations, ...moment } = told(view);
  const { finished } = observations;
  const policy = new Policy(space, options as unknown as PolicyRules);
  for (const observation of finished) policy.learn(observation);
  const ranked = finished.toSorted((a, b) => a.loss - b.loss);
  const good = Math.ceil(SHARE_OF_GOOD * ranked.length);
  const best = ranked.slice(0, good).filter(({ loss }) => Number.isFinite(loss));
  return {
    ...moment,
    needs: 1,
    randomShare: 0,
    model:
      best.length === 0
        ? undefined
        : {
            curve: (index, points) => policyCurve(space, index, policy, points),
            budget: undefined,
            best,
            rest: ranked.slice(best.length),
          },
  };
}

/** What the policy draws of one parameter, and the uniform distribution. */
function policyCurve(space: Space, index: number, policy: Policy, points: number) {
  const domain = domainOf(space.parameters[space.names[index]!]!);
  const isDiscrete = domain.count <= points;
  const n = isDiscrete ? domain.count : points;
  const units = Array.from({ length: n }, (_, i) =>
    isDiscrete ? domain.toUnit(domain.at(i)) : (i + 0.5) / n,
  );
  const shares = policy.shares(index);
  const drawn = units.map((unit) => shares[Math.min(shares.length - 1, Math.floor(unit * shares.length))]!);
  const level = isDiscrete ? 1 / n : 1;
  const mean = drawn.reduce((sum, share) => sum + share / n, 0);
  return { units, good: drawn.map((share) => (level * share) / mean), bad: units.map(() => level) };
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
      curve: (index, points) => densitiesOf(input.space, index, densities, points),
      budget: densities.budget,
      best: densities.ranked.slice(0, densities.sizes[0]).filter(({ loss }) => Number.isFinite(loss)),
      rest: densities.ranked.slice(densities.sizes[0]),
    },
  };
}

const SEEN = { tpe: tpeSeen, bohb: bohbSeen, reinforce: policySeen } as const;

/** Of every parameter that has more than one value. */
function curvesOf(space: Space, model: NonNullable<Seen["model"]>): ParameterCurves[] {
  return space.names.flatMap((name, index) => {
    if (space.valuesOf(index) <= 1) return [];
    const axis = axisOf(space, name);
    // A number of many values is drawn as a curve, as if it were continuous.
    const points = axis.isDiscrete ? space.valuesOf(index) : Math.min(POINTS, space.valuesOf(index) - 1);
    const { units, good, bad } = model.curve(index, points);
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
