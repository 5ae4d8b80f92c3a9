import type { Random } from "../../space/random.ts";
import { type Known, type Proposal, Sequential } from "../sequential.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import { Policy, type PolicyRules } from "./policy.ts";

/** Draws that are thrown away as forbidden or repeated before the space itself is asked. */
const DRAWS = 50;

class Reinforce {
  readonly #space: StrategyInput["space"];
  readonly #policy: Policy;
  #learned = 0;

  constructor({ space, options }: StrategyInput) {
    this.#space = space;
    this.#policy = new Policy(space, options as unknown as PolicyRules);
  }

  propose({ finished, has }: Known, random: Random): Proposal | undefined {
    for (; this.#learned < finished.length; this.#learned++) this.#policy.learn(finished[this.#learned]!);
    for (let i = 0; i < DRAWS; i++) {
      const configuration = this.#space.decode(this.#policy.draw(random));
      if (has(configuration) || this.#space.check(configuration) !== undefined) continue;
      return { configuration, note: { why: `Drawn from the policy after ${this.#learned} trials.` } };
    }
    return undefined;
  }
}

/** A policy gradient over a discretised space: REINFORCE with a baseline (Williams 1992). */
export const reinforce: StrategyKind = {
  name: "reinforce",
  title: "Policy gradient",
  description:
    "Reinforcement learning: draws each value from a policy, and makes what went well more likely. For many cheap trials; a model finds more in few.",
  multiFidelity: false,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      rate: {
        type: "number",
        title: "Learning rate",
        description: "How far one trial moves the policy.",
        exclusiveMinimum: 0,
        maximum: 10,
        default: 0.3,
      },
      levels: {
        type: "integer",
        title: "Cells of a number",
        description: "Equal parts of a number's range that the policy tells apart.",
        minimum: 2,
        maximum: 64,
        default: 8,
      },
      entropy: {
        type: "number",
        title: "Weight of the entropy",
        description: "Keeps the policy from settling too early. More: explores longer.",
        minimum: 0,
        maximum: 1,
        default: 0.02,
      },
    },
  },
  create: (input: StrategyInput) => {
    const search = new Reinforce(input);
    return new Sequential(input, (known, random) => search.propose(known, random));
  },
};
