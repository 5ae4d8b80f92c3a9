import type { StudyHistory, Trial } from "../../journal/history.ts";
import type { Configuration } from "../../protocol/space.ts";
import type { Fidelity } from "../../strategies/fidelities.ts";
import type { Observation } from "../../strategies/observations.ts";
import { assess, measurements } from "../scores.ts";
import { type Coming, startOf } from "./past.ts";

/** What a strategy with several budgets had seen after some of its results. */
export interface FidelityMoment {
  /** By ascending budget. */
  readonly fidelities: readonly Fidelity[];
  readonly running: readonly Trial[];
  readonly at: number;
  readonly total: number;
  readonly next: Coming | undefined;
}

/**
 * What was known after `at` scores (all when absent): a trial has one at every budget that it was run to; a failure
 * counts as an infinite loss at the one that it was on its way to (see `Fidelities`).
 */
export function fidelitiesAt(
  history: StudyHistory,
  at: number | undefined,
  asked: () => Configuration | undefined,
): FidelityMoment {
  const all = resultsOf(history);
  const known = all.slice(0, Math.max(0, at ?? all.length));
  const isNow = known.length === all.length;
  const configuration = isNow ? asked() : undefined;
  const then = known.at(-1)?.time ?? 0;
  const scored = new Set(known.map(({ observation }) => observation.trial));
  const byBudget = new Map<number, Observation[]>();
  for (const { observation } of known) {
    const { budget } = observation;
    const observations = byBudget.get(budget);
    if (observations) observations.push(observation);
    else byBudget.set(budget, [observation]);
  }
  const started = history.trials.filter(({ state }) => state !== "waiting");
  const later = isNow
    ? undefined
    : started
        .filter((trial) => (known.length === 0 ? true : startOf(trial) > then))
        .sort((a, b) => startOf(a) - startOf(b) || a.number - b.number)[0];
  return {
    fidelities: [...byBudget]
      .map(([budget, observations]) => ({ budget, observations }))
      .sort((a, b) => a.budget - b.budget),
    running: started.filter((trial) =>
      isNow ? trial.state === "running" : startOf(trial) <= then && !scored.has(trial.number),
    ),
    at: known.length,
    total: all.length,
    next:
      (configuration && { trial: undefined, configuration }) ??
      (later && { trial: later.number, configuration: later.configuration }),
  };
}

interface Result {
  readonly observation: Observation;
  readonly time: number;
}

function resultsOf(history: StudyHistory): Result[] {
  const { scored, levels, goal } = assess(history);
  const sign = goal === "minimize" ? 1 : -1;
  const results: Result[] = [];
  for (const entry of scored) {
    const { number: trial, configuration, budget: target } = entry.trial;
    for (const { tier, score, time } of measurements(entry, levels)) {
      if (tier < 0) continue;
      const observation = { trial, configuration, loss: sign * score, budget: levels[tier] ?? target };
      results.push({ observation, time: time ?? startOf(entry.trial) });
    }
  }
  for (const trial of history.trials) {
    if (trial.state !== "failed" || Object.keys(trial.configuration).length === 0) continue;
    const { number, configuration, budget, finished } = trial;
    const observation = { trial: number, configuration, loss: Number.POSITIVE_INFINITY, budget };
    results.push({ observation, time: finished ?? startOf(trial) });
  }
  return results.sort((a, b) => a.time - b.time || a.observation.trial - b.observation.trial);
}
