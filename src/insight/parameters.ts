import type { StudyHistory, Trial } from "../journal/history.ts";
import type { ParameterInsight, ParametersInsight } from "../protocol/insight.ts";
import type { Configuration, SpaceSpec, Value } from "../protocol/space.ts";
import { importances } from "./importance.ts";
import { trialRows } from "./rows.ts";
import { assess, byScore, type Measurement, measurementAt, type Scores } from "./scores.ts";
import { spread, thin } from "./thin.ts";

const MOST_EFFECT_POINTS = 200;
const TOP_TRIALS = 5;
/** A tier with this many trials is enough to show effects by. */
const ENOUGH_TRIALS = 30;

/**
 * What is known of each parameter that is tuned. Effects compare scores, so they look at one tier only (see
 * `assess`): the largest budget at which at least 30 trials were measured, else the one with the most.
 */
export function parametersInsight(history: StudyHistory, space: SpaceSpec): ParametersInsight {
  const scores = assess(history);
  const observed = comparable(scores);
  const shares = bestShares(scores, space);
  const best = scores.best;
  const parameters = Object.entries(space.parameters)
    .filter(([, parameter]) => parameter.enabled !== false)
    .map(([name]): ParameterInsight => {
      const active = observed.filter(({ trial }) => Object.hasOwn(trial.configuration, name));
      return {
        name,
        best: best === undefined ? undefined : activeValue(best.trial.configuration, name),
        importance: shares.get(name),
        trials: scores.scored.filter(({ trial }) => Object.hasOwn(trial.configuration, name)).length,
        effect: thin(active, MOST_EFFECT_POINTS).map(({ trial, one }) => ({
          value: trial.configuration[name]!,
          score: one.score,
          trial: trial.number,
        })),
      };
    });
  const { rows } = trialRows(history, { sort: "score", offset: 0, limit: TOP_TRIALS });
  return {
    kind: "parameters",
    metric: scores.metric,
    goal: scores.goal,
    ...(history.goals.length > 1 && { others: history.metricNames.slice(1) }),
    best:
      best === undefined
        ? undefined
        : { trial: best.trial.number, score: best.score, configuration: best.trial.configuration },
    scored: scores.scored.length,
    effectBudget: scores.levels.length > 1 ? observed[0]?.one.budget : undefined,
    parameters,
    top: rows.filter((row) => row.score !== undefined),
  };
}

/** PED-ANOVA's share of each parameter (see `importances`), from at most `most` trials, evenly spread by rank. */
export function bestShares(
  scores: Scores,
  space: SpaceSpec,
  most = Number.POSITIVE_INFINITY,
): ReadonlyMap<string, number> {
  return importances(
    spread(ranked(scores), most).map((trial) => trial.configuration),
    space.parameters,
  );
}

/** Trials of the tier to judge by, with their scores there. */
export function comparable(scores: Scores): { trial: Trial; one: Measurement }[] {
  const { levels, scored } = scores;
  let most: { trial: Trial; one: Measurement }[] = [];
  for (let tier = levels.length; tier >= -1; tier--) {
    const here = scored.flatMap((entry) => {
      const one = measurementAt(entry, tier, levels);
      return one === undefined ? [] : [{ trial: entry.trial, one }];
    });
    if (here.length > most.length) most = here;
    if (most.length >= ENOUGH_TRIALS) break;
  }
  return most;
}

/**
 * All scored trials, best first, for importance. Those that were promoted are no fair sample of the space, so all
 * are ranked, not only those of one tier: within a bracket, where trials had the same chances, by tier and then
 * score (who went further was better); between brackets by the share of their own bracket that they beat.
 */
function ranked({ scored, goal }: Scores): Trial[] {
  const compare = byScore(goal);
  const groups = Map.groupBy(scored, ({ trial }) => trial.placement?.bracket);
  const placed = [...groups.values()].flatMap((group) => {
    group.sort((a, b) => b.tier - a.tier || compare(a.score, b.score));
    return group.map(({ trial }, index) => ({ trial, share: (index + 0.5) / group.length }));
  });
  return placed.sort((a, b) => a.share - b.share).map(({ trial }) => trial);
}

function activeValue(configuration: Configuration, name: string): Value | undefined {
  return Object.hasOwn(configuration, name) ? configuration[name] : undefined;
}
