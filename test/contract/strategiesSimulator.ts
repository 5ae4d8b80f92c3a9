import type { Configuration } from "../../src/protocol/space.ts";
import type { Hypergradients, TrialEvent, TrialNumber } from "../../src/protocol/trial.ts";
import { type Random, random } from "../../src/space/random.ts";
import type { Space } from "../../src/space/space.ts";
import type { Ask, Strategy } from "../../src/strategies/strategy.ts";

export interface Simulation {
  readonly space: Space;
  readonly seed: number;
  /** Trials at once. */
  readonly parallel: number;
  /** Largest budget; 0 when there are none. */
  readonly max: number;
  /** Losses of a trial; one when absent. */
  readonly objectives?: number;
  /** Share of runs that fail, whose loss is infinite, and whose script ends before its budget. */
  readonly fails?: number;
  readonly infinite?: number;
  readonly endsEarly?: number;
  /** Share of the space in which a limit is broken. */
  readonly breaks?: number;
  /** Share of runs whose script tells derivatives by its numbers. */
  readonly tells?: number;
  /** Called after every event with what the strategy answers then. */
  readonly observe?: (events: readonly TrialEvent[], ask: Ask, stops: readonly TrialNumber[]) => void;
}

export interface SimulationResult {
  readonly events: TrialEvent[];
  /** How often a free worker got "wait", and how many configurations had been started then. */
  readonly waits: readonly number[];
}

/** Deterministic loss in [0, 1) of a configuration, which sinks with the budget. */
export function loss(space: Space, configuration: Configuration, budget: number): number {
  let hash = 17;
  for (const char of space.key(configuration)) hash = (hash * 31 + char.charCodeAt(0)) % 1_000_003;
  return (hash / 1_000_003) * (1 + 1 / (1 + budget)) * 0.5;
}

interface Life {
  state: "running" | "paused" | "over";
  target: number;
  readonly configuration: Configuration;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A study without processes: drives a strategy to its end and throws as soon as it breaks its contract. */
class Study {
  readonly #strategy: Strategy;
  readonly #options: Simulation;
  readonly #random: Random;
  readonly #lives = new Map<TrialNumber, Life>();
  readonly #doomed = new Set<TrialNumber>();
  /** Checkpoints that a copy may go on from: reached, and kept by the strategy ever since. */
  #kept = new Set<string>();
  readonly events: TrialEvent[] = [];
  readonly waits: number[] = [];

  constructor(strategy: Strategy, options: Simulation) {
    this.#strategy = strategy;
    this.#options = options;
    this.#random = random(options.seed, 1_000_000);
  }

  #tell(event: TrialEvent): void {
    this.events.push(event);
    this.#strategy.tell(event);
    const ask = this.#ask();
    const stops = this.#strategy.stops();
    for (const trial of stops) this.#doomed.add(trial);
    this.#keep(event);
    this.#options.observe?.(this.events, ask, stops);
  }

  #keep(event: TrialEvent): void {
    const keeps = (this.#strategy.keeps?.() ?? []).map(({ trial, budget }) => `${trial}@${budget}`);
    const reached = event.type === "reached" ? `${event.trial}@${event.budget}` : undefined;
    const lost = keeps.find((kept) => kept !== reached && !this.#kept.has(kept));
    if (lost !== undefined) throw new Error(`keeps ${lost}, which was not kept before`);
    this.#kept = new Set(keeps);
  }

  #ask(): Ask {
    const ask = this.#strategy.ask();
    const again = this.#strategy.ask();
    if (!same(ask, again)) throw new Error(`ask is not idempotent: ${JSON.stringify([ask, again])}`);
    return ask;
  }

  #in(state: Life["state"]): [TrialNumber, Life][] {
    return [...this.#lives].filter(([, life]) => life.state === state);
  }

