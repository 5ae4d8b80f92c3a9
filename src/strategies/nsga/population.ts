import { violationOf } from "../../protocol/feasibility.ts";
import type { Random } from "../../space/random.ts";
import type { Observation } from "../observations.ts";
import { crowding, nondominatedRanks, type Outcome } from "../pareto/dominance.ts";

export interface Member extends Outcome {
  readonly observation: Observation;
  /** Number of its front, 0 is the best. */
  readonly rank: number;
  /** Room around it in its front. */
  readonly room: number;
}

/** What an observation is compared by. */
export function outcomeOf({ loss, losses = [loss], constraints }: Observation): Outcome {
  return { losses, violation: violationOf(constraints) };
}

/** Better first: a lower front, then more room (the crowded comparison of Deb et al. 2002), then the older one. */
export function compareMembers(a: Member, b: Member): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.room !== b.room) return a.room > b.room ? -1 : 1;
  return a.observation.trial - b.observation.trial;
}

/**
 * The best of all trials that have ended, selected anew with every trial (the steady state of NSGA-II, Durillo et al.
 * 2009), so that workers need not wait for each other. A failed trial never gets in.
 */
export class Population {
  readonly #size: number;
  #members: readonly Member[] = [];
  /** How many of the trials that have ended have been looked at. */
  #seen = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Takes in what has ended since; `finished` only grows. */
  select(finished: readonly Observation[]): readonly Member[] {
    for (; this.#seen < finished.length; this.#seen++) {
      const one = finished[this.#seen]!;
      if (outcomeOf(one).losses.every(Number.isFinite)) this.#admit(one);
    }
    return this.#members;
  }

  #admit(newcomer: Observation): void {
    const all = [...this.#members.map(({ observation }) => observation), newcomer];
    const ranked = rankAll(all);
    this.#members = ranked.length <= this.#size ? ranked : ranked.sort(compareMembers).slice(0, this.#size);
  }
}

function rankAll(observations: readonly Observation[]): Member[] {
  const outcomes = observations.map(outcomeOf);
  const ranks = nondominatedRanks(outcomes);
  const rooms: number[] = new Array(observations.length).fill(0);
  for (const rank of new Set(ranks)) {
    const front = [...ranks.keys()].filter((i) => ranks[i] === rank);
    const room = crowding(front.map((i) => outcomes[i]!.losses));
    for (const [k, i] of front.entries()) rooms[i] = room[k]!;
  }
  return observations.map((observation, i) => ({
    ...outcomes[i]!,
    observation,
    rank: ranks[i]!,
    room: rooms[i]!,
  }));
}

/** The better of two drawn at random. */
export function tournament(members: readonly Member[], random: Random): Member {
  const [a, b] = [random.choice(members), random.choice(members)];
  return compareMembers(a, b) <= 0 ? a : b;
}
