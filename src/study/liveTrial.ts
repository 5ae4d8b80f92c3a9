import type { BudgetMode } from "../protocol/definition.ts";
import type { Configuration } from "../protocol/space.ts";
import type { Hypergradients, TrialNumber } from "../protocol/trial.ts";
import type { Executor, Exit, Run, RunSpec } from "../trials/executor.ts";
import { readHypergradients } from "../trials/hypergradients.ts";
import { createMetricReader } from "../trials/metricReader.ts";
import { createRounds, type Round, type Rounds } from "../trials/rounds.ts";
import { crashReason, describeExit } from "./reasons.ts";

/** How a trial spends its budget; absent where the script has one length only. */
export interface TrialBudget {
  readonly mode: BudgetMode;
  readonly max: number;
  readonly progress: string | undefined;
}

/** What happens to a trial, told as it happens. Values are in the user's own direction, one for each metric. */
export interface TrialListener {
  reported(budget: number, values: readonly number[]): void;
  /** `hypergradients`: the latest that were told. */
  reached(budget: number, values: readonly number[], hypergradients: Hypergradients | undefined): void;
  complete(budget: number, values: readonly number[], hypergradients: Hypergradients | undefined): void;
  failed(reason: string): void;
  /** Nothing can be run at all (no interpreter, no folder): a fault of the set-up, not of the configuration. */
  unstartable(message: string): void;
  /** The trial holds its slot no longer. */
  released(): void;
}

export interface LiveTrialInput {
  readonly number: TrialNumber;
  readonly configuration: Configuration;
  /** What the script must print: objectives first, then what is limited. */
  readonly metrics: readonly string[];
  readonly budget: TrialBudget | undefined;
  /** The last report in the journal: a trial that is run again does not report it, or what was before it, twice. */
  readonly known: { readonly budget: number; readonly values: readonly number[] } | undefined;
  readonly executor: Executor;
  /** The process for a run up to `budget`. */
  spec(budget: number): RunSpec;
  readonly listener: TrialListener;
}

/** Reports kept in the journal for one run: a script that prints every step must not fill the disk. */
const MOST_REPORTS = 2_000;

/**
 * One trial in this engine: its process, if it has one, and where it stands between two rungs.
 *
 * - `running`: the process works towards `target`;
 * - `holding`: it has reached `target` and runs on (`stop` mode) until the strategy decides;
 * - `suspended`: it has reached `target` and its process is stopped by SIGSTOP (`pause` mode);
 * - `idle`: no process (`restart` and `resume` between rungs, or after the engine was killed);
 * - `ending`: the process was told to end; `over`: no more.
 */
export type LiveState = "idle" | "running" | "holding" | "suspended" | "ending" | "over";

export class LiveTrial {
  readonly number: TrialNumber;
  readonly configuration: Configuration;
  #state: LiveState = "idle";
  #target = 0;
  #run: Run | undefined;
  #rounds: Rounds | undefined;
  #known: number;
  #kept = 0;
  /** Reports of this run that lie beyond the current target: read before SIGSTOP took effect, or in `stop` mode. */
  #ahead: Round[] = [];
  #last: Round | undefined;
  /** The latest derivatives that this process has told. */
  #told: Record<string, number> = {};
  readonly #tail: string[] = [];
  readonly #input: LiveTrialInput;

  constructor(input: LiveTrialInput) {
    this.#input = input;
    this.number = input.number;
    this.configuration = input.configuration;
    this.#known = input.known?.budget ?? 0;
  }

  /** The latest values that this process has printed. */
  get latest(): readonly number[] | undefined {
    return this.#last?.values;
  }

  /** The derivatives by its parameters that this process has told, as far as they are numbers. */
  get hypergradients(): Hypergradients | undefined {
    const known = Object.entries(this.#told).filter(([, derivative]) => Number.isFinite(derivative));
    return known.length === 0 ? undefined : Object.fromEntries(known);
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Whether a process of this trial uses one of the study's slots. */
  get holdsSlot(): boolean {
    return this.#state === "running" || this.#state === "holding" || this.#state === "ending";
  }

  /** Runs the trial to `target`: for the first time, again, or on from where it waits. */
  advance(target: number): void {
    this.#target = target;
    if (this.#state === "holding") {
      this.#state = "running";
    } else if (this.#state === "suspended") {
      this.#state = "running";
      this.#run?.resume();
    } else if (this.#state === "idle") {
      this.#launch();
      return;
    }
    this.#checkAhead();
  }

  /** Ends the process, if there is one. Nothing more is told of the trial but `released`. */
  end(): void {
    if (this.#state === "over" || this.#state === "ending") return;
    if (this.#run === undefined) {
      this.#state = "over";
      return;
    }
    this.#state = "ending";
    this.#run.stop();
  }

  #launch(): void {
    const { budget, metrics, executor } = this.#input;
    const reader = createMetricReader(budget?.progress);
    this.#ahead = [];
    this.#last = undefined;
    this.#told = {};
    this.#tail.length = 0;
    this.#rounds = createRounds({ metrics, progress: budget?.progress });
    this.#state = "running";
    this.#run = executor.start(this.#input.spec(this.#target), {
      line: (text) => {
        this.#remember(text);
        this.#derive(text);
        for (const round of this.#rounds?.line(reader.read(text)) ?? []) this.#report(round);
      },
      exit: (exit) => this.#exited(exit),
    });
  }

  #remember(line: string): void {
    if (line.trim() === "") return;
    this.#tail.push(line);
    if (this.#tail.length > 30) this.#tail.shift();
  }

  #derive(line: string): void {
    for (const [name, derivative] of readHypergradients(line) ?? [])
      if (Object.hasOwn(this.configuration, name)) this.#told[name] = derivative;
  }

