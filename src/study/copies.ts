import type { Trial } from "../journal/history.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { CheckpointSource, TrialNumber } from "../protocol/trial.ts";
import type { Checkpoints } from "../store/checkpoints.ts";
import type { StudyInput } from "./studyInput.ts";

/**
 * The checkpoints of a study whose strategy starts trials from those of others. What must hold at every moment, also
 * after a kill at any other one:
 *
 * - What the strategy lists in `keeps()` can be copied as it was when its budget was reached: as long as the trial
 *   rests there its own folder is that checkpoint, and before it goes on (that is, before `promoted` is recorded) the
 *   folder is copied aside.
 * - A trial that goes on from another's checkpoint has its own folder before its process starts. `started` is recorded
 *   first: where the copy is missing after a kill it is made then, so its source is kept until it is there.
 * - Nothing else is kept: one checkpoint a member, that of its last step, and those not copied yet.
 */
export class Copies {
  readonly #input: StudyInput;
  readonly #checkpoints: Checkpoints;
  /** Trials that have a folder of their own. */
  readonly #given = new Set<TrialNumber>();
  /** Why a checkpoint could not be kept. */
  readonly #faults = new Map<string, string>();

  constructor(input: StudyInput, checkpoints: Checkpoints) {
    this.#input = input;
    this.#checkpoints = checkpoints;
  }

  /** Before a trial goes on from the budget that it rests at. */
  async keep({ number: trial, budget }: Trial): Promise<void> {
    await this.tidy();
    const isWanted = this.#wanted().some((source) => source.trial === trial && source.budget === budget);
    if (!isWanted) return;
    try {
      await this.#checkpoints.keep({ trial, budget });
    } catch (error) {
      // The trial itself needs no copy to go on: only one that asks for it later fails.
      this.#faults.set(`${trial}@${budget}`, wordsOf(error));
    }
  }

  /**
   * Before a trial's process starts: the reason why it cannot, if it cannot. Rejects with `bad-definition` where no
   * trial has left a checkpoint: the next one would not either.
   */
  async give(trial: Trial): Promise<string | undefined> {
    const { from, number } = trial;
    if (from === undefined || this.#given.has(number)) return undefined;
    const source = this.#input.store.history.trials[from.trial];
    const isResting = source !== undefined && source.budget === from.budget && source.state !== "running";
    let fault: string | undefined;
    try {
      fault = await this.#checkpoints.give(number, from, isResting);
    } catch (error) {
      return wordsOf(error);
    }
    if (fault === undefined) {
      this.#given.add(number);
      return undefined;
    }
    if (await this.#checkpoints.isUnused()) throw withoutCheckpoints();
    return this.#faults.get(`${from.trial}@${from.budget}`) ?? fault;
  }

  /** Removes what nobody will ask for any more. */
  async tidy(): Promise<void> {
    await this.#checkpoints.keepOnly(this.#wanted());
  }

  #wanted(): readonly CheckpointSource[] {
    const { strategy, store } = this.#input;
    const pending = store.history.trials.flatMap(({ state, number, from }) =>
      state === "running" && from !== undefined && !this.#given.has(number) ? [from] : [],
    );
    return [...(strategy.keeps?.() ?? []), ...pending];
  }
}

function withoutCheckpoints(): TuningForkError {
  return new TuningForkError(
    "bad-definition",
    "No trial has left a checkpoint, so none can go on from that of another one.",
    "Let the script write one into the folder that the environment variable TUNING_FORK_CHECKPOINT names (or the flag budget.checkpointFlag), and go on from what it finds there; then start the study under a new name.",
  );
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
