import type { Configuration } from "../../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../../protocol/trial.ts";
import type { Space } from "../../space/space.ts";
import { Configurations } from "../configurations.ts";
import { Design } from "../design.ts";
import { lossOf } from "../feasibility.ts";
import { DEFAULT_TRIALS } from "../random.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "../strategy.ts";
import { Chain, type ChainRules, type Move } from "./chain.ts";
import { outers } from "./outer.ts";
import { type Bonds, Region } from "./region.ts";

interface HypergradientOptions extends ChainRules, Bonds {
  readonly starts: number;
}

/** Points of the sequence that are passed over, as tried or ruled out, before a start is drawn at random. */
const PASSED = 100;

/** What is to be run next: a step of a chain, or the start of a new one. */
interface Next {
  readonly chain: number;
  readonly configuration: Configuration;
  readonly move?: Move;
}

/**
 * Descents along the hypergradients that trials tell. One chain a worker: while those that have begun wait for their trials,
 * whoever asks begins another one, the first at the defaults, the others at points that cover the space. A chain that is at its
 * end makes room for the next. A fold over the trials that it has started itself.
 */
export class HypergradientSearch implements Strategy {
  readonly region: Region;
  readonly chains: Chain[] = [];
  readonly #space: Space;
  readonly #options: HypergradientOptions;
  readonly #configurations: Configurations;
  readonly #design: Design;
  readonly #limit: number;
  readonly #budget: number;
  readonly #chainOf = new Map<TrialNumber, Chain>();
  /** Trials that have ended with a score, and those that told a derivative. */
  #scored = 0;
  #telling = 0;
  #next: { readonly what: Next | undefined } | undefined;

