import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import { Configurations } from "./configurations.ts";
import { lossOf } from "./feasibility.ts";
import { DEFAULT_TRIALS } from "./random.ts";
import { Ranking } from "./ranking.ts";
import { bracketSize, rungBudgets } from "./rungs.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "./strategy.ts";

interface AshaOptions {
  readonly type: "promotion" | "stopping";
  readonly brackets: number;
}

interface Entry {
  readonly trial: TrialNumber;
  readonly loss: number;
  readonly member: Member;
}

interface Member {
  readonly trial: TrialNumber;
  readonly bracket: Bracket;
  rung: number;
  /** Has no result yet at its rung. */
  running: boolean;
  /** The script ended by itself. */
  ended: boolean;
  /** Its entry among those that may be promoted. */
  entry: Entry | undefined;
}

interface AshaRung {
  readonly budget: number;
  /** Every result at this rung; failures are infinitely bad. */
  readonly results: Ranking<Entry>;
  /** Results of trials that may still go on from here. */
  readonly candidates: Ranking<Entry>;
  /** Trials on their way to this rung. */
  running: number;
}

interface Bracket {
  readonly index: number;
  /** Share of new configurations, relative to the other brackets. */
  readonly weight: number;
  readonly rungs: readonly AshaRung[];
  started: number;
}

function bracketsOf(input: StrategyInput, count: number): Bracket[] {
  const budgets = rungBudgets(input.budget!);
  const sMax = budgets.length - 1;
  return Array.from({ length: Math.min(count, budgets.length) }, (_, index) => ({
    index,
    weight: bracketSize(sMax - index, sMax, input.budget!.eta, "paper-table"),
    rungs: budgets.slice(index).map((budget) => ({
      budget,
      results: new Ranking<Entry>(),
      candidates: new Ranking<Entry>(),
      running: 0,
    })),
    started: 0,
  }));
}

/**
 * Asynchronous successive halving (Li et al. 2020, Algorithm 2). `promotion`: a trial rests at its rung and goes
 * on when it is among the best ⌊n/η⌋ of the n results there. `stopping`: a trial goes on at once when it is among
 * the best ⌈n/η⌉ at that moment, and is stopped otherwise.
 */
class Asha implements Strategy {
  readonly #configurations: Configurations;
  readonly #stopping: boolean;
  readonly #eta: number;
  readonly #largest: number;
  readonly #limit: number;
  readonly #brackets: readonly Bracket[];
  readonly #members = new Map<TrialNumber, Member>();
  readonly #stops = new Set<TrialNumber>();

  constructor(input: StrategyInput) {
    const options = input.options as unknown as AshaOptions;
    this.#configurations = new Configurations(input.space, input.seed);
    this.#stopping = options.type === "stopping";
    this.#eta = input.budget!.eta;
    this.#largest = input.budget!.max;
    this.#limit = Math.min(input.trials ?? DEFAULT_TRIALS, input.space.size);
    this.#brackets = bracketsOf(input, options.brackets);
  }

  ask(): Ask {
    return this.#promotion() ?? this.#fresh() ?? { type: this.#waiting() ? "wait" : "done" };
  }

