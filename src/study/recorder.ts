import { constraintsOf } from "../definition/limits.ts";
import { turned } from "../journal/studyFold.ts";
import { violationOf } from "../protocol/feasibility.ts";
import type { Hypergradients, TrialEvent, TrialNumber } from "../protocol/trial.ts";
import type { StudyInput } from "./studyInput.ts";

type Outcome = Exclude<TrialEvent, { type: "started" }>;

/** How a trial has ended, and with what. */
export interface Recalled {
  readonly state: "complete" | "stopped";
  readonly budget: number;
  readonly values: readonly number[];
  readonly constraints?: readonly number[] | undefined;
  /** In the metric's own direction. */
  readonly hypergradients?: Hypergradients | undefined;
  /** Why it was stopped, where that is not plain. */
  readonly reason?: string | undefined;
}

/**
 * Writes down what happens: in the journal first, then the strategy is told, so that a journal is never behind a
 * decision made from it. Scores in the metric's own direction become losses here.
 */
export class Recorder {
  readonly #input: StudyInput;
  readonly #goals: readonly ("minimize" | "maximize")[];
  readonly #signs: readonly (1 | -1)[];
  readonly #failed: (error: unknown) => void;

  /** `failed` hears of a defect in store or strategy; nothing is thrown into the executor's callbacks. */
  constructor(input: StudyInput, failed: (error: unknown) => void) {
    this.#input = input;
    this.#goals = input.objectives.map(({ goal }) => goal);
    this.#signs = this.#goals.map((goal) => (goal === "maximize" ? -1 : 1));
    this.#failed = failed;
  }

  /** `values` are those of the objectives, then of what is limited. */
  reported(trial: TrialNumber, budget: number, values: readonly number[]): void {
    this.emit({ type: "reported", trial, budget, ...this.#scored(values) });
  }

  reached(trial: TrialNumber, budget: number, values: readonly number[], told?: Hypergradients): void {
    const measured = { ...this.#scored(values), ...this.#constrained(values), ...this.#derived(told) };
    this.emit({ type: "reached", trial, budget, ...measured });
  }

  complete(trial: TrialNumber, budget: number, values: readonly number[], told?: Hypergradients): void {
    const limited = this.#constrained(values);
    this.recalled(trial, { state: "complete", budget, values, ...limited, hypergradients: told });
  }

  /** A trial that ends with what the journal has of it: its scores and its constraints. */
  recalled(
    trial: TrialNumber,
    { state, budget, values, constraints, hypergradients, reason }: Recalled,
  ): void {
    if (this.#input.limits.length > 0 && constraints === undefined) {
      this.failed(trial, `nothing is known of ${this.#input.limits.map(({ metric }) => metric).join(", ")}`);
      return;
    }
    const besides = { ...(constraints && { constraints }), ...this.#derived(hypergradients) };
    const why = reason === undefined ? {} : { reason };
    this.emit({ type: "finished", trial, state, budget, ...this.#scored(values), ...besides, ...why });
  }

  failed(trial: TrialNumber, reason: string): void {
    this.emit({ type: "failed", trial, reason, time: this.#input.clock.now() });
  }

  emit(event: Outcome): void {
    const { store, strategy, heard } = this.#input;
    try {
      store.record(event);
      strategy.tell(event);
    } catch (error) {
      this.#failed(error);
    }
    heard(event);
  }

  /** Whether the first objective's score is as good as a bound, within all limits. */
  isAsGood(values: readonly number[], bound: number): boolean {
    const sign = this.#signs[0]!;
    return values[0]! * sign <= bound * sign && violationOf(this.#constrained(values).constraints) === 0;
  }

  #scored(values: readonly number[]): { losses: readonly number[]; time: number } {
    return { losses: this.#signs.map((sign, i) => values[i]! * sign), time: this.#input.clock.now() };
  }

  #derived(told: Hypergradients | undefined): { hypergradients?: Hypergradients } {
    if (told === undefined) return {};
    return { hypergradients: turned(told, this.#goals) };
  }

  #constrained(values: readonly number[]): { constraints?: readonly number[] } {
    const { limits, objectives } = this.#input;
    return limits.length === 0 ? {} : { constraints: constraintsOf(limits, values.slice(objectives.length)) };
  }
}
