import { type Random, random } from "../../space/random.ts";
import { GaussianProcessSearch, gaussianProcess } from "../gp/gp.ts";
import { completeOptions } from "../options.ts";
import { type Known, type Proposal, Sequential } from "../sequential.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import { RnnCell, type RnnState } from "./cell.ts";
import file from "./weights.json" with { type: "json" };
import { MOST_DIMENSIONS, type RnnFile, unpackWeights } from "./weights.ts";

/** A stream of the seed that no trial's number comes near. */
const STREAM = 2 ** 40;

/**
 * The network sees the space turned round and mirrored, by the seed: what it learned holds in every orientation, and
 * studies with different seeds go different ways.
 */
class Orientation {
  readonly #order: readonly number[];
  readonly #flipped: readonly boolean[];

  constructor(dimensions: number, draws: Random) {
    this.#order = draws.shuffle(Array.from({ length: dimensions }, (_, i) => i));
    this.#flipped = this.#order.map(() => draws.uniform() < 0.5);
  }

  /** A point of the space as the network sees it. */
  seen(point: ArrayLike<number>): Float64Array {
    return Float64Array.from(this.#order, (i, k) => (this.#flipped[k] ? 1 - point[i]! : point[i]!));
  }

  /** And back. */
  meant(point: ArrayLike<number>): Float64Array {
    const meant = new Float64Array(point.length);
    this.#order.forEach((i, k) => {
      meant[i] = this.#flipped[k] ? 1 - point[k]! : point[k]!;
    });
    return meant;
  }
}

class RnnSearch {
  readonly #input: StrategyInput;
  readonly #horizon: number;
  readonly #cell: RnnCell;
  readonly #orientation: Orientation;
  readonly #beyond: GaussianProcessSearch;
  /** After the evaluations that are known, as far as they were told. */
  #state: RnnState;

  constructor(input: StrategyInput) {
    const { space, seed } = input;
    const weights = unpackWeights(file as RnnFile);
    this.#input = input;
    this.#horizon = weights.horizon;
    this.#cell = new RnnCell(weights, Math.min(space.dimensions, MOST_DIMENSIONS));
    this.#orientation = new Orientation(space.dimensions, random(seed, STREAM));
    this.#state = this.#cell.start();
    this.#beyond = new GaussianProcessSearch({ ...input, options: completeOptions(gaussianProcess, {}) });
  }

  propose(known: Known, draws: Random): Proposal | undefined {
    const { space } = this.#input;
    const { finished, pending } = known;
    if (space.dimensions > MOST_DIMENSIONS || finished.length + pending.length >= this.#horizon)
      return this.#beyond.propose(known, draws);
    for (let i = this.#state.evaluations; i < finished.length; i++) {
      const { configuration, loss } = finished[i]!;
      this.#state = this.#cell.after(this.#state, this.#orientation.seen(space.encode(configuration)), loss);
    }
    // What runs already is taken for bad, so that the next proposal is another one.
    const state = pending.reduce(
      (before, configuration) =>
        this.#cell.after(
          before,
          this.#orientation.seen(space.encode(configuration)),
          Number.POSITIVE_INFINITY,
        ),
      this.#state,
    );
    const configuration = space.decode(this.#orientation.meant(this.#cell.proposal(state)));
    if (space.check(configuration) !== undefined || known.has(configuration)) return undefined;
    const why = `Proposal ${known.started + 1} of the network's ${this.#horizon}.`;
    return { configuration, note: { why } };
  }
}

/** The recurrent black-box optimizer (Chen et al. 2017), trained on functions drawn from Gaussian processes. */
export const recurrentNetwork: StrategyKind = {
  name: "rnn",
  title: "Recurrent network",
  description:
    "A network that has learned to optimise proposes the next configuration in microseconds. For up to 6 parameters and 30 trials; beyond that a Gaussian process goes on.",
  multiFidelity: false,
  options: { type: "object", additionalProperties: false, properties: {} },
  create: (input: StrategyInput) => {
    const search = new RnnSearch(input);
    return new Sequential(input, (known, draws) => search.propose(known, draws));
  },
};