  #report(round: Round): void {
    if (this.#state === "ending" || this.#state === "over") return;
    const { budget, values } = round;
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      this.#fail(`${this.#input.metrics[bad]} was ${values[bad]} at ${budget}`);
      return;
    }
    this.#last = round;
    if (this.#isNews(budget) && this.#kept < MOST_REPORTS) {
      this.#known = budget;
      this.#kept++;
      this.#input.listener.reported(budget, values);
    }
    if (this.#suspends) {
      this.#ahead.push(round);
      this.#checkAhead();
    }
  }

  /** Whether a report gets into the journal: one a unit of the budget is enough where a script prints every batch. */
  #isNews(budget: number): boolean {
    const whole = Number.isInteger(this.#input.budget?.max ?? 0);
    return whole ? Math.floor(budget) > Math.floor(this.#known) : budget > this.#known;
  }

  /** Whether a rung is reached while the process runs (`pause`, `stop`), not at its end. */
  get #suspends(): boolean {
    const mode = this.#input.budget?.mode;
    return mode === "pause" || mode === "stop";
  }

  #checkAhead(): void {
    if (this.#state !== "running" || !this.#suspends) return;
    const at = this.#ahead.findIndex((report) => report.budget >= this.#target);
    if (at < 0) return;
    const { values } = this.#ahead[at]!;
    this.#ahead = this.#ahead.slice(at);
    const max = this.#input.budget?.max ?? 0;
    if (this.#target < max) {
      // Suspended before the strategy hears of it: it may promote the trial at once.
      if (this.#input.budget?.mode === "pause" && this.#run?.pause()) this.#state = "suspended";
      else this.#state = "holding";
    }
    this.#input.listener.reached(this.#target, values, this.hypergradients);
    if (this.#state === "suspended") this.#input.listener.released();
  }

  #fail(reason: string): void {
    this.#input.listener.failed(reason);
    this.end();
  }

  #exited(exit: Exit): void {
    this.#run = undefined;
    // The last round waits for no metric any more.
    const waiting = exit.type === "exited" && exit.code === 0 ? this.#rounds?.end() : undefined;
    if (waiting !== undefined) this.#report(waiting);
    const was = this.#state;
    this.#state = "over";
    if (was !== "ending" && was !== "over") this.#conclude(exit);
    this.#input.listener.released();
  }

  #conclude(exit: Exit): void {
    const { listener, budget } = this.#input;
    const last = this.#last ?? this.#toldBefore;
    if (exit.type === "unstartable") listener.unstartable(exit.message);
    else if (exit.type !== "exited" || exit.code !== 0) {
      listener.failed(exit.type === "exited" ? crashReason(exit.code, this.#tail) : describeExit(exit));
    } else if (last === undefined) {
      listener.failed(`the script ended without printing ${this.#rounds?.missing().join(", ")}`);
    } else if (budget === undefined || this.#suspends) {
      // The script knows best when it has ended: early stopping of its own is a full result.
      const full = this.#ahead.find((report) => report.budget >= (budget?.max ?? Number.POSITIVE_INFINITY));
      const end = full ?? last;
      const at = budget === undefined ? end.budget : Math.min(end.budget, budget.max);
      listener.complete(at, end.values, this.hypergradients);
    } else this.#concludeRun(last.values, budget.max);
  }

  /**
   * `resume`: a script that had kept its checkpoint at the target, and told its score, when it was killed has nothing
   * left to do or to print.
   */
  get #toldBefore(): LiveTrialInput["known"] {
    const { known, budget, metrics } = this.#input;
    // The journal does not keep what is limited at every report.
    const isWhole = known !== undefined && known.values.length === metrics.length;
    return budget?.mode === "resume" && isWhole && known.budget >= this.#target ? known : undefined;
  }

  /** `restart`, `resume`: the end of the process is the end of a rung. */
  #concludeRun(values: readonly number[], max: number): void {
    const { listener } = this.#input;
    this.#state = "idle";
    // What the script calls its progress may not be our unit; the journal has a value for each rung all the same.
    if (this.#target > this.#known) {
      this.#known = this.#target;
      listener.reported(this.#target, values);
    }
    listener.reached(this.#target, values, this.hypergradients);
    if (this.#target < max) return;
    this.#state = "over";
    listener.complete(this.#target, values, this.hypergradients);
  }
}
