import type { TrialEvent } from "../../protocol/trial.ts";
import { random } from "../../space/random.ts";
import { DEFAULT_TRIALS } from "../random.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "../strategy.ts";
import { Arms, armsOf } from "./arms.ts";
import { type Choice, POLICIES, type PolicyOptions, policies } from "./policies.ts";

export interface BanditOptions extends PolicyOptions {
  readonly arms: number;
}

export class Bandit implements Strategy {
  /** What is known of each arm. */
  readonly arms: Arms;
  readonly #seed: number;
  readonly #options: BanditOptions;
  readonly #limit: number;
  readonly #budget: number;
  #started = 0;
  #next: Choice | undefined;

  constructor({ space, seed, options, trials, budget }: StrategyInput) {
    this.#seed = seed;
    this.#options = options as unknown as BanditOptions;
    this.arms = new Arms(space, armsOf(space, seed, this.#options.arms));
    this.#limit = trials ?? DEFAULT_TRIALS;
    this.#budget = budget?.max ?? 0;
  }

  ask(): Ask {
    if (this.#started >= this.#limit) return { type: "done" };
    const { arm, why } = this.#choice();
    const configuration = this.arms.configurations[arm]!;
    return { type: "run", configuration, budget: this.#budget, note: { why, arm } };
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") {
      // Before the event changes anything: with what probability this pull was chosen.
      const { arm, probability } = this.#choice();
      this.arms.tell(event, this.arms.armOf(event.configuration) === arm ? probability : 1);
      this.#started++;
    } else this.arms.tell(event);
    if (event.type === "started" || event.type === "finished" || event.type === "failed")
      this.#next = undefined;
  }

  stops(): readonly number[] {
    return [];
  }

  planned(): number | undefined {
    return Number.isFinite(this.#limit) ? this.#limit : undefined;
  }

  #choice(): Choice {
    // The first streams have drawn the arms.
    const draws = (): ReturnType<typeof random> => random(this.#seed, this.arms.count + this.#started);
    this.#next ??= policies[this.#options.policy](this.arms, draws(), this.#options, this.#limit);
    return this.#next;
  }
}

/**
 * Multi-armed bandits (Robbins 1952) over a finite set of configurations: an arm is pulled again and again, for
 * objectives that differ from run to run. UCB1 (Auer, Cesa-Bianchi & Fischer 2002), Exp3 (Auer, Cesa-Bianchi,
 * Freund & Schapire 2002), Thompson sampling (Thompson 1933), ε-greedy.
 */
export const bandit: StrategyKind = {
  name: "bandit",
  title: "Multi-armed bandit",
  description:
    "Runs a few configurations again and again, the better ones more often. For objectives that differ from run to run, where the question is which of a handful is best on average.",
  multiFidelity: false,
  repeats: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      policy: {
        type: "string",
        title: "Policy",
        description:
          "How the next arm is chosen: by a draw from what is believed of each mean (Thompson), by the largest upper confidence bound (UCB1), by the best mean but for a share of random pulls (ε-greedy), or by weights that hold against objectives that change over time (Exp3).",
        enum: [...POLICIES],
        default: "thompson",
      },
      arms: {
        type: "integer",
        title: "Arms",
        description:
          "Configurations to choose between: all of a space that has no more than this many, else so many random draws.",
        minimum: 1,
        maximum: 1000,
        default: 16,
      },
      epsilon: {
        type: "number",
        title: "Share of random pulls",
        description: "ε of ε-greedy: the share of pulls that go to any arm.",
        minimum: 0,
        maximum: 1,
        default: 0.1,
      },
      exploration: {
        type: "number",
        title: "Width of the bounds",
        description:
          "UCB1's bounds are multiplied by this. 1 is what its guarantee holds for; less is greedier and often better.",
        minimum: 0,
        maximum: 10,
        default: 1,
      },
      gamma: {
        type: "number",
        title: "Exp3's rate",
        description:
          "γ of Exp3: how fast it learns, and the share of pulls that go to any arm. Without it: what bounds the regret best for the number of trials.",
        minimum: 0.0001,
        maximum: 1,
      },
    },
  },
  create: (input) => new Bandit(input),
};
