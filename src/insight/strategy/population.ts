import type { Configuration } from "../../protocol/space.ts";
import type { PopulationInsight } from "../../protocol/strategyInsight.ts";
import type { TrialNumber } from "../../protocol/trial.ts";
import { compete } from "../../strategies/evolution/differential.ts";
import { type Observation, Observations } from "../../strategies/observations.ts";
import { momentOf } from "./past.ts";
import { scoreOf, type ViewInput } from "./source.ts";

const MOST_POINTS = 600;

interface PopulationOptions {
  readonly variant: "aging" | "de";
  readonly population: number;
}

/** The population of an evolution, and how each trial came about: what the proposals' notes tell. */
export function populationView({
  history,
  input,
  query,
  asked,
  sign,
}: ViewInput): Omit<PopulationInsight, "kind" | "metric" | "goal" | "strategy" | "title"> {
  const { variant, population: size } = input.options as unknown as PopulationOptions;
  const { events, at, total, next } = momentOf(history, query.at, asked);
  const observations = new Observations();
  const parents = new Map<TrialNumber, readonly TrialNumber[]>();
  const configurations = new Map<TrialNumber, Configuration>();
  for (const event of events) {
    observations.tell(event);
    if (event.type !== "started") continue;
    configurations.set(event.trial, event.configuration);
    parents.set(event.trial, parentsIn(event.note));
  }
  const { finished } = observations;
  const alive = aliveOf(finished, variant, size);
  const shown = finished.slice(-MOST_POINTS);
  const points = shown.map((observation, order): PopulationInsight["points"][number] => {
    const { trial, configuration, loss } = observation;
    const made = parents.get(trial) ?? [];
    const from = made[0] === undefined ? undefined : configurations.get(made[0]);
    return {
      trial,
      score: scoreOf(loss, sign),
      isAlive: alive.has(observation),
      member: trial % size,
      age: shown.length > 1 ? 1 - order / (shown.length - 1) : 0,
      parents: made,
      changes: from === undefined ? [] : changesBetween(from, configuration, input.space.names),
    };
  });
  return {
    view: "population",
    at,
    total,
    variant,
    size,
    points: points.sort((a, b) => a.trial - b.trial),
    earlier: finished.length - shown.length,
    next,
  };
}

/** A journal may come from a version that kept no parents. */
function parentsIn(note: unknown): readonly TrialNumber[] {
  const parents = (note as { readonly parents?: unknown } | null | undefined)?.parents;
  return Array.isArray(parents) ? parents.filter((parent) => Number.isInteger(parent)) : [];
}

/** Aging: the last to end; differential evolution: the winner of each member's place. */
function aliveOf(
  finished: readonly Observation[],
  variant: "aging" | "de",
  size: number,
): ReadonlySet<Observation | undefined> {
  if (variant === "aging") return new Set(finished.slice(-size));
  const members: (Observation | undefined)[] = new Array(size).fill(undefined);
  for (const challenger of finished) compete(members, challenger);
  return new Set(members);
}

function changesBetween(
  from: Configuration,
  to: Configuration,
  names: readonly string[],
): PopulationInsight["points"][number]["changes"] {
  return names
    .filter((name) => from[name] !== to[name])
    .map((name) => ({ name, from: from[name], to: to[name] }));
}
