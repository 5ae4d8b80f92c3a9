import { strategyInsight } from "../../../src/insight/strategy/strategy.ts";
import type { StudyHistory, Trial } from "../../../src/journal/history.ts";
import { turned } from "../../../src/journal/studyFold.ts";
import type { Configuration, SpaceSpec } from "../../../src/protocol/space.ts";
import type { StrategyInsight, StrategyQuery } from "../../../src/protocol/strategyInsight.ts";
import type { Hypergradients, TrialEvent } from "../../../src/protocol/trial.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { Ask, Strategy, StrategyInput } from "../../../src/strategies/strategy.ts";
import { generator, history, loss, newTrial, SPACE, START } from "./fixture.ts";

/** Studies that a real strategy has decided, run without processes. */

export interface DecidedOptions {
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly spec?: SpaceSpec;
  readonly trials?: number;
  /** Ends so many results before all are in. */
  readonly cut?: number;
  readonly parallel?: number;
  readonly goal?: "minimize" | "maximize";
  readonly budget?: StrategyInput["budget"];
  /** The `number`-th trial's loss; undefined: it fails. */
  readonly lossOf?: (configuration: Configuration, number: number, budget: number) => number | undefined;
  /** Derivatives of the loss that a trial tells; absent: none. */
  readonly hypergradientsOf?: (configuration: Configuration) => Hypergradients;
}

export interface Decided {
  readonly history: StudyHistory;
  readonly strategy: Strategy;
  /** What the strategy was told, without reports. */
  readonly events: readonly TrialEvent[];
  look(query?: StrategyQuery): StrategyInsight;
}

/** One loss in 17 is that of a crash, as in `randomStudy`. */
const usualLoss = (configuration: Configuration, number: number): number | undefined =>
  number % 17 === 11 ? undefined : loss(configuration, 60);

export function decided(options: DecidedOptions): Decided {
  const { name, spec = SPACE, trials = 60, parallel = 2, goal = "minimize", budget, cut = 0 } = options;
  const space = new Space(spec);
  const input: StrategyInput = { space, seed: 5, options: options.options ?? {}, budget, trials };
  const strategy = createStrategy(name, input);
  const run = new Run(strategy, options, goal);
  run.fill(parallel);
  const limit = trials - cut;
  while (run.busy && run.ended < limit) {
    run.end();
    if (run.ended < limit || cut > 0) run.fill(parallel);
  }
  const study = history(run.trials, goal);
  const asked = (): Configuration | undefined => {
    const ask = strategy.ask();
    return ask.type === "run" ? ask.configuration : undefined;
  };
  const replays = {};
  const unit = budget === undefined ? "" : "epochs";
  return {
    history: study,
    strategy,
    events: run.events,
    look: (query = {}) => strategyInsight(study, { name, input, unit, asked, replays }, query),
  };
}

/** Workers that take one to three seconds a trial. */
class Run {
  readonly trials: Trial[] = [];
  readonly events: TrialEvent[] = [];
  ended = 0;
  readonly #strategy: Strategy;
  readonly #lossOf: NonNullable<DecidedOptions["lossOf"]>;
  readonly #hypergradientsOf: DecidedOptions["hypergradientsOf"];
  readonly #goal: "minimize" | "maximize";
  readonly #draws = generator(11);
  #running: { trial: Trial; until: number }[] = [];
  #now = START;

  constructor(
    strategy: Strategy,
    { lossOf = usualLoss, hypergradientsOf }: DecidedOptions,
    goal: "minimize" | "maximize",
  ) {
    this.#strategy = strategy;
    this.#lossOf = lossOf;
    this.#hypergradientsOf = hypergradientsOf;
    this.#goal = goal;
  }

  get busy(): boolean {
    return this.#running.length > 0;
  }

  fill(parallel: number): void {
    while (this.#running.length < parallel) {
      const ask = this.#strategy.ask();
      if (ask.type === "run") this.#start(ask);
      else if (ask.type === "promote") this.#promote(ask);
      else return;
    }
  }

