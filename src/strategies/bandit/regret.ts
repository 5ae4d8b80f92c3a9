import type { Configuration } from "../../protocol/space.ts";
import type { TrialEvent } from "../../protocol/trial.ts";
import type { Space } from "../../space/space.ts";
import { Arms, armsOf } from "./arms.ts";
import { upperBounds } from "./policies.ts";

/**
 * The regret ρ_T = T·μ* − Σ r̂_t after each pull (Auer, Cesa-Bianchi & Fischer 2002, section 1).
 * @param rewards r̂_t, in the order of the pulls.
 * @param best μ*, the mean reward of the best arm.
 */
export function regret(rewards: readonly number[], best: number): number[] {
  let sum = 0;
  return rewards.map((reward, t) => {
    sum += reward;
    return (t + 1) * best - sum;
  });
}

/** The expected regret of pulls whose arms' means are known: ρ with each r̂_t at its mean. */
export function pseudoRegret(pulls: readonly number[], means: readonly number[]): number[] {
  return regret(
    pulls.map((arm) => means[arm]!),
    Math.max(...means),
  );
}

/** One arm as a picture shows it. */
export interface ArmStatistic {
  readonly configuration: Configuration;
  /** With those that have no result yet. */
  readonly pulls: number;
  /** Mean reward in [0, 1], undefined without a result. */
  readonly mean: number | undefined;
  /** UCB1's upper bound of the mean, whatever the policy; undefined before the first pull. */
  readonly bound: number | undefined;
}

/** The arms of a study (`armsOf`) after its events. */
export function armStatistics(
  space: Space,
  seed: number,
  most: number,
  events: readonly TrialEvent[],
): ArmStatistic[] {
  const arms = new Arms(space, armsOf(space, seed, most));
  for (const event of events) arms.tell(event);
  const bounds = upperBounds(arms);
  return arms.configurations.map((configuration, arm) => {
    const { count, mean } = arms.moments(arm);
    const pulls = arms.pulls(arm);
    return {
      configuration,
      pulls,
      mean: count > 0 ? mean : undefined,
      bound: pulls > 0 ? bounds[arm]! : undefined,
    };
  });
}
