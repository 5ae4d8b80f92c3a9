import type { ChainsInsight } from "../../protocol/strategyInsight.ts";
import type { Space } from "../../space/space.ts";
import type { Chain, Visit } from "../../strategies/hypergradient/chain.ts";
import { HypergradientSearch, silence } from "../../strategies/hypergradient/hypergradient.ts";
import { axisOf } from "../surfaceAxis.ts";
import { momentOf } from "./past.ts";
import { Replay } from "./replay.ts";
import { placed, proposalOf, scoreOf, type ViewInput } from "./source.ts";

const MOST_PARAMETERS = 12;
const MOST_CHAINS = 12;
const MOST_VISITS = 100;

/** The chains of `hypergradient`, step by step: the study's trials are told to it anew. */
export function chainsView(
  input: ViewInput,
): Omit<ChainsInsight, "kind" | "metric" | "goal" | "strategy" | "title"> {
  const { space } = input.input;
  const { events, at, total, next } = momentOf(input.history, input.query.at, input.asked);
  input.replays.chains ??= new Replay(() => new HypergradientSearch(input.input));
  const search = input.replays.chains.after(events);
  const moving = furthest(space, search);
  const names = moving.slice(0, MOST_PARAMETERS);
  const first = Math.max(0, search.chains.length - MOST_CHAINS);
  return {
    view: "chains",
    at,
    total,
    parameters: names.map((name) => axisOf(space, name)),
    hidden: moving.length - names.length,
    chains: search.chains.slice(first).map((chain, i) => ({
      chain: first + i,
      ended: chain.ended,
      running: chain.running,
      step: chain.step,
      best: bestOf(chain, input.sign),
      visits: visitsOf(chain, input, names),
    })),
    earlier: first,
    silence: search.isSilent ? silence(search.region.names) : undefined,
    next: proposalOf(space, names, next),
  };
}

/** The parameters that move, those that have moved furthest first; as in the space where that says nothing. */
function furthest(space: Space, { region, chains }: HypergradientSearch): readonly string[] {
  const reach = new Map<string, number>();
  for (const { visits } of chains)
    for (const name of region.names) {
      const places = visits.flatMap(({ configuration }) => {
        const value = configuration[name];
        return value === undefined ? [] : [space.positionOf(name, value)];
      });
      const own = places.length === 0 ? 0 : Math.max(...places) - Math.min(...places);
      reach.set(name, Math.max(own, reach.get(name) ?? 0));
    }
  return region.names.toSorted((a, b) => (reach.get(b) ?? 0) - (reach.get(a) ?? 0));
}

function bestOf({ visits }: Chain, sign: 1 | -1): number | undefined {
  const best = visits.findLast(({ became }) => became === "best");
  return best && scoreOf(best.loss, sign);
}

function visitsOf(
  { visits }: Chain,
  { input: { space }, sign }: ViewInput,
  names: readonly string[],
): ChainsInsight["chains"][number]["visits"] {
  const places = names.map((name) => space.names.indexOf(name));
  const slopes = ({ gradient }: Visit) =>
    places.map((place) => {
      const slope = gradient?.[place] ?? Number.NaN;
      return Number.isFinite(slope) ? sign * slope : null;
    });
  return visits
    .map((visit, i) => ({
      ...placed(space, names, visit, scoreOf(visit.loss, sign)),
      iteration: i + 1,
      became: visit.became,
      step: visit.step,
      from: visit.from,
      slopes: slopes(visit),
    }))
    .slice(-MOST_VISITS);
}
