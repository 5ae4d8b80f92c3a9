import { metricName } from "./metricNames.ts";
import type { Observation } from "./metrics.ts";
import { createProgress } from "./progress.ts";

/** What is to be read from a run. */
export interface RoundsOptions {
  /** The names as the script prints them: objectives first, then what is limited. */
  readonly metrics: readonly string[];
  /** Name under which the script prints how far it is; absent: the printed step, else the count of reports. */
  readonly progress?: string | undefined;
}

/** All values of one moment of a run. */
export interface Round {
  /** As in `Report` of progress.ts. */
  readonly budget: number;
  /** One for each metric, in the user's own direction; NaN and ±Infinity are handed on as printed. */
  readonly values: readonly number[];
}

/** Follows one run of a script and puts together what belongs together. */
export interface Rounds {
  /** Takes what one line says; answers with the rounds that it completes. */
  line(observations: readonly Observation[]): readonly Round[];
  /** The run has ended: the round that still waits for a metric, with the latest value of that one. */
  end(): Round | undefined;
  /** Metrics that were not printed so far. */
  missing(): readonly string[];
}

/**
 * Joins the metrics that a script prints, on one line or on several, into rounds. A round is complete once every
 * metric was printed anew since the last one. A metric that is printed more rarely than others (once at the start,
 * every fifth epoch) is waited for until the next round begins, then no more: its latest value counts on. With one
 * metric every value is a round.
 */
export function createRounds({ metrics, progress }: RoundsOptions): Rounds {
  const names = metrics.map(metricName);
  const progresses = names.map((metric) => createProgress({ metric, progress }));
  const values: (number | undefined)[] = names.map(() => undefined);
  const fresh = new Set<number>();
  const rare = new Set<number>();
  let budget = 0;

  const isKnown = (): boolean => values.every((value) => value !== undefined);
  const round = (): Round | undefined => {
    if (fresh.size === 0 || !isKnown()) return undefined;
    fresh.clear();
    return { budget, values: values.map((value) => value!) };
  };

  const see = (index: number, at: number, value: number): Round | undefined => {
    let closed: Round | undefined;
    if (fresh.has(index)) {
      // A new round begins: what the last one waited for is printed more rarely.
      if (isKnown()) {
        rare.clear();
        for (const i of names.keys()) if (!fresh.has(i)) rare.add(i);
      }
      closed = round();
    }
    fresh.add(index);
    values[index] = value;
    budget = at;
    return closed;
  };

  return {
    line(observations) {
      const rounds: Round[] = [];
      for (const observation of observations) {
        for (const [index, one] of progresses.entries()) {
          const report = one.observe(observation);
          const closed = report && see(index, report.budget, report.value);
          if (closed !== undefined) rounds.push(closed);
        }
      }
      const waits = names.some((_, index) => !fresh.has(index) && !rare.has(index));
      const whole = waits ? undefined : round();
      if (whole !== undefined) rounds.push(whole);
      return rounds;
    },
    end: round,
    missing: () => metrics.filter((_, index) => values[index] === undefined),
  };
}
