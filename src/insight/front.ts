import type { StudyHistory, Trial } from "../journal/history.ts";
import { violationOf } from "../protocol/feasibility.ts";
import { isDriven } from "../protocol/trial.ts";
import { frontOf, type Outcome } from "../strategies/pareto/dominance.ts";

/** A complete trial with a finite score for each objective, its learning rate its own. */
export interface Candidate extends Outcome {
  readonly trial: Trial;
  /** In the user's own direction. */
  readonly values: readonly number[];
}

/** Whether a study has several objectives, so that it has a front and no single best trial. */
export function hasSeveral({ goals }: Pick<StudyHistory, "goals">): boolean {
  return goals.length > 1;
}

/** The trials that a front is made of, in the order of their numbers. */
export function candidates({ trials, goals }: StudyHistory): Candidate[] {
  return trials.flatMap((trial) => {
    const { values, state, control } = trial;
    if (
      isDriven(control) ||
      state !== "complete" ||
      values?.length !== goals.length ||
      !values.every(Number.isFinite)
    )
      return [];
    const losses = values.map((value, i) => (goals[i] === "maximize" ? -value : value));
    return [{ trial, values, losses, violation: violationOf(trial.constraints) }];
  });
}

/**
 * The Pareto front: the complete trials that keep all limits and that no other such trial beats in one objective
 * without being worse in another, best in the first objective first.
 */
export function paretoFront(all: readonly Candidate[]): Candidate[] {
  const within = all.filter(({ violation }) => violation === 0);
  const front = frontOf(within).map((i) => within[i]!);
  return front.sort((a, b) => a.losses[0]! - b.losses[0]! || a.trial.number - b.trial.number);
}
