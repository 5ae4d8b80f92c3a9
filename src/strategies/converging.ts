import type { TrialEvent } from "../protocol/trial.ts";
import { random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import { lossOf } from "./feasibility.ts";
import { GuideFactory, measured } from "./gp/constrained.ts";
import { lengthScales } from "./gp/kernel.ts";
import { maximize } from "./gp/maximize.ts";
import { type Observation, Observations } from "./observations.ts";
import type { Ask, Convergence, Strategy } from "./strategy.ts";
import { Wrapped } from "./wrapped.ts";

/** Expectations below the bound in a row that are believed: one alone may be a model that was fitted badly. */
const BELIEVED = 3;
/** Scores at the full budget before a model is asked at all; with more parameters twice their number. */
const FEWEST = 10;

/**
 * A strategy that is done as soon as the study has converged: by a patience rule, or when a Gaussian process of the
 * losses at the full budget, whatever strategy it is that proposes, expects to improve by less than a bound at the best
 * place that it knows. A fold over the events, so a replayed study stops at the same trial.
 */
export class Converging extends Wrapped {
  readonly #patience: Patience | undefined;
  readonly #expectation: Expectation | undefined;

  /** `budget`: the full one, at which losses can be compared; 0 where trials have one length. */
  constructor(strategy: Strategy, space: Space, budget: number, { patience, improvement }: Convergence) {
    super(strategy);
    this.#patience = patience === undefined ? undefined : new Patience(patience, budget);
    this.#expectation = improvement === undefined ? undefined : new Expectation(space, budget, improvement);
  }

  override ask(): Ask {
    const has = this.#patience?.isOver || this.#expectation?.isMet;
    return has ? { type: "done", converged: true } : this.inner.ask();
  }

  override tell(event: TrialEvent): void {
    this.#patience?.tell(event);
    this.#expectation?.tell(event);
    this.inner.tell(event);
  }
}

/** How many trials have ended since the best one. */
class Patience {
  readonly #limit: number;
  readonly #budget: number;
  #best = Number.POSITIVE_INFINITY;
  #since = 0;

  constructor(limit: number, budget: number) {
    this.#limit = limit;
    this.#budget = budget;
  }

  get isOver(): boolean {
    return this.#since >= this.#limit && this.#best < Number.POSITIVE_INFINITY;
  }

  tell(event: TrialEvent): void {
    if (event.type !== "finished" && event.type !== "failed") return;
    this.#since++;
    if (event.type === "failed" || event.budget < this.#budget) return;
    const loss = lossOf(event);
    if (!(loss < this.#best)) return;
    this.#best = loss;
    this.#since = 0;
  }
}

/** How much better a loss is expected at the best next configuration. */
class Expectation {
  readonly #space: Space;
  readonly #budget: number;
  readonly #bound: number;
  readonly #factory: GuideFactory;
  readonly #observations = new Observations();
  /** Expectations below the bound in a row. */
  #low = 0;

  constructor(space: Space, budget: number, bound: number) {
    this.#space = space;
    this.#budget = budget;
    this.#bound = bound;
    this.#factory = new GuideFactory(space, { kernel: "matern52", warp: "half-rank" });
  }

  get isMet(): boolean {
    return this.#low >= BELIEVED;
  }

  tell(event: TrialEvent): void {
    const before = this.#observations.finished.length;
    this.#observations.tell(event);
    if (this.#observations.finished.length === before) return;
    const expected = this.#expected();
    this.#low = expected !== undefined && expected < this.#bound ? this.#low + 1 : 0;
  }

  /** In the unit of the losses; undefined where too little is known. */
  #expected(): number | undefined {
    const known = this.#observations.finished.filter(
      ({ budget, loss }) => budget >= this.#budget || loss === Number.POSITIVE_INFINITY,
    );
    const scored = known.filter(({ loss }) => Number.isFinite(loss));
    if (scored.length < Math.max(FEWEST, 2 * this.#space.dimensions)) return undefined;
    const { surrogate, acquisition } = this.#factory.make(measured(known), []);
    const tried = new Set(known.map(({ configuration }) => this.#space.key(configuration)));
    const found = maximize(acquisition({ name: "log-ei", xi: 0, kappa: 0 }), {
      space: this.#space,
      random: random(0, known.length),
      around: surrogate.ranked.slice(0, 5),
      lengths: lengthScales(surrogate.process.hyperparameters),
      has: (configuration) => tried.has(this.#space.key(configuration)),
    });
    // A finite space that was tried through has nothing left to improve.
    if (found === undefined) return 0;
    return Math.exp(found.value) * unitOf(surrogate);
  }
}

/** What one unit of a model's losses is in measured ones: warping leaves the better half as it was, but for its scale. */
function unitOf({
  observed,
  losses,
}: {
  observed: readonly Observation[];
  losses: ArrayLike<number>;
}): number {
  const order = [...observed.keys()].sort((a, b) => losses[a]! - losses[b]!);
  const [best, middle] = [order[0]!, order[(order.length - 1) >> 1]!];
  const [from, to] = [observed[best]!.loss, observed[middle]!.loss];
  // All of the better half alike: nothing is left to gain there.
  return losses[middle]! > losses[best]! ? (to - from) / (losses[middle]! - losses[best]!) : 0;
}
