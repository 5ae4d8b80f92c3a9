import type { Configuration } from "../../protocol/space.ts";
import type { Hypergradients, TrialNumber } from "../../protocol/trial.ts";
import { isInfeasible } from "../feasibility.ts";
import { type OuterName, outers } from "./outer.ts";
import type { Region } from "./region.ts";

export interface ChainRules {
  readonly optimizer: OuterName;
  /** How far the first step moves, as a share of a parameter's range. */
  readonly step: number;
  /** A chain is at its end once it would move no parameter as far as this, as a share of its range. */
  readonly tolerance: number;
}

/** A step that brought more loss was too long by this much; after one that did not, more is dared. */
const [SHRINK, GROW] = [0.5, 1.2];
/** No step moves a parameter further than this. */
const LONGEST = 0.5;
/** A gradient is 0 where it is this small beside the largest of its chain. */
const FLAT = 1e-6;

/** Why a chain does not go on. */
export type ChainEnd =
  /** It stands where the projected gradient is 0, or where only steps below the tolerance bring no more loss. */
  | "converged"
  /** A trial that it would have gone on from told no derivative by any parameter that moves. */
  | "silent"
  /** Its first trial failed, or broke a limit. */
  | "failed";

/** A trial of a chain that has ended. Vectors have a number for each parameter of the space. */
export interface Visit {
  readonly trial: TrialNumber;
  readonly configuration: Configuration;
  /** That of `lossOf`. */
  readonly loss: number;
  /** "best": the chain goes on from it. "worse": it goes back, and takes a shorter step. */
  readonly became: "best" | "worse";
  /** By coordinates; NaN where none was told. Absent where none at all was told. */
  readonly gradient: Float64Array | undefined;
  /** The trial that it was stepped to from; absent for a start. */
  readonly from: TrialNumber | undefined;
  /** The step size by which it was; 0 for a start. */
  readonly step: number;
}

interface Best extends Visit {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
}

export interface Move {
  readonly configuration: Configuration;
  readonly step: number;
  readonly from: TrialNumber;
}

/**
 * One descent along hypergradients: from its best point so far along the projected direction of its outer optimizer.
 * Where a step brings more loss it is halved, and taken anew from the best point. A fold over the ends of its trials.
 */
export class Chain {
  readonly visits: Visit[] = [];
  readonly #region: Region;
  readonly #rules: ChainRules;
  readonly #outer;
  #step: number;
  #best: Best | undefined;
  #running:
    | { readonly trial: TrialNumber; readonly configuration: Configuration; readonly move?: Move }
    | undefined;
  #largest = 0;
  #ended: ChainEnd | undefined;

  constructor(region: Region, rules: ChainRules, size: number) {
    this.#region = region;
    this.#rules = rules;
    this.#outer = outers[rules.optimizer](size, region.bound);
    this.#step = rules.step;
  }

  get ended(): ChainEnd | undefined {
    return this.#ended;
  }

  /** The size of its next step: what the outer optimizer's direction is multiplied by. */
  get step(): number {
    return this.#step;
  }

  /** The trial that is on its way. */
  get running(): TrialNumber | undefined {
    return this.#running?.trial;
  }

  begin(trial: TrialNumber, configuration: Configuration, move?: Move): void {
    this.#running = { trial, configuration, ...(move && { move }) };
  }

  /** `loss`: that of `lossOf`, Infinity for a failure. */
  end(loss: number, hypergradients: Hypergradients = {}): void {
    const { trial, configuration, move } = this.#running!;
    this.#running = undefined;
    const known = this.#region.gradient(configuration, hypergradients);
    const gradient = known.every(Number.isNaN) ? undefined : known;
    // One that is as good counts as better: a metric of whole numbers has plateaus.
    const isBetter =
      loss < Number.POSITIVE_INFINITY && !isInfeasible(loss) && loss <= (this.#best?.loss ?? loss);
    const became = isBetter ? "best" : "worse";
    const { from, step = 0 } = move ?? {};
    const visit = { trial, configuration, loss, became, gradient, from, step } as const;
    this.visits.push(visit);
    if (!isBetter) this.#back();
    else if (gradient === undefined) this.#ended = "silent";
    else this.#go({ ...visit, gradient, x: this.#region.of(configuration) });
  }

  /**
   * Where it goes next: the longest step, at most as long as it dares, that is allowed. Undefined while a trial is on its way, once
   * it has ended, and where no step is.
   */
  next(allowed: (configuration: Configuration) => boolean): Move | undefined {
    const best = this.#best;
    if (best === undefined || this.#running !== undefined || this.#ended !== undefined) return undefined;
    for (let step = this.#step; ; step *= SHRINK) {
      const x = this.#stepped(best, step);
      if (!(distance(x, best.x) >= this.#rules.tolerance)) return undefined;
      const configuration = this.#region.at(x, best.configuration);
      if (allowed(configuration)) return { configuration, step, from: best.trial };
    }
  }

  #go(best: Best): void {
    if (this.#best !== undefined) this.#step *= GROW;
    this.#best = best;
    this.#outer.learn(best.gradient);
    this.#largest = Math.max(this.#largest, size(best.gradient));
    // Momentum may have cancelled the gradient, or lead up: then what it remembers is of no use here.
    const move = this.#stepped(best, this.#step).map((to, i) => to - best.x[i]!);
    if (!(inner(best.gradient, move) < 0) || size(move) < this.#rules.tolerance) this.#outer.restart();
    if (this.#projected(best) <= FLAT * this.#largest) this.#ended = "converged";
    else this.#settle(best);
  }

  #back(): void {
    if (this.#best === undefined) {
      this.#ended = "failed";
      return;
    }
    this.#step *= SHRINK;
    this.#outer.restart();
    this.#settle(this.#best);
  }

  /** It has ended where its next step is too short to be worth a trial. */
  #settle(best: Best): void {
    if (distance(this.#stepped(best, this.#step), best.x) < this.#rules.tolerance) this.#ended = "converged";
  }

  #stepped({ x }: Best, step: number): Float64Array {
    const { direction } = this.#outer;
    const length = Math.min(step, LONGEST / size(direction));
    return this.#region.project(x.map((at, i) => at - length * direction[i]!));
  }

  /** Size of the projected gradient: how fast the nearest points of the region leave where a small step begins. */
  #projected({ x, gradient }: Best): number {
    const most = size(gradient);
    if (most === 0) return 0;
    const small = 1e-3 / most;
    const to = this.#region.project(x.map((at, i) => at - small * (gradient[i]! || 0)));
    return distance(to, x) / small;
  }
}

/** Largest component by size, of those that are numbers. */
function size(vector: Float64Array): number {
  return vector.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0);
}

const distance = (a: Float64Array, b: Float64Array): number => size(a.map((value, i) => value - b[i]!));

const inner = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + (value * b[i]! || 0), 0);
