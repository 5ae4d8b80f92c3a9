import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import type { StudyInput } from "./studyInput.ts";

type Outcome = Exclude<TrialEvent, { type: "started" }>;

/**
 * Writes down what happens: in the journal first, then the strategy is told, so that a journal is never behind a
 * decision made from it. Scores in the metric's own direction become losses here.
 */
export class Recorder {
  readonly #input: StudyInput;
  readonly #sign: 1 | -1;
  readonly #failed: (error: unknown) => void;

  /** `failed` hears of a defect in store or strategy; nothing is thrown into the executor's callbacks. */
  constructor(input: StudyInput, failed: (error: unknown) => void) {
    this.#input = input;
    this.#sign = input.goal === "maximize" ? -1 : 1;
    this.#failed = failed;
  }

  reported(trial: TrialNumber, budget: number, score: number): void {
    this.emit({ type: "reported", trial, budget, ...this.#scored(score) });
  }

  reached(trial: TrialNumber, budget: number, score: number): void {
    this.emit({ type: "reached", trial, budget, ...this.#scored(score) });
  }

  complete(trial: TrialNumber, budget: number, score: number): void {
    this.emit({ type: "finished", trial, state: "complete", budget, ...this.#scored(score) });
  }

  stopped(trial: TrialNumber, budget: number, score: number, reason: string | undefined): void {
    const why = reason === undefined ? {} : { reason };
    this.emit({ type: "finished", trial, state: "stopped", budget, ...this.#scored(score), ...why });
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

  /** Whether a score is as good as another. */
  isAsGood(score: number, bound: number): boolean {
    return score * this.#sign <= bound * this.#sign;
  }

  #scored(score: number): { losses: readonly number[]; time: number } {
    return { losses: [score * this.#sign], time: this.#input.clock.now() };
  }
}