  /** Algorithm 2, lines 12–19: from the highest rung down, the best trial that may go on. */
  #promotion(): Ask | undefined {
    for (const { index, rungs } of this.#brackets) {
      for (let rung = rungs.length - 2; rung >= 0; rung--) {
        const entry = this.#promotable(rungs[rung]!);
        if (!entry) continue;
        const placement = { bracket: index, rung: rung + 1 };
        return { type: "promote", trial: entry.trial, budget: rungs[rung + 1]!.budget, placement };
      }
    }
    return undefined;
  }

  #promotable({ candidates, results }: AshaRung): Entry | undefined {
    const { best } = candidates;
    if (!best || this.#stopping) return best;
    // If the best candidate is not among the best ⌊n/η⌋ results, no candidate is.
    return results.rank(best) < Math.floor(results.size / this.#eta) ? best : undefined;
  }

  #fresh(): Ask | undefined {
    if (this.#configurations.started >= this.#limit) return undefined;
    const configuration = this.#configurations.next();
    if (!configuration) return undefined;
    const filled = ({ started, weight }: Bracket): number => started / weight;
    const bracket = this.#brackets.reduce((a, b) => (filled(b) < filled(a) ? b : a));
    return {
      type: "run",
      configuration,
      budget: bracket.rungs[0]!.budget,
      placement: { bracket: bracket.index, rung: 0 },
      note: { why: `Random draw ${this.#configurations.started + 1}: no trial could be promoted.` },
    };
  }

  /** Whether something can still come of the trials that run: at the top nothing does. */
  #waiting(): boolean {
    return this.#brackets.some(({ rungs }) =>
      rungs.some(({ running }, i) => running > 0 && i < rungs.length - 1),
    );
  }

  tell(event: TrialEvent): void {
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
        this.#promote(member);
        break;
      case "reached":
        this.#result(member, lossOf(event), true);
        break;
      case "finished":
        this.#stops.delete(member.trial);
        member.ended = event.state === "complete";
        if (member.running) this.#result(member, lossOf(event), member.ended);
        else if (member.ended) this.#settle(member.bracket);
        else this.#withdraw(member);
        break;
      case "failed":
        this.#stops.delete(member.trial);
        if (member.running) this.#result(member, undefined, false);
        else this.#withdraw(member);
        break;
    }
  }

  #started(event: Extract<TrialEvent, { type: "started" }>): void {
    this.#configurations.add(event.configuration);
    const bracket = event.placement && this.#brackets[event.placement.bracket];
    if (!bracket) return;
    bracket.started++;
    bracket.rungs[0]!.running++;
    const { trial } = event;
    this.#members.set(trial, { trial, bracket, rung: 0, running: true, ended: false, entry: undefined });
  }

  /** Trials enqueued by hand stand outside the rungs: below the largest budget nothing more comes of them. */
  #foreign(event: Exclude<TrialEvent, { type: "started" }>): void {
    if (event.type === "reached" && event.budget < this.#largest) this.#stops.add(event.trial);
    if (event.type === "finished" || event.type === "failed") this.#stops.delete(event.trial);
  }

  /** Enters a result at the member's rung; `alive` when the member may go on from there. */
  #result(member: Member, loss: number | undefined, alive: boolean): void {
    if (!member.running) return;
    const rung = member.bracket.rungs[member.rung]!;
    member.running = false;
    rung.running--;
    this.#enter(member, loss ?? Number.POSITIVE_INFINITY, alive);
    this.#settle(member.bracket);
  }

  #enter(member: Member, loss: number, alive: boolean): void {
    const { rungs } = member.bracket;
    const rung = rungs[member.rung]!;
    const entry: Entry = { trial: member.trial, loss, member };
    rung.results.add(entry);
    if (!alive || member.rung === rungs.length - 1) return;
    const among = Math.ceil(rung.results.size / this.#eta);
    if (!this.#stopping || rung.results.rank(entry) < among) {
      rung.candidates.add(entry);
      member.entry = entry;
    } else if (!member.ended) this.#stops.add(member.trial);
  }

  #promote(member: Member): void {
    this.#withdraw(member);
    member.rung = Math.min(member.rung + 1, member.bracket.rungs.length - 1);
    member.running = true;
    member.bracket.rungs[member.rung]!.running++;
    this.#settle(member.bracket);
  }

  #withdraw(member: Member): void {
    if (member.entry) member.bracket.rungs[member.rung]!.candidates.delete(member.entry);
    member.entry = undefined;
  }

  /** Trials whose script has ended cannot be promoted: where it is their turn, their score counts at the next rung. */
  #settle({ rungs }: Bracket): void {
    for (let i = 0; i < rungs.length - 1; i++) {
      let entry = this.#promotable(rungs[i]!);
      while (entry?.member.ended) {
        const { member, loss } = entry;
        this.#withdraw(member);
        member.rung++;
        this.#enter(member, loss, true);
        entry = this.#promotable(rungs[i]!);
      }
    }
  }

  stops(): readonly TrialNumber[] {
    const stops = [...this.#stops];
    // At the very end those that still rest at a rung can no longer be promoted.
    if (this.ask().type === "done") {
      for (const { rungs } of this.#brackets) {
        for (const { candidates } of rungs) {
          for (const { member } of candidates) if (!member.ended) stops.push(member.trial);
        }
      }
    }
    return stops;
  }
}

/** ASHA (Li et al. 2020), with promotion or stopping, in one or more brackets. */
export const asha: StrategyKind = {
  name: "asha",
  title: "ASHA",
  description:
    "Asynchronous successive halving: never waits for a rung to fill, so many workers stay busy. Decides from the results there are.",
  multiFidelity: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      type: {
        type: "string",
        title: "Type",
        description:
          "promotion: trials pause at each rung and go on once they are among the best 1/η there. stopping: trials run on unless they are not among the best 1/η when they get there.",
        enum: ["promotion", "stopping"],
        default: "promotion",
      },
      brackets: {
        type: "integer",
        title: "Brackets",
        description:
          "Brackets at once; each further one starts at a budget η times as large, and with fewer configurations.",
        minimum: 1,
        maximum: 20,
        default: 1,
      },
    },
  },
  create: (input: StrategyInput) => new Asha(input),
};
