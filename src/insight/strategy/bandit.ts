import type { BanditArm, BanditInsight } from "../../protocol/strategyInsight.ts";
import type { TrialEvent, TrialNumber } from "../../protocol/trial.ts";
import type { Arms } from "../../strategies/bandit/arms.ts";
import { Bandit, type BanditOptions } from "../../strategies/bandit/bandit.ts";
import {
  deviationOf,
  exp3Probabilities,
  means,
  posterior,
  upperBounds,
} from "../../strategies/bandit/policies.ts";
import { pseudoRegret, regret } from "../../strategies/bandit/regret.ts";
import { thin } from "../thin.ts";
import { momentOf } from "./past.ts";
import { Replay } from "./replay.ts";
import { scoreOf, type ViewInput } from "./source.ts";

const MOST_ARMS = 60;
const MOST_PULLS = 1_000;
/** Half-width of a posterior's interval, in standard deviations. */
const DEVIATIONS = 2;

interface Result {
  readonly trial: TrialNumber;
  readonly arm: number;
  readonly loss: number;
}

/** The arms of a bandit as its policy sees them, and what choosing among them has cost so far. */
export function banditView(
  input: ViewInput,
): Omit<BanditInsight, "kind" | "metric" | "goal" | "strategy" | "title"> {
  const options = input.input.options as unknown as BanditOptions;
  const { events, at, total, next } = momentOf(input.history, input.query.at, input.asked);
  input.replays.bandit ??= new Replay(() => new Bandit(input.input));
  const { arms } = input.replays.bandit.after(events);
  const results = resultsOf(events, arms);
  const all = armsView(input, arms, options, results);
  const shown = all.toSorted((a, b) => b.pulls - a.pulls || a.arm - b.arm).slice(0, MOST_ARMS);
  return {
    view: "bandit",
    at,
    total,
    policy: options.policy,
    arms: shown.sort((a, b) => input.sign * order(a, b, input.sign) || a.arm - b.arm),
    hidden: all.length - shown.length,
    next: next && arms.armOf(next.configuration),
    pulls: thin(pullsView(input, arms, results), MOST_PULLS),
  };
}

/** Best mean first; arms without a result last, whatever the direction. */
function order(a: BanditArm, b: BanditArm, sign: 1 | -1): number {
  const worst = sign * Number.MAX_VALUE;
  return (a.mean ?? worst) - (b.mean ?? worst);
}

function resultsOf(events: readonly TrialEvent[], arms: Arms): Result[] {
  const pending = new Map<TrialNumber, number>();
  const results: Result[] = [];
  for (const event of events) {
    if (event.type === "started") {
      const arm = arms.armOf(event.configuration);
      if (arm !== undefined) pending.set(event.trial, arm);
      continue;
    }
    const arm = pending.get(event.trial);
    if (arm === undefined) continue;
    const loss = event.type === "finished" ? event.losses[0]! : Number.POSITIVE_INFINITY;
    results.push({ trial: event.trial, arm, loss });
  }
  return results;
}

/** Rewards are 1 at the smallest loss seen and 0 at the largest: back to the metric's unit. */
function scoreAt(arms: Arms, sign: 1 | -1): (reward: number) => number | undefined {
  const [low, high] = arms.range;
  return (reward) => (Number.isFinite(high - low) ? sign * (high - reward * (high - low)) : undefined);
}

function armsView(
  { sign, input }: ViewInput,
  arms: Arms,
  options: BanditOptions,
  results: readonly Result[],
): BanditArm[] {
  const toScore = scoreAt(arms, sign);
  const boundsOf = bounder(arms, options);
  const probabilities = probabilitiesOf(arms, options, input.trials ?? Number.POSITIVE_INFINITY);
  const latest = new Map(results.map(({ arm, trial }) => [arm, trial]));
  const failed = Map.groupBy(
    results.filter(({ loss }) => loss === Number.POSITIVE_INFINITY),
    ({ arm }) => arm,
  );
  return arms.configurations.map((configuration, arm): BanditArm => {
    const { count, mean } = arms.moments(arm);
    const ends = boundsOf(arm)?.map(toScore) ?? [];
    const [a, b] = ends;
    return {
      arm,
      configuration,
      pulls: arms.pulls(arm),
      failed: failed.get(arm)?.length ?? 0,
      mean: count > 0 ? toScore(mean) : undefined,
      bounds: a === undefined || b === undefined ? undefined : [Math.min(a, b), Math.max(a, b)],
      probability: probabilities?.[arm],
      latest: latest.get(arm),
    };
  });
}

/** What the policy believes of an arm's mean reward: from the mean to UCB1's bound, or about Thompson's mean. */
function bounder(arms: Arms, options: BanditOptions): (arm: number) => [number, number] | undefined {
  if (options.policy === "ucb1") {
    const bounds = upperBounds(arms, options.exploration);
    return (arm) => {
      const { count, mean } = arms.moments(arm);
      return count > 0 ? [mean, bounds[arm]!] : undefined;
    };
  }
  return (arm) => {
    if (options.policy !== "thompson") return undefined;
    const belief = posterior(arms.moments(arm));
    const deviation = deviationOf(belief);
    if (!Number.isFinite(deviation)) return undefined;
    return [belief.mean - DEVIATIONS * deviation, belief.mean + DEVIATIONS * deviation];
  };
}

/** With what probability each arm is pulled next; undefined where the policy has no such numbers. */
function probabilitiesOf(arms: Arms, options: BanditOptions, horizon: number): number[] | undefined {
  if (options.policy === "exp3") return exp3Probabilities(arms, options, horizon);
  if (options.policy !== "epsilon-greedy") return undefined;
  const isTried = arms.configurations.every((_, arm) => arms.pulls(arm) > 0);
  if (!isTried) return undefined;
  const rewards = means(arms);
  const best = rewards.indexOf(Math.max(...rewards));
  return rewards.map((_, arm) => options.epsilon / arms.count + (arm === best ? 1 - options.epsilon : 0));
}

/** ρ after each result, against the best mean as it is known now; a failure has the reward 0. */
function pullsView({ sign }: ViewInput, arms: Arms, results: readonly Result[]): BanditInsight["pulls"] {
  const [low, high] = arms.range;
  const range = Number.isFinite(high - low) ? high - low : 0;
  const rewardOf = (loss: number) => {
    if (!Number.isFinite(loss)) return loss > 0 ? 0 : 1;
    return range > 0 ? (high - loss) / range : 0.5;
  };
  const known = arms.configurations.map((_, arm) => {
    const { count, mean } = arms.moments(arm);
    return count > 0 ? mean : 0;
  });
  const realised = regret(
    results.map(({ loss }) => rewardOf(loss)),
    Math.max(...known),
  );
  const expected = pseudoRegret(
    results.map(({ arm }) => arm),
    known,
  );
  return results.map(({ trial, arm, loss }, i) => ({
    trial,
    order: i + 1,
    arm,
    score: scoreOf(loss, sign),
    regret: range * realised[i]!,
    expected: range * expected[i]!,
  }));
}