  constructor({ space, seed, options, trials, budget }: StrategyInput) {
    this.#space = space;
    this.#options = options as unknown as HypergradientOptions;
    this.region = new Region(space, this.#options);
    this.#configurations = new Configurations(space, seed);
    this.#design = new Design(space, seed);
    this.#limit = Math.min(trials ?? DEFAULT_TRIALS, space.size);
    this.#budget = budget?.max ?? 0;
  }

  ask(): Ask {
    if (this.#configurations.started >= this.#limit) return { type: "done" };
    const next = this.#following();
    if (next === undefined) return this.#isWaiting ? { type: "wait" } : { type: "done", converged: true };
    const { configuration, chain, move } = next;
    const note = { why: this.#why(next), chain, ...(move && { from: move.from, step: move.step }) };
    return { type: "run", configuration, budget: this.#budget, note };
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") this.#start(event.trial, event.configuration);
    else if (event.type === "finished") this.#end(event.trial, event);
    else if (event.type === "failed") this.#end(event.trial, undefined);
  }

  stops(): readonly number[] {
    return [];
  }

  planned(): number | undefined {
    return Number.isFinite(this.#limit) ? this.#limit : undefined;
  }

  notice(): string | undefined {
    return this.isSilent ? silence(this.region.names) : undefined;
  }

  /** Whether trials have ended, and not one of them told a derivative. */
  get isSilent(): boolean {
    return this.#scored > 0 && this.#telling === 0;
  }

  get #isWaiting(): boolean {
    return this.chains.some(({ running }) => running !== undefined);
  }

  #start(trial: TrialNumber, configuration: Configuration): void {
    const next = this.#following();
    this.#next = undefined;
    this.#configurations.add(configuration);
    // What others have started is nobody's step.
    if (next === undefined || this.#space.key(next.configuration) !== this.#space.key(configuration)) return;
    this.chains[next.chain] ??= new Chain(this.region, this.#options, this.#space.dimensions);
    const chain = this.chains[next.chain]!;
    chain.begin(trial, configuration, next.move);
    this.#chainOf.set(trial, chain);
  }

  #end(trial: TrialNumber, result: Extract<TrialEvent, { type: "finished" }> | undefined): void {
    const chain = this.#chainOf.get(trial);
    if (chain === undefined) return;
    this.#chainOf.delete(trial);
    this.#next = undefined;
    if (result !== undefined) this.#scored++;
    if (result?.hypergradients !== undefined) this.#telling++;
    chain.end(result === undefined ? Number.POSITIVE_INFINITY : lossOf(result), result?.hypergradients);
  }

  /** The first chain that can go on does; otherwise a new one begins. */
  #following(): Next | undefined {
    this.#next ??= { what: this.#step() ?? this.#begin() };
    return this.#next.what;
  }

  #step(): Next | undefined {
    for (const [chain, one] of this.chains.entries()) {
      const move = one.next((configuration) => this.#canRun(configuration));
      if (move !== undefined) return { chain, configuration: move.configuration, move };
    }
    return undefined;
  }

  #begin(): Next | undefined {
    const chain = this.chains.length;
    const { starts } = this.#options;
    if ((starts > 0 && chain >= starts) || this.#configurations.exhausted) return undefined;
    const configuration = this.#startOf(chain);
    return configuration && { chain, configuration };
  }

  #startOf(chain: number): Configuration | undefined {
    const first = chain === 0 ? this.region.hold(this.#space.defaults()) : undefined;
    if (first !== undefined && this.#canRun(first)) return first;
    for (let i = chain; i < chain + PASSED; i++) {
      const point = this.#design.at(i);
      const held = point && this.region.hold(point);
      if (held !== undefined && this.#canRun(held)) return held;
    }
    const drawn = this.#configurations.next();
    const held = drawn && this.region.hold(drawn);
    return held !== undefined && this.#canRun(held) ? held : drawn;
  }

  #canRun(configuration: Configuration): boolean {
    return !this.#configurations.has(configuration) && this.#space.check(configuration) === undefined;
  }

  #why({ chain, move }: Next): string {
    const name = `Chain ${chain + 1}`;
    if (move !== undefined) {
      const size = `step size ${Number(move.step.toPrecision(2))}`;
      const last = this.chains[chain]!.visits.at(-1)!;
      if (last.became === "best") return `${name}: from #${move.from} against its hypergradient, ${size}.`;
      return `${name}: #${last.trial} is worse, so back to #${move.from} and a shorter step, ${size}.`;
    }
    if (this.isSilent) return `${name} starts at a point of a Sobol sequence. ${silence(this.region.names)}`;
    return chain === 0 ? `${name} starts at the defaults.` : `${name} starts at a point of a Sobol sequence.`;
  }
}

/** Why there is nothing to follow, and what to do about it. */
export function silence(names: readonly string[]): string {
  if (names.length === 0)
    return "No parameter is a continuous number, so there is no hypergradient to follow.";
  const [one, other] = names;
  const line = `hypergradient ${one}=-0.12${other === undefined ? "" : ` ${other}=3.1`}`;
  return `No trial has told a hypergradient so far, so there is none to follow. Print the derivatives of the objective beside it, such as "${line}".`;
}

const list = { type: "array", items: { type: "string" }, uniqueItems: true, default: [] } as const;

/** Gradient-based hyperparameter optimisation: Bengio 2000, Franceschi et al. 2017 where the trials compute the gradients. */
export const hypergradient: StrategyKind = {
  name: "hypergradient",
  title: "Hypergradients",
  description:
    'Gradient descent on the hyperparameters. For scripts that print the derivatives of the objective by their own parameters ("hypergradient lr=-0.12 weight_decay=3.1"). Choices and whole numbers stay as a chain begins with them.',
  multiFidelity: false,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      optimizer: {
        type: "string",
        title: "Optimizer",
        description:
          "adam: each parameter by the signs and sizes of its own derivatives. gradient: along the gradient itself.",
        enum: Object.keys(outers),
        default: "adam",
      },
      step: {
        type: "number",
        title: "Step",
        description:
          "How far the first step moves a parameter, as a share of its range. After a step that brings more loss it is halved, after others it grows by a fifth.",
        exclusiveMinimum: 0,
        maximum: 0.5,
        default: 0.1,
      },
      tolerance: {
        type: "number",
        title: "Tolerance",
        description:
          "A chain is at its end once it would move no parameter as far as this, as a share of its range.",
        exclusiveMinimum: 0,
        maximum: 0.1,
        default: 0.001,
      },
      starts: {
        type: "integer",
        title: "Starts",
        description:
          "Chains in all. The first starts at the defaults, the others where the space is still empty. 0: as long as there are trials, and one for each trial at once.",
        minimum: 0,
        maximum: 1000,
        default: 0,
      },
      simplex: {
        ...list,
        title: "Simplex",
        description: "Parameters that are at least 0 and add up to the radius.",
      },
      l1: {
        ...list,
        title: "L1 ball",
        description: "Parameters whose sizes add up to at most the radius.",
      },
      radius: {
        type: "number",
        title: "Radius",
        description: "Of the simplex and of the L1 ball.",
        exclusiveMinimum: 0,
        default: 1,
      },
    },
  },
  create: (input) => new HypergradientSearch(input),
};