  #act(ask: Ask): boolean {
    const time = this.events.length;
    if (ask.type === "run") {
      const fault = this.#options.space.check(ask.configuration);
      if (fault !== undefined) throw new Error(`invalid configuration: ${fault}`);
      const trial = this.#lives.size;
      const { configuration, budget, from } = ask;
      if (from && !this.#kept.has(`${from.trial}@${from.budget}`)) throw new Error("copies what is not kept");
      if (from && !(budget > from.budget)) throw new Error(`goes on from ${from.budget} to ${budget}`);
      this.#lives.set(trial, { state: "running", target: budget, configuration });
      this.#tell({ type: "started", trial, configuration, budget, ...placed(ask), time });
      return true;
    }
    if (ask.type !== "promote") return false;
    const life = this.#lives.get(ask.trial);
    if (life?.state !== "paused") throw new Error(`promoted a trial that is ${life?.state}`);
    if (this.#doomed.has(ask.trial)) throw new Error("promoted a trial that was to be stopped");
    if (!(ask.budget > life.target)) throw new Error(`promoted from ${life.target} to ${ask.budget}`);
    life.state = "running";
    life.target = ask.budget;
    this.#tell({ type: "promoted", trial: ask.trial, budget: ask.budget, ...placed(ask), time });
    return true;
  }

  #obeyStops(): void {
    for (const trial of this.#strategy.stops()) {
      const life = this.#lives.get(trial)!;
      if (life.state === "over") throw new Error("asked to stop a trial that is over");
      life.state = "over";
      const measured = { losses: this.#losses(life), ...this.#limited(life) };
      this.#tell({
        type: "finished",
        trial,
        state: "stopped",
        budget: life.target,
        ...measured,
        time: this.events.length,
      });
    }
  }

  /** Further losses are numbers of their own: what is good for one is not good for the others. */
  #losses({ configuration, target }: Life): number[] {
    const first = loss(this.#options.space, configuration, target);
    return Array.from({ length: this.#options.objectives ?? 1 }, (_, i) => (first * 7919 ** i) % 1);
  }

  /** Where there are limits: above 0 in a part of the space that has nothing to do with the losses. */
  #limited({ configuration }: Life): { constraints?: readonly number[] } {
    const { breaks, space } = this.#options;
    return breaks === undefined
      ? {}
      : { constraints: [breaks - ((loss(space, configuration, 0) * 104_729) % 1)] };
  }

  /** Numbers that have nothing to do with the losses: a strategy must bear derivatives that are wrong. */
  #told({ configuration }: Life): { hypergradients?: Hypergradients } {
    const { tells = 0, space } = this.#options;
    const hash = loss(space, configuration, 0);
    if ((hash * 7919) % 1 >= tells) return {};
    const numbers = Object.entries(configuration).filter(([, value]) => typeof value === "number");
    const derivative = (name: string) => Math.tan(hash * 100 * (1 + name.length)) / 10;
    return { hypergradients: Object.fromEntries(numbers.map(([name]) => [name, derivative(name)])) };
  }

  /** Something happens to one of the running trials. */
  #advance(): void {
    const { fails = 0, infinite = 0, endsEarly = 0, max } = this.#options;
    const running = this.#in("running");
    const [trial, life] = this.#random.choice(running);
    const time = this.events.length;
    const fate = this.#random.uniform();
    if (fate < fails) {
      life.state = "over";
      this.#tell({ type: "failed", trial, reason: "crashed", time });
      return;
    }
    const [first, ...others] = this.#losses(life);
    const limited = { ...this.#limited(life), ...this.#told(life) };
    const losses = [fate < fails + infinite ? Number.POSITIVE_INFINITY : first!, ...others];
    if (this.#random.uniform() < endsEarly) {
      life.state = "over";
      this.#tell({
        type: "finished",
        trial,
        state: "complete",
        budget: life.target / 2,
        losses,
        ...limited,
        time,
      });
      return;
    }
    this.#tell({ type: "reported", trial, budget: life.target, losses, time });
    life.state = "paused";
    this.#tell({ type: "reached", trial, budget: life.target, losses, ...limited, time });
    if (life.target < max) return;
    life.state = "over";
    this.#tell({ type: "finished", trial, state: "complete", budget: life.target, losses, ...limited, time });
  }

  run(): SimulationResult {
    for (let turn = 0; turn < 100_000; turn++) {
      this.#obeyStops();
      const ask = this.#ask();
      const free = this.#in("running").length < this.#options.parallel;
      if (free && this.#act(ask)) continue;
      if (free && ask.type === "wait") this.waits.push(this.#lives.size);
      if (this.#in("running").length > 0) this.#advance();
      else if (ask.type === "wait") throw new Error("the strategy waits, but nothing runs");
      else break;
    }
    this.#obeyStops();
    const left = this.#in("paused").map(([trial]) => trial);
    if (left.length > 0) throw new Error(`left paused for ever: ${left.join(", ")}`);
    if (this.#ask().type !== "done") throw new Error("the strategy is not done");
    return { events: this.events, waits: this.waits };
  }
}

function placed(ask: Extract<Ask, { type: "run" | "promote" }>) {
  const from = ask.type === "run" && ask.from ? { from: ask.from } : {};
  const control = ask.type === "run" && ask.control ? { control: ask.control } : {};
  return { ...from, ...control, ...(ask.placement && { placement: ask.placement }) };
}

export function simulate(strategy: Strategy, options: Simulation): SimulationResult {
  return new Study(strategy, options).run();
}
