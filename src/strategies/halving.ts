import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import { lossOf } from "./feasibility.ts";
import { Proposals, type ProposeByBudget } from "./proposals.ts";
import type { Ask, PlannedBracket, PlannedRung, Strategy, StrategyInput } from "./strategy.ts";

/** The sequence of brackets. */
export interface Bracketing {
  /** How many brackets there are at most; Infinity when they go on for as long as configurations are wanted. */
  readonly count: number;
  /** How many brackets make one round. */
  readonly round: number;
  /** The `index`-th bracket, shrunk to the `left` configurations that may still be started. */
  at(index: number, left: number): Omit<PlannedBracket, "bracket">;
}

/** One configuration on its way through a bracket. */
interface Member {
  readonly trial: TrialNumber;
  readonly bracket: Bracket;
  loss: number;
  /** Has its result at the bracket's current rung. */
  resolved: boolean;
  /** The script ended by itself: there is nothing to promote, but its score counts at every later rung. */
  ended: boolean;
  /** Failed or stopped: it counts as worst. */
  gone: boolean;
}

interface Bracket {
  readonly index: number;
  readonly s: number;
  rungs: readonly PlannedRung[];
  /** The rung that is filled at present. */
  rung: number;
  members: Member[];
  /** Members without a result at this rung. */
  open: number;
  /** Members that are to be promoted into this rung, best first. */
  queue: Set<Member>;
}

const better = (a: Member, b: Member): number =>
  a.loss === b.loss ? a.trial - b.trial : a.loss < b.loss ? -1 : 1;

/**
 * Synchronous successive halving over a sequence of brackets. A rung is decided once all of its members have a
 * result: the best go on, the others are to be stopped. While it waits for its last members, the next bracket
 * starts its configurations, so that no worker is idle.
 */
export class Halving implements Strategy {
  readonly #proposals: Proposals;
  readonly #bracketing: Bracketing;
  readonly #largest: number;
  readonly #brackets: Bracket[] = [];
  /** Brackets that are not finished, in order. */
  #active: Bracket[] = [];
  /** Configurations that brackets still to come may start. */
  #left: number;
  readonly #members = new Map<TrialNumber, Member>();
  readonly #stops = new Set<TrialNumber>();

  /** `propose` says where new configurations come from; without it they are random draws. */
  constructor(input: StrategyInput, bracketing: Bracketing, propose?: ProposeByBudget) {
    this.#proposals = new Proposals(input, propose);
    this.#bracketing = bracketing;
    this.#left = Math.min(input.trials ?? Number.POSITIVE_INFINITY, input.space.size);
    this.#largest = input.budget?.max ?? 0;
  }

  ask(): Ask {
    for (const bracket of this.#active) {
      const [member] = bracket.queue;
      if (member) {
        const { rung } = bracket;
        const placement = { bracket: bracket.index, rung };
        return { type: "promote", trial: member.trial, budget: bracket.rungs[rung]!.budget, placement };
      }
    }
    return this.#fresh() ?? (this.#active.length > 0 ? { type: "wait" } : { type: "done" });
  }

