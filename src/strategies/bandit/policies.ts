import type { Random } from "../../space/random.ts";
import type { Arms, Moments } from "./arms.ts";

export const POLICIES = ["thompson", "ucb1", "epsilon-greedy", "exp3"] as const;
export type PolicyName = (typeof POLICIES)[number];

export interface PolicyOptions {
  readonly policy: PolicyName;
  readonly epsilon: number;
  readonly exploration: number;
  readonly gamma?: number;
}

export interface Choice {
  readonly arm: number;
  /** That this arm was chosen, as far as the policy's learning needs it; else 1. */
  readonly probability: number;
  readonly why: string;
}

/** Chooses an arm. `horizon`: pulls in all, Infinity when nobody knows. */
export type Policy = (arms: Arms, random: Random, options: PolicyOptions, horizon: number) => Choice;

const short = (x: number): string => x.toPrecision(3);

/** Index of the largest value; of equal ones the first. */
function largest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}

const indices = (arms: Arms): number[] => Array.from({ length: arms.count }, (_, arm) => arm);

/** Deterministic policies begin with each arm once. A pull on its way counts, or all workers would take the same. */
function untried(arms: Arms): Choice | undefined {
  const arm = indices(arms).find((candidate) => arms.pulls(candidate) === 0);
  return arm === undefined ? undefined : { arm, probability: 1, why: "Each arm once, to begin with." };
}

/** Mean reward of each arm; without a result an arm counts as the average of all that have one. */
export function means(arms: Arms): number[] {
  const moments = indices(arms).map((arm) => arms.moments(arm));
  const total = moments.reduce((sum, { count }) => sum + count, 0);
  const sum = moments.reduce((rewards, { count, mean }) => rewards + (count > 0 ? count * mean : 0), 0);
  return moments.map(({ count, mean }) => (count > 0 ? mean : total > 0 ? sum / total : 0.5));
}

function why(arms: Arms, arm: number): string {
  const { count, mean } = arms.moments(arm);
  return count > 0 ? `mean reward ${short(mean)} after ${count} pulls` : "no result yet";
}

/** ε-greedy (Sutton & Barto 2018, section 2.2): any arm with probability ε, else that with the best mean. */
const epsilonGreedy: Policy = (arms, random, { epsilon }) => {
  const first = untried(arms);
  if (first) return first;
  if (random.uniform() < epsilon) {
    const arm = random.int(arms.count);
    return { arm, probability: 1, why: `Exploring (ε = ${epsilon}); ${why(arms, arm)}.` };
  }
  const arm = largest(means(arms));
  return { arm, probability: 1, why: `Best mean: ${why(arms, arm)}.` };
};

/**
 * Upper confidence bound of each arm, mean + c·√(2 ln n / n_j), with c = 1 that of UCB1 (Auer, Cesa-Bianchi &
 * Fischer 2002, figure 1). Pulls on their way narrow an arm's bound before their results move its mean.
 */
export function upperBounds(arms: Arms, exploration = 1): number[] {
  const pulls = indices(arms).map((arm) => arms.pulls(arm));
  const total = pulls.reduce((sum, count) => sum + count, 0);
  return means(arms).map((mean, arm) =>
    pulls[arm]! > 0
      ? mean + exploration * Math.sqrt((2 * Math.log(total)) / pulls[arm]!)
      : Number.POSITIVE_INFINITY,
  );
}

const ucb1: Policy = (arms, _, { exploration }) => {
  const first = untried(arms);
  if (first) return first;
  const bounds = upperBounds(arms, exploration);
  const arm = largest(bounds);
  return { arm, probability: 1, why: `Largest upper bound, ${short(bounds[arm]!)}: ${why(arms, arm)}.` };
};

