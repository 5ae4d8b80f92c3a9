import type { Configuration } from "../../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../../protocol/trial.ts";
import { random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { Configurations } from "../configurations.ts";
import { isInfeasible, lossOf } from "../feasibility.ts";

/**
 * The arms of a bandit: every configuration of a space that has at most `most`, in an order of the seed's; else
 * that many random draws, none twice. The first arms' draws are those of random search.
 */
export function armsOf(space: Space, seed: number, most: number): readonly Configuration[] {
  if (space.size <= most) return random(seed, 0).shuffle([...space.all()]);
  const drawn = new Configurations(space, seed);
  const arms: Configuration[] = [];
  while (arms.length < most) {
    const configuration = drawn.next();
    if (configuration === undefined) break;
    drawn.add(configuration);
    arms.push(configuration);
  }
  return arms;
}

/** What the rewards of one arm come to. */
export interface Moments {
  readonly count: number;
  /** In [0, 1]; NaN without a reward. */
  readonly mean: number;
  /** Sum of the squared deviations from the mean. */
  readonly squares: number;
}

/** One arm's losses so far. */
interface Tally {
  /** Pulls, with those that have no result yet. */
  started: number;
  finite: number;
  mean: number;
  squares: number;
  /** Results that are infinite: the worst reward, and the best. */
  failed: number;
  perfect: number;
  /** Sums over the pulls of 1/p, loss/p (finite losses), and 1/p of the perfect ones; p: the pull's probability. */
  readonly weighted: { ones: number; losses: number; perfect: number };
}

interface Pull {
  readonly arm: number;
  readonly probability: number;
}

/**
 * What is known of each arm: a fold over events. A reward is where a loss lies in the range of all finite losses
 * seen so far, 1 at the smallest and 0 at the largest; a failure is 0. When the range grows, earlier rewards are
 * read anew: all of them are always on one scale.
 */
export class Arms {
  readonly configurations: readonly Configuration[];
  readonly #space: Space;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #tallies: readonly Tally[];
  readonly #pending = new Map<TrialNumber, Pull>();
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;

  constructor(space: Space, configurations: readonly Configuration[]) {
    this.#space = space;
    this.configurations = configurations;
    this.#indices = new Map(configurations.map((configuration, i) => [space.key(configuration), i]));
    this.#tallies = configurations.map(() => ({
      started: 0,
      finite: 0,
      mean: 0,
      squares: 0,
      failed: 0,
      perfect: 0,
      weighted: { ones: 0, losses: 0, perfect: 0 },
    }));
  }

  get count(): number {
    return this.configurations.length;
  }

  /** The arm of a configuration, undefined when it is none. */
  armOf(configuration: Configuration): number | undefined {
    return this.#indices.get(this.#space.key(configuration));
  }

  /** Smallest and largest finite loss so far: rewards 1 and 0. Infinite while there is none. */
  get range(): readonly [low: number, high: number] {
    return [this.#low, this.#high];
  }

  /** Pulls of an arm, with those that have no result yet. */
  pulls(arm: number): number {
    return this.#tallies[arm]!.started;
  }

  /** `probability`: that with which the policy chose this arm; 1 for a pull that is not the policy's own. */
  tell(event: TrialEvent, probability = 1): void {
    if (event.type === "started") {
      const arm = this.armOf(event.configuration);
      if (arm === undefined) return;
      this.#tallies[arm]!.started++;
      this.#pending.set(event.trial, { arm, probability });
    } else if (event.type === "finished") this.#end(event.trial, lossOf(event));
    else if (event.type === "failed") this.#end(event.trial, Number.POSITIVE_INFINITY);
  }

  #end(trial: TrialNumber, loss: number): void {
    const pull = this.#pending.get(trial);
    if (!pull) return;
    this.#pending.delete(trial);
    const tally = this.#tallies[pull.arm]!;
    // Rewards are shares of a range, in which a trial that breaks limits has no place.
    if (loss === Number.POSITIVE_INFINITY || isInfeasible(loss)) tally.failed++;
    else if (loss === Number.NEGATIVE_INFINITY) {
      tally.perfect++;
      tally.weighted.perfect += 1 / pull.probability;
    } else {
      tally.finite++;
      // Welford: a sum of squares would lose what tells losses such as 1000.001 and 1000.002 apart.
      const change = loss - tally.mean;
      tally.mean += change / tally.finite;
      tally.squares += change * (loss - tally.mean);
      tally.weighted.ones += 1 / pull.probability;
      tally.weighted.losses += loss / pull.probability;
      this.#low = Math.min(this.#low, loss);
      this.#high = Math.max(this.#high, loss);
    }
  }

  /** While all losses are equal, nothing is known of how good they are. */
  #reward(loss: number): number {
    const range = this.#high - this.#low;
    return range > 0 ? (this.#high - loss) / range : 0.5;
  }

  /** Of one arm's rewards. */
  moments(arm: number): Moments {
    const { finite, mean: loss, squares, failed, perfect } = this.#tallies[arm]!;
    const count = finite + failed + perfect;
    const reward = this.#reward(loss);
    const mean = (finite * (finite > 0 ? reward : 0) + perfect) / count;
    const range = this.#high - this.#low;
    const within = range > 0 ? squares / range ** 2 : 0;
    const between =
      (finite > 0 ? finite * (reward - mean) ** 2 : 0) + failed * mean ** 2 + perfect * (1 - mean) ** 2;
    return { count, mean, squares: count > 0 ? within + between : 0 };
  }

  /** Exp3's estimate Ĝ of what each arm would have brought: the sum of reward / p over its own pulls. */
  gains(): number[] {
    const range = this.#high - this.#low;
    return this.#tallies.map(({ weighted: { ones, losses, perfect } }) => {
      const finite = range > 0 ? (this.#high * ones - losses) / range : ones / 2;
      return Math.max(0, finite) + perfect;
    });
  }
}
