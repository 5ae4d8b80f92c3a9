import { counterLevel, metricName } from "./metricNames.ts";
import type { Observation } from "./metrics.ts";

export interface ProgressOptions {
  /** The objective's name, as the script prints it. */
  readonly metric: string;
  /** Name under which the script prints how far it is; absent: the printed step, else the count of reports. */
  readonly progress?: string | undefined;
}

/** A value of the objective and how far the run was. */
export interface Report {
  /** In the unit of what the script prints (epochs, steps), or the count of reports; never falls within a run. */
  readonly budget: number;
  /** In the user's own direction; NaN and ±Infinity are handed on as printed. */
  readonly value: number;
}

/** Follows one run of a script on its way through its budget. */
export interface Progress {
  /** Takes every observation of the run, in order; answers where it was the objective. */
  observe(observation: Observation): Report | undefined;
}

/**
 * Turns what a run prints into reports of the objective. How far the run is:
 *
 * - `progress` is given: the latest number printed under that name, 0 before the first;
 * - else the step that was printed with the objective, or on a line before it;
 * - else the count of reports of the objective, from 1.
 *
 * A script that numbers its epochs 0 … n-1 has done one more than it says: where the first number is 0 or
 * less, all are taken one higher. So a rung of 3 epochs is reached at the first report that says 3 (counted
 * from 1) or 2 (counted from 0); reports that skip a rung reach it with the first one beyond it. Within an epoch
 * the reader gives fractions (2.48), so that a rung is reached at its epoch's end where the lines tell. Where
 * they do not and the objective is printed several times per epoch, the epoch's first report counts.
 * The budget never falls: a counter that starts anew (the next fold) waits until it passes its old height.
 */
export function createProgress({ metric, progress }: ProgressOptions): Progress {
  const objective = metricName(metric);
  const counter = progress === undefined ? undefined : metricName(progress);
  // An epoch that comes as the objective's step is better than its bare number: it knows fractions.
  const named = counter === undefined || counterLevel(counter) === "epoch" ? undefined : counter;
  const way = new Way();
  let reports = 0;

  return {
    observe({ name, value, step }) {
      if (named === undefined) way.see(step);
      else if (name === named) way.see(value);
      if (name !== objective) return undefined;
      reports++;
      return { budget: way.advance(counter === undefined ? reports : 0), value };
    },
  };
}

/** How far a run is, by what it prints. */
class Way {
  #fromZero: boolean | undefined;
  #latest: number | undefined;
  #furthest = 0;

  /** Takes what the script says; it counts from the next report on. */
  see(printed: number | undefined): void {
    this.#latest = printed !== undefined && Number.isFinite(printed) ? printed : undefined;
    if (this.#latest !== undefined) this.#fromZero ??= this.#latest <= 0;
  }

  /** How far the run is at a report; `otherwise` where the script has not said. */
  advance(otherwise: number): number {
    const latest = this.#latest ?? otherwise;
    const done = this.#latest !== undefined && this.#fromZero ? latest + 1 : latest;
    this.#furthest = Math.max(this.#furthest, done);
    return this.#furthest;
  }
}