/** Gamma(shape, 1) for a shape of at least 1 (Marsaglia & Tsang 2000). */
export function gamma(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Normal-inverse-gamma prior of an arm's reward: one pull's worth of ½, with a standard deviation around ¼. */
const PRIOR = { mean: 0.5, count: 1, shape: 1, scale: 1 / 16 };

/** What is believed of an arm's mean: normal-inverse-gamma, the mean with the weight of so many pulls. */
export interface Posterior {
  readonly mean: number;
  readonly weight: number;
  readonly shape: number;
  readonly scale: number;
}

/** An arm's posterior after its rewards (Murphy 2007, section 6). */
export function posterior({ count, mean, squares }: Moments): Posterior {
  const weight = PRIOR.count + count;
  const sum = count > 0 ? count * mean : 0;
  const apart = count > 0 ? ((PRIOR.count * count) / (2 * weight)) * (mean - PRIOR.mean) ** 2 : 0;
  return {
    mean: (PRIOR.count * PRIOR.mean + sum) / weight,
    weight,
    shape: PRIOR.shape + count / 2,
    scale: PRIOR.scale + squares / 2 + apart,
  };
}

/** Standard deviation of the mean itself, a Student t; Infinity where its variance is (a shape of 1 or less). */
export function deviationOf({ weight, shape, scale }: Posterior): number {
  return shape > 1 ? Math.sqrt(scale / (weight * (shape - 1))) : Number.POSITIVE_INFINITY;
}

/**
 * Thompson sampling (Thompson 1933; Chapelle & Li 2011): draws each arm's mean from its posterior and pulls the
 * best draw. Rewards are normal with unknown mean and variance, whose conjugate prior is normal-inverse-gamma
 * (Murphy 2007, "Conjugate Bayesian analysis of the Gaussian distribution", section 6).
 */
const thompson: Policy = (arms, random) => {
  const draws = indices(arms).map((index) => {
    const { mean, weight, shape, scale } = posterior(arms.moments(index));
    const variance = scale / gamma(shape, random);
    return mean + Math.sqrt(variance / weight) * random.normal();
  });
  const arm = largest(draws);
  return { arm, probability: 1, why: `Best draw of the means, ${short(draws[arm]!)}: ${why(arms, arm)}.` };
};

/** γ where the number of pulls is not known. */
const ENDLESS_GAMMA = 0.1;

/** The γ that bounds Exp3's regret by 2.63·√(T K ln K) (Auer et al. 2002b, Corollary 3.2 with g = T). */
export function exp3Gamma(count: number, horizon: number): number {
  if (count === 1) return 1;
  if (!Number.isFinite(horizon)) return ENDLESS_GAMMA;
  return Math.min(1, Math.sqrt((count * Math.log(count)) / ((Math.E - 1) * horizon)));
}

/**
 * The probability with which Exp3 pulls each arm: (1 − γ)·exp(γ Ĝ_i / K) / Σ + γ / K.
 * @param horizon Pulls in all, Infinity when nobody knows.
 */
export function exp3Probabilities(arms: Arms, options: Pick<PolicyOptions, "gamma">, horizon: number) {
  const rate = options.gamma ?? exp3Gamma(arms.count, horizon);
  const gains = arms.gains();
  const most = Math.max(...gains);
  const weights = gains.map((gain) => Math.exp((rate * (gain - most)) / arms.count));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => ((1 - rate) * weight) / sum + rate / arms.count);
}

/**
 * Exp3 (Auer, Cesa-Bianchi, Freund & Schapire 2002, "The nonstochastic multiarmed bandit problem", section 3).
 */
const exp3: Policy = (arms, random, options, horizon) => {
  const probabilities = exp3Probabilities(arms, options, horizon);
  let left = random.uniform();
  let arm = 0;
  while (arm < arms.count - 1 && left >= probabilities[arm]!) left -= probabilities[arm++]!;
  const probability = probabilities[arm]!;
  return { arm, probability, why: `Drawn with probability ${short(probability)}: ${why(arms, arm)}.` };
};

export const policies: Readonly<Record<PolicyName, Policy>> = {
  thompson,
  ucb1,
  "epsilon-greedy": epsilonGreedy,
  exp3,
};