  /** A new configuration for the last bracket, or for the one after it when that is full. */
  #fresh(): Ask | undefined {
    const last = this.#brackets.at(-1);
    const room = last !== undefined && last.rung === 0 && last.members.length < last.rungs[0]!.size;
    const bracket = room ? last : this.#following();
    if (!bracket) return undefined;
    const index = room ? last.index : this.#brackets.length;
    const { budget, size } = bracket.rungs[0]!;
    const proposal = this.#proposals.next(budget);
    if (!proposal) return undefined;
    const position = room ? last.members.length + 1 : 1;
    return {
      type: "run",
      configuration: proposal.configuration,
      budget,
      placement: { bracket: index, rung: 0 },
      note: proposal.note ?? { why: `Random draw ${position} of ${size} for bracket ${index + 1}.` },
    };
  }

  /** The bracket after those that there are. */
  #following(): Omit<PlannedBracket, "bracket"> | undefined {
    const index = this.#brackets.length;
    return this.#left > 0 && index < this.#bracketing.count
      ? this.#bracketing.at(index, this.#left)
      : undefined;
  }

  #add(): boolean {
    const planned = this.#following();
    if (!planned) return false;
    const index = this.#brackets.length;
    const bracket: Bracket = { index, ...planned, rung: 0, members: [], open: 0, queue: new Set() };
    this.#left -= planned.rungs[0]!.size;
    this.#brackets.push(bracket);
    this.#active.push(bracket);
    return true;
  }

  tell(event: TrialEvent): void {
    this.#proposals.tell(event);
    if (event.type === "started") {
      this.#started(event);
      return;
    }
    const member = this.#members.get(event.trial);
    if (!member) {
      this.#foreign(event);
      return;
    }
    switch (event.type) {
      case "promoted":
        member.bracket.queue.delete(member);
        break;
      case "reached":
        this.#resolve(member, lossOf(event));
        break;
      case "finished":
        this.#stops.delete(member.trial);
        if (event.state === "complete") member.ended = true;
        else member.gone = true;
        this.#leave(member, lossOf(event));
        break;
      case "failed":
        this.#stops.delete(member.trial);
        member.gone = true;
        this.#leave(member, undefined);
        break;
    }
  }

  #started(event: Extract<TrialEvent, { type: "started" }>): void {
    const index = event.placement?.bracket;
    if (index !== undefined) {
      while (this.#brackets.length <= index && this.#add()) {}
      const bracket = this.#brackets[index];
      if (bracket) {
        const { trial } = event;
        const member = {
          trial,
          bracket,
          loss: Number.POSITIVE_INFINITY,
          resolved: false,
          ended: false,
          gone: false,
        };
        bracket.members.push(member);
        bracket.open++;
        this.#members.set(trial, member);
      }
    }
    if (this.#proposals.exhausted) this.#close();
  }

  /** Trials enqueued by hand stand outside the brackets: below the largest budget nothing more comes of them. */
  #foreign(event: Exclude<TrialEvent, { type: "started" }>): void {
    if (event.type === "reached" && event.budget < this.#largest) this.#stops.add(event.trial);
    if (event.type === "finished" || event.type === "failed") this.#stops.delete(event.trial);
  }

  /** There is no configuration left to fill the last bracket with: it goes on with those it has. */
  #close(): void {
    const bracket = this.#brackets.at(-1);
    this.#left = 0;
    if (!bracket || bracket.rung > 0) return;
    const most = bracket.members.length;
    bracket.rungs = bracket.rungs.map(({ budget, size }) => ({ budget, size: Math.min(size, most) }));
    this.#advance(bracket);
  }

  #resolve(member: Member, loss: number | undefined): void {
    if (member.resolved) return;
    member.resolved = true;
    member.loss = loss ?? Number.POSITIVE_INFINITY;
    member.bracket.open--;
    this.#advance(member.bracket);
  }

  /** The member's process has ended. One that was waiting for its promotion has, by that, its result there. */
  #leave(member: Member, loss: number | undefined): void {
    member.bracket.queue.delete(member);
    this.#resolve(member, loss);
  }

  /** Decides rungs for as long as the current one is complete. */
  #advance(bracket: Bracket): void {
    if (bracket.rung === 0 && bracket.members.length < bracket.rungs[0]!.size) return;
    while (bracket.open === 0) {
      const next = bracket.rungs[bracket.rung + 1];
      const ranked = bracket.members.filter(({ gone }) => !gone).sort(better);
      if (!next || ranked.length === 0) {
        this.#active = this.#active.filter((other) => other !== bracket);
        return;
      }
      for (const loser of ranked.slice(next.size)) if (!loser.ended) this.#stops.add(loser.trial);
      bracket.members = ranked.slice(0, next.size);
      bracket.queue = new Set(bracket.members.filter(({ ended }) => !ended));
      for (const member of bracket.queue) member.resolved = false;
      bracket.open = bracket.queue.size;
      bracket.rung++;
    }
  }

  stops(): readonly TrialNumber[] {
    return [...this.#stops];
  }

  /** Whether brackets follow each other without end. */
  get #endless(): boolean {
    return this.#left === Number.POSITIVE_INFINITY && this.#bracketing.count === Number.POSITIVE_INFINITY;
  }

  /** All brackets; where they have no end, those up to the end of the present round. */
  plan(): readonly PlannedBracket[] {
    const plan: PlannedBracket[] = this.#brackets.map(({ index, s, rungs }) => ({
      bracket: index,
      s,
      rungs,
    }));
    const { count, round } = this.#bracketing;
    const end = this.#endless ? Math.max(1, Math.ceil(plan.length / round)) * round : count;
    let left = this.#left;
    while (left > 0 && plan.length < end) {
      const planned = this.#bracketing.at(plan.length, left);
      plan.push({ bracket: plan.length, ...planned });
      left -= planned.rungs[0]!.size;
    }
    return plan;
  }

  planned(): number | undefined {
    if (this.#endless) return undefined;
    return this.plan().reduce((n, { rungs }) => n + rungs.reduce((m, { size }) => m + size, 0), 0);
  }
}