  /** The trial that is ready first ends, or reaches its rung. */
  end(): void {
    const { trial, until } = this.#running.reduce((a, b) => (b.until < a.until ? b : a));
    this.#now = until;
    this.#running = this.#running.filter((one) => one.trial !== trial);
    const lost = this.#lossOf(trial.configuration, trial.number, trial.budget);
    if (lost === undefined) {
      Object.assign(trial, { state: "failed", finished: until, reason: "crashed" });
      this.#tell({ type: "failed", trial: trial.number, reason: "crashed", time: until });
      this.ended++;
      return;
    }
    const value = this.#goal === "minimize" ? lost : 0 - lost;
    if (trial.budget > 0) trial.reports.push({ budget: trial.budget, value, time: until });
    const isLast = trial.budget === 0 || trial.budget === MAX_BUDGET;
    const one = { trial: trial.number, budget: trial.budget, losses: [lost], time: until };
    this.ended++;
    if (isLast) {
      Object.assign(trial, { state: "complete", finished: until, values: [value] });
      const hypergradients = this.#hypergradientsOf?.(trial.configuration);
      if (hypergradients !== undefined) trial.hypergradients = turned(hypergradients, [this.#goal]);
      this.#tell({
        type: "finished",
        state: "complete",
        ...one,
        ...(hypergradients && { hypergradients }),
      });
    } else {
      trial.state = "paused";
      this.#tell({ type: "reached", ...one });
    }
    for (const number of this.#strategy.stops()) this.#stop(this.trials[number]!);
  }

  #stop(trial: Trial): void {
    const { value } = trial.reports.at(-1)!;
    Object.assign(trial, { state: "stopped", finished: this.#now, values: [value] });
    const losses = [this.#goal === "minimize" ? value : 0 - value];
    const { number, budget } = trial;
    this.#tell({ type: "finished", trial: number, state: "stopped", budget, losses, time: this.#now });
  }

  #start({ configuration, budget, placement, note }: Extract<Ask, { type: "run" }>): void {
    const trial = newTrial(this.trials.length, configuration);
    Object.assign(trial, { budget, placement, note, started: this.#now });
    this.trials.push(trial);
    const rest = { configuration, budget, ...(placement && { placement }), note, time: this.#now };
    this.#tell({ type: "started", trial: trial.number, ...rest });
    this.#work(trial);
  }

  #promote({ trial: number, budget, placement }: Extract<Ask, { type: "promote" }>): void {
    const trial = this.trials[number]!;
    Object.assign(trial, { budget, placement, state: "running" });
    const rest = { budget, ...(placement && { placement }), time: this.#now };
    this.#tell({ type: "promoted", trial: number, ...rest });
    this.#work(trial);
  }

  #work(trial: Trial): void {
    this.#running.push({ trial, until: this.#now + 1_000 + Math.floor(this.#draws() * 2_000) });
  }

  #tell(event: TrialEvent): void {
    this.events.push(event);
    this.#strategy.tell(event);
  }
}

/** The largest budget of the studies with several. */
const MAX_BUDGET = 27;
export const BUDGET = { min: 1, max: MAX_BUDGET, eta: 3 } as const;

/** Five numbers that depend on each other, the fifth hardly at all. */
export const VALLEY: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-5, high: 1, scale: "log" },
    decay: { type: "float", low: 1e-6, high: 1e-1, scale: "log" },
    dropout: { type: "float", low: 0, high: 0.8 },
    layers: { type: "int", low: 1, high: 12 },
    activation: { type: "categorical", choices: ["relu", "gelu", "tanh"] },
  },
};

/** A long narrow valley: the learning rate and the decay must fit each other. */
export function valleyLoss(configuration: Configuration): number {
  const lr = Math.log10(Number(configuration.lr)) + 2.5;
  const decay = Math.log10(Number(configuration.decay)) + 3.5;
  const dropout = Number(configuration.dropout) - 0.3;
  const layers = (Number(configuration.layers) - 5) / 12;
  return 0.1 + 0.3 * (lr + decay) ** 2 + 0.03 * (lr - decay) ** 2 + 0.2 * dropout ** 2 + 0.1 * layers ** 2;
}

/** Its derivatives by the values of the continuous parameters. */
export function valleySlopes(configuration: Configuration): Hypergradients {
  const [lr, decay] = [Number(configuration.lr), Number(configuration.decay)];
  const [u, v] = [Math.log10(lr) + 2.5, Math.log10(decay) + 3.5];
  return {
    lr: (0.6 * (u + v) + 0.06 * (u - v)) / (lr * Math.LN10),
    decay: (0.6 * (u + v) - 0.06 * (u - v)) / (decay * Math.LN10),
    dropout: 0.4 * (Number(configuration.dropout) - 0.3),
  };
}

/** Four configurations of a finite space, whose loss is noisy. */
export const ARMS: SpaceSpec = {
  parameters: {
    optimizer: { type: "categorical", choices: ["sgd", "adam", "rmsprop"] },
    nesterov: { type: "boolean", when: { optimizer: "sgd" } },
    depth: { type: "ordinal", choices: ["small", "large"] },
  },
};

export function noisyLoss(configuration: Configuration, number: number): number | undefined {
  if (number === 9) return undefined;
  const mean = { sgd: 0.42, adam: 0.3, rmsprop: 0.36 }[String(configuration.optimizer)]!;
  const noise = generator(1_000 + number)() - 0.5;
  return mean + (configuration.depth === "large" ? -0.04 : 0) + 0.15 * noise;
}
