import type { Configuration } from "../../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../../protocol/trial.ts";
import { type Random, random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { Configurations } from "../configurations.ts";
import { lossOf } from "../feasibility.ts";
import { type Dimension, dimensionsOf, vectorOf } from "../parzen/dimensions.ts";
import { DEFAULT_TRIALS } from "../random.ts";
import { compareRanked } from "../ranking.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "../strategy.ts";
import { Categories } from "./categories.ts";
import type { Distribution, Scored } from "./distribution.ts";
import { Runs } from "./restarts.ts";

interface CmaEsOptions {
  readonly population?: number;
  readonly restarts: "none" | "bipop";
}

/** Samples that may turn out tried already or forbidden before a random draw is taken. */
const TRIES = 100;

interface Sample {
  readonly configuration: Configuration;
  /** Coordinates of the distribution. */
  readonly point: readonly number[];
  /** The run and generation it was drawn in; undefined when it was not. */
  readonly from: { readonly run: number; readonly generation: number } | undefined;
  readonly why: string;
}

/** What can be seen of a search from outside. */
export interface Search {
  /** Names of the distribution's coordinates; empty where no parameter is numeric. */
  readonly names: readonly string[];
  /** Restarts so far. */
  readonly run: number;
  readonly distribution: Distribution;
}

type Result = Scored & { readonly trial: TrialNumber; readonly configuration: Configuration };

export class CmaEs implements Strategy {
  readonly #space: Space;
  readonly #seed: number;
  readonly #restarts: boolean;
  readonly #configurations: Configurations;
  readonly #limit: number;
  readonly #budget: number;
  /** Indices of the parameters that are coordinates of the distribution. */
  readonly #numeric: readonly number[];
  readonly #dimensions: readonly Dimension[];
  readonly #categories: Categories;
  readonly #runs: Runs;
  readonly #pending = new Map<TrialNumber, Sample>();
  #results: Result[] = [];
  #next: Sample | undefined;

  constructor({ space, seed, options, trials, budget }: StrategyInput) {
    const { population, restarts } = options as unknown as CmaEsOptions;
    const all = dimensionsOf(space);
    // Two choices lie on a line as well as any two numbers.
    const isNumeric = ({ kind, count }: Dimension): boolean => kind !== "categorical" || count <= 2;
    const indices = all.map((_, index) => index);
    this.#space = space;
    this.#seed = seed;
    this.#restarts = restarts === "bipop";
    this.#configurations = new Configurations(space, seed);
    this.#limit = Math.min(trials ?? DEFAULT_TRIALS, space.size);
    this.#budget = budget?.max ?? 0;
    this.#numeric = indices.filter((index) => isNumeric(all[index]!));
    this.#dimensions = this.#numeric.map((index) => {
      const dimension = all[index]!;
      return dimension.kind === "categorical" ? { ...dimension, kind: "ordered" } : dimension;
    });
    const unordered = indices.filter((index) => !isNumeric(all[index]!));
    this.#categories = new Categories(space, unordered);
    // Without a numeric parameter an idle coordinate stands in: only the categories learn.
    const idle: Dimension = { name: "", kind: "continuous", count: 1, cell: (unit) => [unit, unit] };
    if (this.#dimensions.length === 0) this.#dimensions = [idle];
    this.#runs = new Runs(this.#dimensions, seed, population);
  }

  ask(): Ask {
    if (this.#configurations.started >= this.#limit) return { type: "done" };
    const sample = this.#sample();
    if (!sample) return { type: "done" };
    const { configuration, why } = sample;
    return { type: "run", configuration, budget: this.#budget, note: { why } };
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") {
      // The sample before it was decoded: its configuration tells only in which cell it lies.
      const asked = this.#sample();
      const { configuration } = event;
      const isAsked = asked && this.#space.key(asked.configuration) === this.#space.key(configuration);
      this.#pending.set(event.trial, isAsked ? asked : this.#foreign(configuration, "by hand"));
      this.#configurations.add(configuration);
      this.#next = undefined;
    } else if (event.type === "finished") this.#end(event.trial, lossOf(event));
    else if (event.type === "failed") this.#end(event.trial, Number.POSITIVE_INFINITY);
  }

  stops(): readonly number[] {
    return [];
  }

  planned(): number | undefined {
    return Number.isFinite(this.#limit) ? this.#limit : undefined;
  }

  /** Where the search is: its distribution, over the parameters of these names, and which run it belongs to. */
  get search(): Search {
    const names = this.#numeric.map((index) => this.#space.names[index]!);
    return { names, run: this.#runs.number, distribution: this.#runs.current };
  }

  #sample(): Sample | undefined {
    if (this.#next === undefined && !this.#configurations.exhausted) {
      this.#next = this.#drawn(random(this.#seed, this.#configurations.started));
      if (!this.#next) {
        const configuration = this.#configurations.next();
        const why =
          "A random draw: the distribution has shrunk to a point, or gives what is tried or ruled out.";
        this.#next = configuration && this.#foreign(configuration, why);
      }
    }
    return this.#next;
  }

  /**
   * A sample that can be run. What leaves the box is run at its nearest face, and learned from where it was drawn:
   * drawn anew instead, a corner, where the best configuration often lies, would hardly ever be reached.
   */
  #drawn(draws: Random): Sample | undefined {
    const { current, number: run } = this.#runs;
    if (current.exhausted) return undefined;
    const { generation, sigma } = current;
    for (let i = 0; i < TRIES; i++) {
      const point = current.sample(draws);
      const vector = new Float64Array(this.#space.dimensions);
      for (const [j, index] of this.#numeric.entries()) vector[index] = Math.min(1, Math.max(0, point[j]!));
      this.#categories.draw(vector, draws);
      const configuration = this.#space.decode(vector);
      if (this.#configurations.has(configuration) || this.#space.check(configuration) !== undefined) continue;
      const why = `Generation ${generation + 1} of run ${run + 1}, σ ${sigma.toPrecision(2)}.`;
      return { configuration, point, from: { run, generation }, why };
    }
    return undefined;
  }

  #foreign(configuration: Configuration, why: string): Sample {
    const vector = vectorOf(this.#space, configuration);
    const { mean } = this.#runs.current;
    const point = mean.map((m, j) => {
      const unit = this.#numeric.length > 0 ? vector[this.#numeric[j]!]! : Number.NaN;
      return Number.isNaN(unit) ? m : unit;
    });
    return { configuration, point, from: undefined, why };
  }

  #end(trial: TrialNumber, loss: number): void {
    const sample = this.#pending.get(trial);
    if (!sample) return;
    this.#pending.delete(trial);
    const { configuration, point, from } = sample;
    const { current, number: run } = this.#runs;
    // What was drawn before a restart says nothing of where the new run is.
    if (from && from.run !== run) return;
    const injected = from?.generation !== current.generation;
    this.#results.push({ trial, configuration, point, loss, injected });
    if (this.#results.length === current.settings.population) this.#update();
  }

  #update(): void {
    const { current } = this.#runs;
    const ranked = this.#results.toSorted(compareRanked);
    this.#results = [];
    this.#next = undefined;
    const best = ranked[0]!.loss;
    // Nothing can be learned from failures alone.
    if (best === Number.POSITIVE_INFINITY) return;
    const { weights } = current.settings;
    current.update(ranked);
    this.#categories.update(
      ranked
        .map(({ configuration, loss }, i) => ({ configuration, loss, weight: weights[i]! }))
        .filter(({ loss, weight }) => weight > 0 && loss < Number.POSITIVE_INFINITY),
    );
    this.#runs.record(best);
    if (this.#restarts && this.#runs.converged) this.#runs.restart();
  }
}

/**
 * CMA-ES (Hansen 2016) on the unit cube, with margin for discrete parameters (Hamano et al. 2022). Results come in
 * any order: a generation is over when λ are there, further samples are drawn from the same distribution
 * meanwhile, and what comes late, or was started by hand, is injected into the next one (Hansen 2011).
 */
export const cmaEs: StrategyKind = {
  name: "cma-es",
  title: "CMA-ES",
  description:
    "Draws from a normal distribution and moves, widens and turns it towards the better half of each generation. For numbers that depend on each other, with some hundred trials and more.",
  multiFidelity: false,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      population: {
        type: "integer",
        title: "Population",
        description: "λ: trials of a generation. Without it: 4 + ⌊3 ln n⌋ for n parameters.",
        minimum: 4,
        maximum: 10000,
      },
      restarts: {
        type: "string",
        title: "Restarts",
        description:
          "What happens when the distribution has shrunk to a point. BIPOP: begins anew, with larger populations and with small ones by turns.",
        enum: ["none", "bipop"],
        default: "none",
      },
    },
  },
  create: (input) => new CmaEs(input),
};
