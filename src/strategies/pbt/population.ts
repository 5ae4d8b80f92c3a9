import type { Configuration } from "../../protocol/space.ts";
import type { CheckpointSource, TrialEvent, TrialNumber } from "../../protocol/trial.ts";
import { type Random, random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { Configurations } from "../configurations.ts";
import type { Ask, Strategy, StrategyInput } from "../strategy.ts";
import type { Changed } from "./explore.ts";
import { donorsFor, donorsForVacant, type Member, newMember, selectionAt } from "./member.ts";
import { stepBudgets } from "./steps.ts";

export interface PopulationOptions {
  readonly population: number;
  readonly interval?: number;
  readonly quantile: number;
}

/** What one interval of training did for a member. */
export interface Interval {
  readonly configuration: Configuration;
  /** The step that it ended at, from 0. */
  readonly step: number;
  /** How much the loss sank; infinite losses have none and are left out. */
  readonly gain: number;
}

/** What a changed configuration is made from. */
export interface Parent {
  readonly configuration: Configuration;
  /** The step that the copy will train to, from 0. */
  readonly step: number;
  /** Intervals with a result, in the order in which they ended. */
  readonly intervals: readonly Interval[];
  /** Those of the other members that run: results to come. */
  readonly running: readonly Omit<Interval, "gain">[];
}

/** The explore step: a changed configuration for a copy. Pure, but for what it draws. */
export type ExploreStep = (parent: Parent, random: Random) => Changed;

/**
 * Population-based training (Jaderberg et al. 2017, Algorithm 1) without a barrier. Each member trains for an interval
 * at a time and then waits for its turn; the one that is least far goes first, so that with few workers the members
 * take turns. Where it is at the bottom (see `selectionAt`) a new trial takes its place, which goes on from the
 * checkpoint of one at the top with a changed configuration; all others go on as they are.
 *
 * The placement of a trial is its member, and how often it has gone on: a trial cannot change its configuration, so a
 * member is a chain of trials. What replaces what is decided by `started` alone: the trial that held the place before then stands in `stops`.
 */
export class Population implements Strategy {
  readonly #space: Space;
  readonly #seed: number;
  readonly #explore: ExploreStep;
  readonly #quantile: number;
  readonly #limit: number;
  /** Budgets of the steps, ascending. */
  readonly #steps: readonly number[];
  readonly #members: readonly Member[];
  readonly #configurations: Configurations;
  readonly #byTrial = new Map<TrialNumber, Member>();
  /** What each trial of the population had at each step, with what those had that it comes from. */
  readonly #lineages = new Map<TrialNumber, readonly number[]>();
  readonly #intervals: Interval[] = [];
  /** Trials to be ended, with the reason. */
  readonly #stops = new Map<TrialNumber, string | undefined>();
  #next: Ask | undefined;

  constructor(input: StrategyInput, explore: ExploreStep) {
    const { population, interval, quantile } = input.options as unknown as PopulationOptions;
    this.#space = input.space;
    this.#seed = input.seed;
    this.#explore = explore;
    this.#quantile = quantile;
    this.#steps = stepBudgets(input.budget!, interval);
    this.#limit = input.trials ?? population * this.#steps.length;
    const size = Math.min(population, this.#limit);
    this.#members = Array.from({ length: size }, (_, index) => newMember(index));
    this.#configurations = new Configurations(input.space, input.seed);
  }

  ask(): Ask {
    this.#next ??= this.#decide();
    return this.#next;
  }

  #decide(): Ask {
    const waiting = this.#members.filter(
      ({ state }) => state === "ready" || (state === "vacant" && this.#mayStart),
    );
    const least = Math.min(...waiting.map(progress));
    const turn = waiting.filter((member) => progress(member) === least);
    const [first] = turn;
    if (first === undefined) {
      return { type: this.#members.some(({ state }) => state === "running") ? "wait" : "done" };
    }
    if (first.state === "vacant") {
      const donors = first.trial === undefined ? [] : donorsForVacant(this.#members, this.#quantile);
      return donors.length > 0 ? this.#copy(first, donors) : this.#fresh(first);
    }
    return this.#replacement(turn) ?? this.#onward(first);
  }

  /** Copies come before their donors go on: what is copied then is of the step that was compared, where workers are few. */
  #replacement(turn: readonly Member[]): Ask | undefined {
    if (!this.#mayStart) return undefined;
    const selection = selectionAt(progress(turn[0]!) - 1, this.#members, this.#quantile);
    for (const member of turn) {
      const donors = donorsFor(member, selection);
      if (donors.length > 0) return this.#copy(member, donors);
    }
    return undefined;
  }

  get #mayStart(): boolean {
    return this.#configurations.started < this.#limit;
  }

  /** The step after a budget, from 0. */
  #stepAfter(budget: number): number {
    const step = this.#steps.findIndex((at) => at > budget);
    return step < 0 ? this.#steps.length - 1 : step;
  }

  #fresh({ index }: Member): Ask {
    const { started } = this.#configurations;
    const configuration = this.#configurations.next() ?? this.#space.sample(random(this.#seed, started));
    return {
      type: "run",
      configuration,
      budget: this.#steps[0]!,
      placement: { bracket: index, rung: 0 },
      note: { why: `Member ${index + 1} of ${this.#members.length} begins with a random draw.` },
    };
  }

  #onward(member: Member): Ask {
    const step = this.#stepAfter(member.checkpoint!.budget);
    const placement = { bracket: member.index, rung: step - member.taken };
    return { type: "promote", trial: member.trial!, budget: this.#steps[step]!, placement };
  }

  #copy(member: Member, donors: readonly Member[]): Ask {
    const source = random(this.#seed, this.#configurations.started);
    const donor = source.choice(donors);
    const from = donor.checkpoint!;
    const step = this.#stepAfter(from.budget);
    const running = this.#members
      .filter(({ state }) => state === "running")
      .map(({ configuration, losses }) => ({ configuration, step: losses.length }));
    const { configuration } = donor;
    const changed = this.#explore({ configuration, step, intervals: this.#intervals, running }, source);
    const place = member.state === "ready" ? `, in place of #${member.trial}` : "";
    return {
      type: "run",
      configuration: changed.configuration,
      budget: this.#steps[step]!,
      from,
      placement: { bracket: member.index, rung: 0 },
      note: { why: `Copy of #${from.trial} at ${from.budget}${place}: ${changed.words}.` },
    };
  }

  tell(event: TrialEvent): void {
    // What is reported along the way changes nothing until the step is reached.
    if (event.type === "reported") return;
    this.#next = undefined;
    if (event.type === "started") {
      this.#started(event);
      return;
    }
    if (event.type === "finished" || event.type === "failed") this.#stops.delete(event.trial);
    const member = this.#byTrial.get(event.trial);
    if (!member) {
      this.#foreign(event);
      return;
    }
    switch (event.type) {
      case "promoted":
        member.state = "running";
        break;
      case "reached":
        this.#reached(member, event);
        break;
      case "finished":
        if (event.state === "complete") member.state = "over";
        else this.#vacate(member);
        break;
      case "failed":
        this.#vacate(member);
        break;
    }
  }

  #started(event: Extract<TrialEvent, { type: "started" }>): void {
    const { trial, configuration, placement, from } = event;
    this.#configurations.add(configuration);
    const member = placement && this.#members[placement.bracket];
    if (!member) return;
    if (member.state === "ready" || member.state === "running") {
      this.#byTrial.delete(member.trial!);
      this.#stops.set(member.trial!, from && `replaced by a copy of #${from.trial}`);
    }
    const taken = from === undefined ? 0 : this.#stepAfter(from.budget);
    const lineage = (from && this.#lineages.get(from.trial))?.slice(0, taken) ?? [];
    const losses = [...member.losses.slice(0, taken), ...lineage.slice(member.losses.length)];
    const own = { trial, configuration, losses, taken, checkpoint: undefined };
    Object.assign(member, { state: "running", ...own });
    this.#byTrial.set(trial, member);
    this.#lineages.set(trial, lineage);
  }

  #reached(member: Member, { trial, budget, losses }: Extract<TrialEvent, { type: "reached" }>): void {
    const loss = losses[0]!;
    const step = this.#steps.findIndex((at) => at >= budget);
    const before = this.#lineages.get(trial)?.at(-1);
    const gain = before === undefined ? Number.NaN : before - loss;
    if (Number.isFinite(gain)) {
      this.#intervals.push({ configuration: member.configuration, step, gain });
    }
    member.losses = withLoss(member.losses, step, loss);
    this.#lineages.set(trial, withLoss(this.#lineages.get(trial) ?? [], step, loss));
    const isLast = step < 0 || step === this.#steps.length - 1;
    member.state = isLast ? "over" : "ready";
    member.checkpoint = isLast ? undefined : { trial, budget };
  }

  #vacate(member: Member): void {
    this.#byTrial.delete(member.trial!);
    Object.assign(member, { state: "vacant", losses: [], checkpoint: undefined });
  }

  /** Trials enqueued by hand stand outside the population: below the largest budget nothing more comes of them. */
  #foreign(event: Exclude<TrialEvent, { type: "started" }>): void {
    if (event.type === "reached" && event.budget < this.#steps.at(-1)! && !this.#stops.has(event.trial)) {
      this.#stops.set(event.trial, undefined);
    }
  }

  stops(): readonly TrialNumber[] {
    return [...this.#stops.keys()];
  }

  stopReason(trial: TrialNumber): string | undefined {
    return this.#stops.get(trial);
  }

  keeps(): readonly CheckpointSource[] {
    return this.#members.flatMap(({ checkpoint }) => (checkpoint ? [checkpoint] : []));
  }

  /** A run for each step of each member; copies of one that is behind or ahead, and failures, change it a little. */
  planned(): number {
    return this.#members.length * this.#steps.length;
  }
}

/** Losses with one more; other steps than ours stand in a journal whose definition was changed since. */
function withLoss(losses: readonly number[], step: number, loss: number): readonly number[] {
  return Array.from({ length: step + 1 }, (_, i) => (i < step ? (losses[i] ?? loss) : loss));
}

/** Steps that a member has behind it: the least goes first. A vacant one has none. */
const progress = ({ losses }: Member): number => losses.length;
