import type { Configuration } from "../../src/protocol/space.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { random } from "../../src/space/random.ts";
import { Space } from "../../src/space/space.ts";
import { createStrategy, strategyKind } from "../../src/strategies/registry.ts";
import type { Ask, Strategy } from "../../src/strategies/strategy.ts";
import { Incumbent } from "./incumbent.ts";
import type { Outcome, Problem, StudyResult } from "./problem.ts";
import { timed } from "./timed.ts";

export interface StudyOptions {
  readonly strategy: string;
  readonly seed: number;
  /** Trials at once. */
  readonly workers: number;
  /** Either a number of trials, each trained in full, … */
  readonly trials?: number | undefined;
  /** … or what all trainings may cost together, in full trainings. */
  readonly budget?: number | undefined;
  /** Makes the strategy; absent: that of the registry with this name. */
  readonly make?: (seed: number) => Strategy;
}

interface Life {
  readonly configuration: Configuration;
  state: "running" | "paused" | "over";
  /** Budget that it runs to, and the largest that it has reached. */
  target: number;
  reached: number;
  /** At the budget reached. */
  outcome: Outcome | undefined;
}

interface Run {
  readonly trial: TrialNumber;
  readonly life: Life;
  readonly begin: number;
  readonly end: number;
  /** Of this run alone, in full trainings. */
  readonly cost: number;
  readonly outcome: Outcome;
}

const ETA = 3;
/** Rounding errors of summed costs do not buy another training. */
const SLACK = 1e-9;
/** Noise is drawn from streams that no strategy draws from: these count configurations from 0. */
const NOISE = 2 ** 40;

function strategyOf(problem: Problem, space: Space, options: StudyOptions): Strategy {
  const { strategy: name, seed, budget: total, make } = options;
  if (make !== undefined) return make(seed);
  const kind = strategyKind(name);
  if (total === undefined) {
    if (kind.multiFidelity === true)
      throw new Error(`${name} spends budgets of different sizes: give --budget.`);
    return createStrategy(name, { space, seed, options: {}, budget: undefined, trials: options.trials });
  }
  if (problem.budget === undefined) throw new Error(`${problem.instance} has no budget: give --trials.`);
  const { min, max } = problem.budget;
  // Where every training could be of the smallest size, this many would use up the total.
  const trials = kind.multiFidelity ? Math.ceil((total * max) / min) : Math.ceil(total - SLACK);
  return createStrategy(name, { space, seed, options: {}, budget: { min, max, eta: ETA }, trials });
}

/**
 * A study in simulated time: a training takes as long as the problem says, and one that goes on to a larger budget
 * takes (and costs) only what is left of it, as when a paused script is woken up. The same seed gives the same study.
 */
class Simulation {
  readonly #problem: Problem;
  readonly #options: StudyOptions;
  readonly #strategy: Strategy;
  readonly #clock: () => number;
  readonly #lives: Life[] = [];
  readonly #running = new Set<Run>();
  readonly #incumbent: Incumbent;
  readonly #total: number;
  #now = 0;
  #spent = 0;
  #finished = 0;

  constructor(problem: Problem, options: StudyOptions) {
    const { strategy, seconds } = timed(strategyOf(problem, new Space(problem.space), options));
    this.#problem = problem;
    this.#options = options;
    this.#strategy = strategy;
    this.#clock = seconds;
    this.#total = options.budget ?? Number.POSITIVE_INFINITY;
    this.#incumbent = new Incumbent(problem);
  }

