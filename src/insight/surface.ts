import type { StudyHistory } from "../journal/history.ts";
import type { SurfaceAxis } from "../protocol/axis.ts";
import { violationOf } from "../protocol/feasibility.ts";
import type { SurfaceAcquisition, SurfaceInsight, SurfaceQuery, SurfaceSlice } from "../protocol/insight.ts";
import type { Configuration } from "../protocol/space.ts";
import { random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import type { AcquisitionOptions } from "../strategies/gp/acquisition.ts";
import type { Surrogate } from "../strategies/gp/belief.ts";
import type { GuideFactory } from "../strategies/gp/constrained.ts";
import { lengthScales } from "../strategies/gp/kernel.ts";
import { maximize, type Objective } from "../strategies/gp/maximize.ts";
import { meanWorth } from "../strategies/gp/objective.ts";
import type { Observation } from "../strategies/observations.ts";
import { comparable, parametersInsight } from "./parameters.ts";
import { assess } from "./scores.ts";
import { axisOf } from "./surfaceAxis.ts";
import { thin } from "./thin.ts";
import { unwarping } from "./unwarp.ts";

const MOST_POINTS = 500;
/** Draws of the other parameters that are averaged over. */
const DRAWS = 12;
/** Scores below which a model says nothing. */
const FEWEST = 4;

/** What is drawn of one place: in losses, smaller is better. */
interface Place {
  readonly mean: number;
  readonly sd: number;
  readonly worth: number;
}

/**
 * The acquisition surface: a Gaussian process of the study's scores (those that can be compared, see
 * `parametersInsight`), whatever strategy chose the configurations. `factory` keeps the fitted kernel of one study
 * from call to call.
 */
export function surfaceInsight(
  history: StudyHistory,
  space: Space,
  factory: GuideFactory,
  query: SurfaceQuery,
): SurfaceInsight {
  const scores = assess(history);
  const sign = scores.goal === "minimize" ? 1 : -1;
  const all = comparable(scores)
    .sort((a, b) => (a.one.time ?? 0) - (b.one.time ?? 0))
    .map(({ trial, one }): Observation => {
      const configuration = space.settle(trial.configuration);
      const { number, constraints } = trial;
      const limited = constraints && { constraints };
      return { trial: number, configuration, loss: sign * one.score, ...limited, budget: one.budget };
    });
  const at = Math.max(0, Math.min(query.at ?? all.length, all.length));
  const known = all.slice(0, at);
  const parameters = rankedParameters(history, space);
  const [x, y] = chosenAxes(parameters, query);
  const acquisition = query.acquisition ?? "log-ei";
  const others = query.others ?? "incumbent";
  const pending =
    at === all.length
      ? history.trials
          .filter(({ state }) => state === "running")
          .map(({ number, configuration }) => ({ number, configuration: space.settle(configuration) }))
      : [];
  const within = known.filter(({ constraints }) => violationOf(constraints) === 0);
  const best = within.reduce<Observation | undefined>(
    (a, b) => (a === undefined || b.loss < a.loss ? b : a),
    undefined,
  );
  const position = (configuration: Configuration, name: string | undefined): number =>
    name === undefined ? 0.5 : (space.encode(configuration)[space.names.indexOf(name)] ?? Number.NaN);
  const isPlaced = (place: { readonly x: number; readonly y: number }) => !Number.isNaN(place.x + place.y);
  const points = known.map(({ trial, configuration, loss }, order) => ({
    trial,
    x: position(configuration, x),
    y: position(configuration, y),
    score: sign * loss,
    age: known.length > 1 ? 1 - order / (known.length - 1) : 0,
  }));
  return {
    kind: "surface",
    metric: scores.metric,
    goal: scores.goal,
    parameters,
    acquisition,
    others,
    at,
    total: all.length,
    surface:
      x === undefined || best === undefined || known.length < FEWEST
        ? undefined
        : draw({
            space,
            factory,
            known,
            pending: pending.map(({ configuration }) => configuration),
            x,
            y,
            acquisition,
            others,
            best,
            sign,
          }),
    points: thin(points.filter(isPlaced), MOST_POINTS),
    pending: pending
      .map(({ number, configuration }) => ({
        trial: number,
        x: position(configuration, x),
        y: position(configuration, y),
      }))
      .filter(isPlaced),
    best: best?.trial,
  };
}

function rankedParameters(history: StudyHistory, space: Space): SurfaceInsight["parameters"] {
  const { parameters } = parametersInsight(history, space.spec);
  return parameters
    .filter(({ name }) => space.valuesOf(space.names.indexOf(name)) > 1)
    .map(({ name, importance }) => ({ name, importance }))
    .sort((a, b) => (b.importance ?? 0) - (a.importance ?? 0));
}

/** What is asked for where there is such a parameter, else the most important ones. */
function chosenAxes(
  parameters: SurfaceInsight["parameters"],
  { x, y }: SurfaceQuery,
): [string | undefined, string | undefined] {
  const names = parameters.map(({ name }) => name);
  const first = x !== undefined && names.includes(x) ? x : names.find((name) => name !== y);
  const second =
    y !== undefined && names.includes(y) && y !== first ? y : names.find((name) => name !== first);
  return [first, second];
}

interface DrawInput {
  readonly space: Space;
  readonly factory: GuideFactory;
  readonly known: readonly Observation[];
  readonly pending: readonly Configuration[];
  readonly x: string;
  readonly y: string | undefined;
  readonly acquisition: SurfaceAcquisition;
  readonly others: "incumbent" | "average";
  readonly best: Observation;
  readonly sign: 1 | -1;
}

function draw(input: DrawInput): NonNullable<SurfaceInsight["surface"]> {
  const { space, factory, known, pending, sign } = input;
  const { surrogate, acquisition } = factory.make(known, pending);
  const options: AcquisitionOptions = { name: input.acquisition, xi: 0, kappa: 1.8 };
  const objective = acquisition(options);
  const unwarp = unwarping(
    surrogate.observed.map(({ loss }) => loss),
    surrogate.losses,
  );
  const base = baseOf(input);
  const bases = input.others === "incumbent" ? [base] : averaged(space, base, input);
  const look = (values: Configuration): Place => {
    const points = bases.map((other) => space.encode(space.settle({ ...other, ...values })));
    const beliefs = points.map((point) => surrogate.process.predict(point));
    const n = beliefs.length;
    return {
      mean: beliefs.reduce((sum, { mean }) => sum + mean, 0) / n,
      sd: Math.sqrt(beliefs.reduce((sum, { sd }) => sum + sd * sd, 0) / n),
      worth: meanWorth(points.map(objective.value), options.name),
    };
  };
  const x = axisOf(space, input.x);
  const y = input.y === undefined ? undefined : axisOf(space, input.y);
  const rows = y?.cells ?? [undefined];
  const places = rows.flatMap((row) =>
    x.cells.map((cell) => look({ [x.name]: cell.value, ...(y && row && { [y.name]: row.value }) })),
  );
  const inMetric = ({ mean, sd }: Place) => ({
    mean: sign * unwarp(mean),
    sd: Math.abs(unwarp(mean + sd) - unwarp(mean - sd)) / 2,
  });
  const slice = (axis: SurfaceAxis): SurfaceSlice[] =>
    axis.cells.map(({ at, value }) => {
      const { mean, sd, worth } = look({ [axis.name]: value });
      const bound = (deviations: number) => sign * unwarp(mean + sign * deviations * sd);
      return { at, mean: sign * unwarp(mean), band: [bound(-2), bound(-1), bound(1), bound(2)], worth };
    });
  return {
    x,
    y,
    mean: places.map((place) => inMetric(place).mean),
    sd: places.map((place) => inMetric(place).sd),
    worth: places.map(({ worth }) => worth),
    slices: { x: slice(x), y: y === undefined ? [] : slice(y) },
    base,
    next: nextOf(input, surrogate, objective, inMetric),
  };
}

/** The best configuration in which both axes' parameters are active, else the incumbent. */
function baseOf({ known, x, y, best }: DrawInput): Configuration {
  const active = known.filter(
    ({ configuration }) => x in configuration && (y === undefined || y in configuration),
  );
  return active.reduce((a, b) => (b.loss < a.loss ? b : a), active[0] ?? best).configuration;
}

/** Draws of the other parameters; what decides whether the axes' parameters are active stays as it is. */
function averaged(space: Space, base: Configuration, { x, y }: DrawInput): Configuration[] {
  const draws = Array.from({ length: DRAWS }, (_, i) => space.sample(random(1, i)));
  const active = draws.filter((drawn) => x in drawn && (y === undefined || y in drawn));
  return active.length > 0 ? active : [base];
}

function nextOf(
  { space, known, pending, x, y }: DrawInput,
  surrogate: Surrogate,
  objective: Objective,
  inMetric: (place: Place) => { mean: number; sd: number },
): NonNullable<SurfaceInsight["surface"]>["next"] {
  const tried = new Set(
    [...known.map(({ configuration }) => configuration), ...pending].map((c) => space.key(c)),
  );
  const found = maximize(objective, {
    space,
    random: random(2, known.length),
    around: surrogate.ranked.slice(0, 5),
    lengths: lengthScales(surrogate.process.hyperparameters),
    has: (configuration) => tried.has(space.key(configuration)),
  });
  if (found === undefined) return undefined;
  const { mean, sd } = surrogate.process.predict(found.point);
  const at = (name: string | undefined) =>
    name === undefined ? 0.5 : found.point[space.names.indexOf(name)]!;
  const place = { x: at(x), y: at(y) };
  return {
    place: Number.isNaN(place.x + place.y) ? undefined : place,
    ...inMetric({ mean, sd, worth: found.value }),
    configuration: space.decode(found.point),
  };
}
