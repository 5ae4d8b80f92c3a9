import { violationOf } from "../../protocol/feasibility.ts";
import type { Configuration } from "../../protocol/space.ts";
import type { Space } from "../../space/space.ts";
import { isInfeasible } from "../feasibility.ts";
import type { Observation } from "../observations.ts";
import { type AcquisitionOptions, logCdf } from "./acquisition.ts";
import { type ModelOptions, type Surrogate, SurrogateFactory } from "./belief.ts";
import type { Objective } from "./maximize.ts";
import type { GaussianProcess } from "./model.ts";
import { acquisitionOf } from "./objective.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** What is known of a study, and what a point is worth by it. */
export interface Guide {
  readonly surrogate: Surrogate;
  acquisition(options: AcquisitionOptions): Objective;
  /** What the acquisition is, in words. */
  words(options: AcquisitionOptions): string;
}

/** The logarithm of a probability, as a function of encoded configurations. */
type LogProbability = Objective;

/**
 * A Gaussian process of the losses and, once limits were broken, one of each constraint: the acquisition is then
 * weighed with the probability that all limits are kept, and is that probability alone until some trial has kept
 * them (Gardner et al. 2014, "Bayesian optimization with inequality constraints"; Gelbart et al. 2014).
 */
export class GuideFactory {
  readonly #space: Space;
  readonly #losses: SurrogateFactory;
  readonly #constraints: SurrogateFactory[] = [];

  constructor(space: Space, options: ModelOptions) {
    this.#space = space;
    this.#losses = new SurrogateFactory(space, options);
  }

  /** Losses of the observations are as measured, whether limits are kept or not. */
  make(finished: readonly Observation[], pending: readonly Configuration[]): Guide {
    const surrogate = this.#losses.make(finished, pending);
    const limits = this.#limits(finished);
    if (limits.length === 0) {
      const acquisition = (options: AcquisitionOptions) => acquisitionOf(surrogate, options);
      return { surrogate, acquisition, words: ({ name }) => name };
    }
    const kept = finished
      .filter(({ loss, constraints }) => Number.isFinite(loss) && violationOf(constraints) === 0)
      .map(({ configuration }) => this.#space.encode(configuration));
    if (kept.length === 0) {
      return { surrogate, acquisition: () => product(limits), words: () => "log chance to keep the limits" };
    }
    const means = kept.map((point) => surrogate.process.predict(point).mean);
    const order = [...kept.keys()].sort((a, b) => means[a]! - means[b]!);
    const within = { ...surrogate, best: Math.min(...means), ranked: order.map((i) => kept[i]!) };
    return {
      surrogate: within,
      acquisition: (options) => weighed(acquisitionOf(within, options), product(limits), options),
      words: ({ name }) => `${name} within the limits`,
    };
  }

  /** Of the constraints that were broken at least once, each the logarithm of the probability that it is kept. */
  #limits(finished: readonly Observation[]): LogProbability[] {
    const known = finished.filter(({ constraints }) => constraints !== undefined);
    const count = Math.max(0, ...known.map(({ constraints }) => constraints!.length));
    return Array.from({ length: count }, (_, i) => i)
      .filter((i) => known.some(({ constraints }) => constraints![i]! > 0))
      .map((i) => {
        this.#constraints[i] ??= new SurrogateFactory(this.#space, { kernel: "matern52", warp: "none" });
        const values = known.map((one) => ({ ...one, loss: bilog(one.constraints![i] ?? 0) }));
        return probability(this.#constraints[i].make(values, []));
      });
  }
}

/** Losses as measured: those that stand for a broken limit are put back. */
export function measured(finished: readonly Observation[]): readonly Observation[] {
  return finished.map((one) =>
    isInfeasible(one.loss) && one.losses !== undefined ? { ...one, loss: one.losses[0]! } : one,
  );
}

/** Keeps the sign and what is near 0, and tames what is far away (Eriksson & Poloczek 2021, section 4). */
function bilog(value: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value));
}

/** The probability that a constraint is at most 0, from a model of its standardised values. */
function probability({ process, observed, losses }: Surrogate): LogProbability {
  const zero = standardisedZero(
    observed.map(({ loss }) => loss),
    losses,
  );
  return {
    value: (point) => logCdf(zOf(process, point, zero)),
    slope(point) {
      const { mean, sd, meanSlope, sdSlope } = process.slope(point);
      const z = (zero - mean) / sd;
      const value = logCdf(z);
      const ratio = Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI - value);
      return { value, gradient: meanSlope.map((slope, i) => (-ratio * (slope + z * sdSlope[i]!)) / sd) };
    },
  };
}

function zOf(process: GaussianProcess, point: Float64Array, zero: number): number {
  const { mean, sd } = process.predict(point);
  return (zero - mean) / sd;
}

/** Where 0 lies once values are standardised: a straight line through two of them. */
function standardisedZero(values: readonly number[], standardised: ArrayLike<number>): number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // All alike, and broken: nothing is known of where the limit is kept.
  if (!(high > low)) return -1;
  const [from, to] = [standardised[values.indexOf(low)]!, standardised[values.indexOf(high)]!];
  return from + ((0 - low) / (high - low)) * (to - from);
}

/** The product of probabilities, as the sum of their logarithms. */
function product(parts: readonly LogProbability[]): LogProbability {
  return {
    value: (point) => parts.reduce((sum, part) => sum + part.value(point), 0),
    slope(point) {
      const slopes = parts.map((part) => part.slope(point));
      return {
        value: slopes.reduce((sum, { value }) => sum + value, 0),
        gradient: point.map((_, i) => slopes.reduce((sum, { gradient }) => sum + gradient[i]!, 0)),
      };
    },
  };
}

/** The acquisition times a probability; of those that are logarithms already (or no share of anything) the sum. */
function weighed(acquisition: Objective, chance: LogProbability, { name }: AcquisitionOptions): Objective {
  if (name !== "ei") return product([acquisition, chance]);
  return {
    value: (point) => acquisition.value(point) * Math.exp(chance.value(point)),
    slope(point) {
      const [one, other] = [acquisition.slope(point), chance.slope(point)];
      const share = Math.exp(other.value);
      return {
        value: one.value * share,
        gradient: one.gradient.map((slope, i) => share * (slope + one.value * other.gradient[i]!)),
      };
    },
  };
}
