import { violationOf } from "../../protocol/feasibility.ts";
import type { Configuration } from "../../protocol/space.ts";
import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { isInfeasible } from "../feasibility.ts";
import type { Observation } from "../observations.ts";
import type { AcquisitionOptions } from "./acquisition.ts";
import { type ModelOptions, type Surrogate, SurrogateFactory } from "./belief.ts";
import { FailureModelFactory } from "./failures.ts";
import type { Objective } from "./maximize.ts";
import { acquisitionOf, chanceBelow, product, times } from "./objective.ts";
import { PosteriorDraw } from "./thompson.ts";

/** What is known of a study, and what a point is worth by it. */
export interface Guide {
  readonly surrogate: Surrogate;
  acquisition(options: AcquisitionOptions): Objective;
  /** Thompson sampling: the loss in one draw of what is thought possible, turned round. */
  draw(random: Random): Objective;
  /** What the acquisition is, in words. */
  words(acquisition: string): string;
}

/** The logarithm of a probability, as a function of encoded configurations. */
type LogProbability = Objective;

/**
 * A Gaussian process of the losses and, once trials have failed or limits were broken, one of failures and one of each
 * constraint: the acquisition is then weighed with the probability that a trial runs and that all limits are kept, and is
 * that probability alone until some trial has kept them (Gardner et al. 2014, "Bayesian optimization with inequality
 * constraints"; Gelbart et al. 2014). Acquisitions that are no logarithms and no shares, the confidence bound and a
 * draw, lose a standard deviation for each factor e.
 */
export class GuideFactory {
  readonly #space: Space;
  readonly #losses: SurrogateFactory;
  readonly #failures: FailureModelFactory;
  readonly #constraints: SurrogateFactory[] = [];

  constructor(space: Space, options: ModelOptions) {
    this.#space = space;
    this.#losses = new SurrogateFactory(space, options);
    this.#failures = new FailureModelFactory(space);
  }

  /** Losses of the observations are as measured, whether limits are kept or not. */
  make(finished: readonly Observation[], pending: readonly Configuration[]): Guide {
    const surrogate = this.#losses.make(finished, pending);
    const limits = this.#limits(finished);
    const failures = this.#failures.make(finished);
    const chance = product(failures === undefined ? limits : [...limits, failures]);
    const isSafe = limits.length === 0 && failures === undefined;
    if (limits.length === 0) return this.#guide(surrogate, isSafe ? undefined : chance, (name) => name);
    const kept = finished
      .filter(({ loss, constraints }) => Number.isFinite(loss) && violationOf(constraints) === 0)
      .map(({ configuration }) => this.#space.encode(configuration));
    if (kept.length === 0) {
      const words = () => "log chance to keep the limits";
      return { surrogate, acquisition: () => chance, draw: () => chance, words };
    }
    const means = kept.map((point) => surrogate.process.predict(point).mean);
    const order = [...kept.keys()].sort((a, b) => means[a]! - means[b]!);
    const within = { ...surrogate, best: Math.min(...means), ranked: order.map((i) => kept[i]!) };
    return this.#guide(within, chance, (name) => `${name} within the limits`);
  }

  #guide(surrogate: Surrogate, chance: LogProbability | undefined, words: Guide["words"]): Guide {
    const weighed = (objective: Objective, name: string): Objective => {
      if (chance === undefined) return objective;
      return name === "ei" ? times(objective, chance) : product([objective, chance]);
    };
    return {
      surrogate,
      acquisition: (options) => weighed(acquisitionOf(surrogate, options), options.name),
      draw: (random) => weighed(new PosteriorDraw(surrogate.process, this.#space, random), "thompson"),
      words,
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
  return chanceBelow(process, zero);
}

/** Where 0 lies once values are standardised: a straight line through two of them. */
function standardisedZero(values: readonly number[], standardised: ArrayLike<number>): number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // All alike, and broken: nothing is known of where the limit is kept.
  if (!(high > low)) return -1;
  const [from, to] = [standardised[values.indexOf(low)]!, standardised[values.indexOf(high)]!];
  return from + ((0 - low) / (high - low)) * (to - from);
}
