import type { StudyHistory } from "../journal/history.ts";
import type { ImportanceInsight, ImportanceQuery } from "../protocol/insight.ts";
import type { Space } from "../space/space.ts";
import type { Observation } from "../strategies/observations.ts";
import type { Fanova, FanovaFactory } from "./fanova.ts";
import { LEAST_OBSERVATIONS } from "./importance.ts";
import { bestShares, comparable } from "./parameters.ts";
import { assess, type Scores } from "./scores.ts";
import { axisOf } from "./surfaceAxis.ts";
import { thin } from "./thin.ts";

/** Parameters among which pairs are looked at: the most important ones. */
const PAIRED = 10;
const MOST_PAIRS = 10;
const MOST_POINTS = 500;
/** Trials that PED-ANOVA looks at. */
const MOST_RANKED = 2000;

type Parameters = ImportanceInsight["parameters"];

/**
 * What matters for the score: a functional ANOVA of the scores that can be compared (see `parametersInsight`), beside
 * PED-ANOVA's shares, and the effect that is asked for. `factory` keeps the model of one study from call to call.
 */
export function importanceInsight(
  history: StudyHistory,
  space: Space,
  factory: FanovaFactory,
  query: ImportanceQuery,
): ImportanceInsight {
  const scores = assess(history);
  const sign = scores.goal === "minimize" ? 1 : -1;
  const known = observationsOf(scores, sign);
  const fanova = known.length < LEAST_OBSERVATIONS ? undefined : factory.make(known);
  const parameters = rankedParameters(scores, space, fanova);
  const { pairs, rest } = pairsOf(parameters, space, fanova);
  const [x, y] = chosen(parameters, query);
  const best = known.reduce<Observation | undefined>(
    (a, b) => (a === undefined || b.loss < a.loss ? b : a),
    undefined,
  );
  return {
    kind: "importance",
    metric: scores.metric,
    goal: scores.goal,
    scored: known.length,
    needed: LEAST_OBSERVATIONS,
    budget: scores.levels.length > 1 ? known[0]?.budget : undefined,
    parameters,
    pairs,
    rest,
    effect: fanova === undefined || x === undefined ? undefined : effectOf(space, fanova, x, y, sign),
    points: x === undefined ? [] : pointsOf(known, space, x, y, sign),
    best: best?.trial,
  };
}

function observationsOf(scores: Scores, sign: 1 | -1): Observation[] {
  return comparable(scores)
    .sort((a, b) => (a.one.time ?? 0) - (b.one.time ?? 0))
    .map(({ trial, one }) => ({
      trial: trial.number,
      configuration: trial.configuration,
      loss: sign * one.score,
      budget: one.budget,
    }));
}

function rankedParameters(scores: Scores, space: Space, fanova: Fanova | undefined): Parameters {
  const shares = bestShares(scores, space.spec, MOST_RANKED);
  const trials = new Map<string, number>();
  for (const { trial } of scores.scored) {
    for (const name of Object.keys(trial.configuration)) trials.set(name, (trials.get(name) ?? 0) + 1);
  }
  return space.names
    .filter((_, index) => space.valuesOf(index) > 1)
    .map((name) => ({
      name,
      fanova: fanova?.main(space.names.indexOf(name)),
      ped: shares.get(name),
      trials: trials.get(name) ?? 0,
    }))
    .sort((a, b) => (b.fanova ?? 0) - (a.fanova ?? 0) || (b.ped ?? 0) - (a.ped ?? 0));
}

function pairsOf(
  parameters: Parameters,
  space: Space,
  fanova: Fanova | undefined,
): Pick<ImportanceInsight, "pairs" | "rest"> {
  if (fanova === undefined) return { pairs: [], rest: undefined };
  const pairs = parameters.slice(0, PAIRED).flatMap(({ name: x }, i, among) =>
    among.slice(i + 1).map(({ name: y }) => {
      const share = fanova.interaction(space.names.indexOf(x), space.names.indexOf(y));
      return { x, y, share };
    }),
  );
  const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0);
  const explained = sum(parameters.map((one) => one.fanova ?? 0)) + sum(pairs.map(({ share }) => share));
  const isVaried = explained > 0;
  return {
    pairs: pairs.sort((a, b) => b.share - a.share).slice(0, MOST_PAIRS),
    rest: isVaried ? Math.max(0, 1 - explained) : undefined,
  };
}

/** What is asked for where there is such a parameter, else the most important one alone. */
function chosen(parameters: Parameters, { x, y }: ImportanceQuery): [x: string | undefined, y?: string] {
  const has = (name: string | undefined): name is string => parameters.some((one) => one.name === name);
  if (!has(x)) return [parameters[0]?.name];
  return has(y) && y !== x ? [x, y] : [x];
}

function effectOf(
  space: Space,
  fanova: Fanova,
  x: string,
  y: string | undefined,
  sign: 1 | -1,
): ImportanceInsight["effect"] {
  const across = axisOf(space, x);
  const up = y === undefined ? undefined : axisOf(space, y);
  const i = space.names.indexOf(x);
  const columns = across.cells.map(({ at }) => at);
  const effects =
    y === undefined || up === undefined
      ? fanova.curve(i, columns)
      : fanova.map(
          i,
          space.names.indexOf(y),
          columns,
          up.cells.map(({ at }) => at),
        );
  const isConditional = space.parameters[x]!.when !== undefined;
  const [inactive] = isConditional && y === undefined ? fanova.curve(i, [Number.NaN]) : [];
  return {
    x: across,
    y: up,
    mean: effects.map(({ mean }) => sign * mean),
    sd: effects.map(({ sd }) => sd),
    inactive: inactive && { mean: sign * inactive.mean, sd: inactive.sd },
  };
}

function pointsOf(
  known: readonly Observation[],
  space: Space,
  x: string,
  y: string | undefined,
  sign: 1 | -1,
): ImportanceInsight["points"] {
  const active = known.filter(
    ({ configuration }) =>
      Object.hasOwn(configuration, x) && (y === undefined || Object.hasOwn(configuration, y)),
  );
  return thin(active, MOST_POINTS)
    .map(({ trial, configuration, loss }) => {
      const at = space.encode(space.settle(configuration));
      return {
        trial,
        x: at[space.names.indexOf(x)]!,
        y: y === undefined ? 0.5 : at[space.names.indexOf(y)]!,
        score: sign * loss,
      };
    })
    .filter((point) => !Number.isNaN(point.x + point.y));
}
