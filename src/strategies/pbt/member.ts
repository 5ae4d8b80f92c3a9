import type { Configuration } from "../../protocol/space.ts";
import type { CheckpointSource, TrialNumber } from "../../protocol/trial.ts";

/**
 * One place of the population: a training that goes on from trial to trial, where one is replaced by a copy of
 * another place's.
 */
export interface Member {
  readonly index: number;
  /**
   * - `vacant`: nothing was started yet, or the trial failed;
   * - `running`: its trial works towards the step after `losses`;
   * - `ready`: its trial has reached a step and waits for its turn;
   * - `over`: it has reached the largest budget, or ended by itself.
   */
  state: "vacant" | "running" | "ready" | "over";
  trial: TrialNumber | undefined;
  configuration: Configuration;
  /**
   * `losses[k]`: what the place had at the k-th step, whichever trial held it then. A replaced trial's losses stay: at
   * its step no other one gets to the bottom for its being replaced. Steps that a copy has skipped are its donor's.
   */
  losses: readonly number[];
  /** How many of the losses are older than the trial. */
  taken: number;
  /** The checkpoint of the last step that its own trial has reached; undefined until there is one. */
  checkpoint: CheckpointSource | undefined;
}

export function newMember(index: number): Member {
  const nothing = { trial: undefined, configuration: {}, losses: [], taken: 0, checkpoint: undefined };
  return { index, state: "vacant", ...nothing };
}

/** A member with what it counts for in a comparison. */
interface Standing {
  readonly member: Member;
  readonly loss: number;
}

/** What a member had at a step, or at the last one before it; undefined without any. */
function lossAt({ losses }: Member, step: number): number | undefined {
  return losses[Math.min(step, losses.length - 1)];
}

/** Best first; of two equals the one that came first in the population. */
function standings(members: readonly Member[], step: number): Standing[] {
  return members
    .map((member) => ({ member, loss: lossAt(member, step) }))
    .filter((standing): standing is Standing => standing.loss !== undefined)
    .sort((a, b) => (a.loss === b.loss ? a.member.index - b.member.index : a.loss < b.loss ? -1 : 1));
}

/** How many members are at one end: at least one, and at most half, of those that can be compared. */
function quantileSize(count: number, quantile: number): number {
  if (quantile === 0) return 0;
  return Math.min(Math.ceil(count * quantile - 1e-9), count >> 1);
}

/** Whether a checkpoint of its own can be copied and trained on, for what it had at a step. */
const canGive = ({ checkpoint, state, losses, taken }: Member, step: number): boolean =>
  checkpoint !== undefined &&
  (state === "ready" || state === "running") &&
  Math.min(step, losses.length - 1) >= taken;

/** The two ends of a population. */
export interface Selection {
  /** At the bottom, and what each of them had. */
  readonly losers: ReadonlyMap<Member, number>;
  /** At the top, best first, and able to give a checkpoint. */
  readonly donors: readonly Standing[];
}

/**
 * Truncation selection (Jaderberg et al. 2017, section 4.1.1) at a step: each member counts with what it had there, or
 * at the last step before it, so that nobody has to wait for the others.
 */
export function selectionAt(step: number, members: readonly Member[], quantile: number): Selection {
  const ranked = standings(members, step);
  const size = quantileSize(ranked.length, quantile);
  return {
    losers: new Map(ranked.slice(ranked.length - size).map(({ member, loss }) => [member, loss])),
    donors: ranked.slice(0, size).filter(({ member }) => canGive(member, step)),
  };
}

/** Those that a member may be replaced by; none where it is not at the bottom, or as good as the top. */
export function donorsFor(member: Member, { losers, donors }: Selection): readonly Member[] {
  const own = losers.get(member);
  return own === undefined ? [] : donors.filter(({ loss }) => loss < own).map((donor) => donor.member);
}

/** Those that a member whose trial has failed may be replaced by: the best by what they have had last. */
export function donorsForVacant(members: readonly Member[], quantile: number): readonly Member[] {
  const ranked = standings(members, Number.POSITIVE_INFINITY);
  return ranked
    .slice(0, quantile === 0 ? 0 : Math.max(1, quantileSize(ranked.length, quantile)))
    .filter(
      ({ member, loss }) => loss < Number.POSITIVE_INFINITY && canGive(member, Number.POSITIVE_INFINITY),
    )
    .map(({ member }) => member);
}