  async run(): Promise<StudyResult> {
    for (;;) {
      this.#obeyStops();
      while (this.#running.size < this.#options.workers && this.#affordable()) {
        if (!(await this.#act(this.#strategy.ask()))) break;
      }
      const next = this.#earliest();
      if (next === undefined) break;
      await this.#complete(next);
    }
    const { scenario, instance } = this.#problem;
    const { strategy, seed } = this.#options;
    const { regret, trajectory } = this.#incumbent;
    const seconds = this.#clock();
    return { scenario, instance, strategy, seed, trials: this.#finished, regret, trajectory, seconds };
  }

  #affordable(): boolean {
    let committed = this.#spent;
    for (const { cost } of this.#running) committed += cost;
    return committed < this.#total - SLACK;
  }

  /** Does what the strategy asks for; false where that is nothing. */
  async #act(ask: Ask): Promise<boolean> {
    const time = this.#now * 1000;
    if (ask.type === "run") {
      const { configuration, budget, placement, note } = ask;
      const trial = this.#lives.length;
      const life: Life = { configuration, state: "running", target: budget, reached: 0, outcome: undefined };
      this.#lives.push(life);
      const placed = placement && { placement };
      this.#strategy.tell({ type: "started", trial, configuration, budget, ...placed, note, time });
      await this.#begin(trial, life);
      return true;
    }
    if (ask.type !== "promote") return false;
    const { trial, budget, placement } = ask;
    const life = this.#lives[trial];
    if (life?.state !== "paused")
      throw new Error(`The strategy promotes trial ${trial}, which is not paused.`);
    life.state = "running";
    life.target = budget;
    this.#strategy.tell({ type: "promoted", trial, budget, ...(placement && { placement }), time });
    await this.#begin(trial, life);
    return true;
  }

  async #begin(trial: TrialNumber, life: Life): Promise<void> {
    const { seed, budget: total } = this.#options;
    const max = this.#problem.budget?.max ?? 0;
    const budget = total === undefined ? undefined : life.target;
    const noise = random(seed, NOISE + trial);
    const outcome = await this.#problem.evaluate(life.configuration, budget, noise);
    // A surrogate's time need not grow with the budget.
    const duration = Math.max(outcome.duration - (life.outcome?.duration ?? 0), 1e-6);
    const cost = total === undefined ? 1 : (life.target - life.reached) / max;
    this.#running.add({ trial, life, begin: this.#now, end: this.#now + duration, cost, outcome });
  }

  /** The run that ends next; of several the lowest trial. */
  #earliest(): Run | undefined {
    let first: Run | undefined;
    for (const run of this.#running) {
      if (first === undefined || run.end < first.end || (run.end === first.end && run.trial < first.trial))
        first = run;
    }
    return first;
  }

  async #complete(run: Run): Promise<void> {
    const { trial, life, outcome } = run;
    this.#running.delete(run);
    this.#now = run.end;
    this.#spent += run.cost;
    const time = this.#now * 1000;
    const single = this.#options.budget === undefined;
    if (!Number.isFinite(outcome.loss)) {
      life.state = "over";
      this.#strategy.tell({ type: "failed", trial, reason: "no score", time });
      return;
    }
    const budget = life.target;
    const losses = [outcome.loss];
    life.reached = budget;
    life.outcome = outcome;
    life.state = "paused";
    await this.#incumbent.add(trial, life.configuration, budget, outcome, single ? undefined : this.#spent);
    this.#strategy.tell({ type: "reported", trial, budget, losses, time });
    if (!single) this.#strategy.tell({ type: "reached", trial, budget, losses, time });
    if (!single && budget < this.#problem.budget!.max) return;
    life.state = "over";
    this.#finished++;
    this.#strategy.tell({ type: "finished", trial, state: "complete", budget, losses, time });
  }

  #obeyStops(): void {
    for (const trial of this.#strategy.stops()) {
      const life = this.#lives[trial]!;
      if (life.state === "over") throw new Error(`The strategy stops trial ${trial}, which is over.`);
      life.state = "over";
      for (const run of this.#running) if (run.trial === trial) this.#cancel(run);
      const time = this.#now * 1000;
      if (life.outcome === undefined) {
        this.#strategy.tell({ type: "failed", trial, reason: "no result", time });
        continue;
      }
      this.#finished++;
      const losses = [life.outcome.loss];
      this.#strategy.tell({ type: "finished", trial, state: "stopped", budget: life.reached, losses, time });
    }
  }

  /** What was trained until now has been paid for. */
  #cancel(run: Run): void {
    this.#running.delete(run);
    this.#spent += (run.cost * (this.#now - run.begin)) / (run.end - run.begin);
  }
}

export async function simulateStudy(problem: Problem, options: StudyOptions): Promise<StudyResult> {
  return new Simulation(problem, options).run();
}
