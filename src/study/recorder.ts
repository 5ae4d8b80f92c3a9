import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import type { StudyInput } from "./studyInput.ts";

type Outcome = Exclude<TrialEvent, { type: "started" }>;

/**
 * Writes down what happens: in the journal first, then the strategy is told, so that a journal is never behind a
 * decision made from it. Scores in the metric's own direction become losses here.
 */
export class Recorder {
  readonly #input: StudyInput;
  readonly #signs: readonly (1 | -1)[];
  readonly #failed: (error: unknown) => void;

  /** `failed` hears of a defect in store or strategy; nothing is thrown into the executor's callbacks. */
  constructor(input: StudyInput, failed: (error: unknown) => void) {
    this.#input = input;
    this.#signs = input.objectives.map(({ goal }) => (goal === "maximize" ? -1 : 1));
    this.#failed = failed;
  }

  reported(trial: TrialNumber, budget: number, scores: readonly number[]): void {
    this.emit({ type: "reported", trial, budget, ...this.#scored(scores) });
  }

  reached(trial: TrialNumber, budget: number, scores: readonly number[]): void {
    this.emit({ type: "reached", trial, budget, ...this.#scored(scores) });
  }

  finished(
    trial: TrialNumber,
    state: "complete" | "stopped",
    budget: number,
    scores: readonly number[],
  ): void {
    this.emit({ type: "finished", trial, state, budget, ...this.#scored(scores) });
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

  /** Whether the first objective's score is as good as a bound. */
  isAsGood([score]: readonly number[], bound: number): boolean {
    return score! * this.#signs[0]! <= bound * this.#signs[0]!;
  }

  #scored(scores: readonly number[]): { losses: readonly number[]; time: number } {
    return { losses: this.#signs.map((sign, i) => scores[i]! * sign), time: this.#input.clock.now() };
  }
}
