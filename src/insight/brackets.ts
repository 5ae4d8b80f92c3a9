import type { StudyHistory, Trial } from "../journal/history.ts";
import type { BracketsInsight, Rung, RungNode } from "../protocol/insight.ts";
import type { PlannedBracket } from "../strategies/strategy.ts";
import { learningCurves } from "./curves.ts";
import { assess, byScore, reportAt } from "./scores.ts";
import { spread } from "./thin.ts";

/** Nodes of one rung that are sent, in the newest brackets and in older ones. */
const MOST_NODES = 300;
const MOST_NODES_OLD = 2;
/** The newest brackets are sent in full until they hold so many nodes. */
const MOST_NODES_IN_FULL = 2_500;
/** Brackets that are sent at all, planned ones included. */
const MOST_BRACKETS = 120;
const MOST_PLANNED = 12;

type Bracket = BracketsInsight["brackets"][number];

/** A rung that is filled while the trials are read. */
interface OpenRung {
  readonly budget: number;
  readonly size: number | undefined;
  readonly promotes: number | undefined;
  readonly nodes: RungNode[];
}

interface OpenBracket {
  readonly bracket: number;
  readonly s: number | undefined;
  readonly rungs: OpenRung[];
}

/**
 * The brackets as planned, with the trials in them. A trial stands in every rung that it has been in: "promoted"
 * in those it has left behind, with the score it had there, and with its own state in the last. Asynchronous
 * brackets have no plan: their rungs are the budgets seen at each placement. A population whose members are copied
 * is one bracket, with a rung for each step that one of them was run to; a copy stands in those after its source's.
 */
export function bracketsInsight(
  history: StudyHistory,
  plan: readonly PlannedBracket[] | undefined,
  unit: string,
): BracketsInsight {
  const scores = assess(history);
  const copies = history.trials.some(({ from }) => from !== undefined);
  const open = copies
    ? [steps(history.trials)]
    : plan === undefined
      ? seenBrackets(history.trials)
      : plan.map(fromPlan);
  const byNumber = new Map(open.map((bracket) => [bracket.bracket, bracket]));
  for (const trial of history.trials) {
    const bracket =
      trial.placement === undefined ? undefined : byNumber.get(copies ? 0 : trial.placement.bracket);
    if (bracket !== undefined && trial.state !== "waiting") place(trial, bracket);
  }
  const begun = open.findLastIndex(({ rungs }) => rungs.some(({ nodes }) => nodes.length > 0)) + 1;
  const end = Math.min(begun + MOST_PLANNED, open.length);
  const earlier = Math.max(0, end - MOST_BRACKETS);
  const inFull = firstInFull(open, begun);
  return {
    kind: "brackets",
    metric: scores.metric,
    goal: scores.goal,
    unit,
    brackets: open
      .slice(earlier, end)
      .map((bracket, index) => close(bracket, scores.goal, index + earlier >= inFull)),
    earlier,
    curves: learningCurves(scores),
    best: scores.best?.trial.number,
  };
}

function fromPlan({ bracket, s, rungs }: PlannedBracket): OpenBracket {
  return {
    bracket,
    s,
    rungs: rungs.map(({ budget, size }, index) => ({
      budget,
      size,
      promotes: rungs[index + 1]?.size ?? 0,
      nodes: [],
    })),
  };
}

/**
 * Brackets without a plan. A rung's budget is that of a trial placed there; a rung that all trials have left
 * again is put back between its neighbours on the geometric ladder that they span.
 */
function seenBrackets(trials: readonly Trial[]): OpenBracket[] {
  const seen = new Map<number, Map<number, number>>();
  for (const { placement, budget, state } of trials) {
    if (placement === undefined || state === "waiting") continue;
    const rungs = seen.get(placement.bracket) ?? new Map<number, number>();
    seen.set(placement.bracket, rungs.set(placement.rung, budget));
  }
  return [...seen]
    .sort(([a], [b]) => a - b)
    .map(([bracket, rungs]) => ({
      bracket,
      s: undefined,
      rungs: ladder(rungs).map((budget) => ({ budget, size: undefined, promotes: undefined, nodes: [] })),
    }));
}

/** The steps of a population: the budgets that its trials were run to, as far as they can be told. */
function steps(trials: readonly Trial[]): OpenBracket {
  const placed = trials.filter(({ placement, state }) => placement !== undefined && state !== "waiting");
  const budgets = new Set(placed.flatMap(({ budget, from }) => (from ? [from.budget, budget] : [budget])));
  const rungs = [...budgets]
    .sort((a, b) => a - b)
    .map((budget) => ({ budget, size: undefined, promotes: undefined, nodes: [] }));
  return { bracket: 0, s: undefined, rungs };
}

function ladder(seen: ReadonlyMap<number, number>): number[] {
  const known = [...seen].sort(([a], [b]) => a - b);
  const [firstRung, firstBudget] = known[0]!;
  const [lastRung, lastBudget] = known.at(-1)!;
  const eta = lastRung > firstRung ? (lastBudget / firstBudget) ** (1 / (lastRung - firstRung)) : 3;
  return Array.from({ length: lastRung + 1 }, (_, rung) => {
    const budget = seen.get(rung) ?? firstBudget * eta ** (rung - firstRung);
    return seen.has(rung) ? budget : Math.round(budget * 1000) / 1000;
  });
}

function place(trial: Trial, { rungs }: OpenBracket): void {
  const { from } = trial;
  const first = from === undefined ? 0 : rungs.findIndex(({ budget }) => budget > from.budget);
  const at = Math.min(currentRung(trial, rungs, first), rungs.length - 1);
  for (let rung = first; rung <= at; rung++) {
    const here = rungs[rung]!;
    here.nodes.push({
      trial: trial.number,
      state: rung < at ? "promoted" : nodeState(trial),
      score: rung < at ? scoreAtBudget(trial, here.budget) : currentScore(trial, here.budget),
      configuration: trial.configuration,
    });
  }
}

/** Where it was placed last. A trial that runs on by itself may have passed further rungs since. */
function currentRung(trial: Trial, rungs: readonly OpenRung[], first: number): number {
  let rung = Math.min(first + (trial.placement?.rung ?? 0), rungs.length - 1);
  // Steps of a population at which no trial rests are not told: its own budget says where it is.
  while (rung > first && rungs[rung]!.budget > trial.budget) rung--;
  const reached = trial.reports.at(-1)?.budget ?? 0;
  while (rung + 1 < rungs.length && rungs[rung + 1]!.budget <= reached) rung++;
  return rung;
}

function nodeState({ state }: Trial): RungNode["state"] {
  return state === "waiting" ? "running" : state;
}

function currentScore(trial: Trial, budget: number): number | undefined {
  if (trial.state === "failed") return undefined;
  if (trial.state === "running") return scoreAtBudget(trial, budget);
  return finite(trial.values?.[0]) ?? finite(trial.reports.at(-1)?.value);
}

function scoreAtBudget(trial: Trial, budget: number): number | undefined {
  return finite(trial.reports[reportAt(trial, budget)]?.value);
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function close(bracket: OpenBracket, goal: "minimize" | "maximize", isNew: boolean): Bracket {
  const most = isNew ? MOST_NODES : MOST_NODES_OLD;
  return {
    bracket: bracket.bracket,
    s: bracket.s,
    state: bracketState(bracket.rungs),
    rungs: bracket.rungs.map((rung): Rung => {
      const promoted = rung.nodes.filter((node) => node.state === "promoted" && node.score !== undefined);
      return {
        budget: rung.budget,
        size: rung.size,
        promotes: rung.promotes,
        cutoff: promoted
          .map((node) => node.score!)
          .sort(byScore(goal))
          .at(-1),
        total: rung.nodes.length,
        nodes: choose(rung.nodes, goal, most),
      };
    }),
  };
}

/** Position of the oldest bracket that is sent with all its nodes. */
function firstInFull(open: readonly OpenBracket[], begun: number): number {
  let left = MOST_NODES_IN_FULL;
  for (let index = begun - 1; index >= 0; index--) {
    for (const { nodes } of open[index]!.rungs) left -= Math.min(nodes.length, MOST_NODES);
    if (left < 0) return index + 1 < begun ? index + 1 : index;
  }
  return 0;
}

function bracketState(rungs: readonly OpenRung[]): Bracket["state"] {
  if (rungs.every(({ nodes }) => nodes.length === 0)) return "planned";
  const first = rungs[0]!;
  const filled = first.size === undefined || first.nodes.length >= first.size;
  const busy = rungs.some(({ nodes }) =>
    nodes.some(({ state }) => state === "running" || state === "paused"),
  );
  return filled && !busy ? "complete" : "running";
}

/** All nodes where they are few; else the best ones, those at work, and an even choice of the others. */
function choose(
  nodes: readonly RungNode[],
  goal: "minimize" | "maximize",
  most: number,
): readonly RungNode[] {
  if (nodes.length <= most) return nodes;
  const compare = byScore(goal);
  const ranked = nodes.filter((node) => node.score !== undefined).sort((a, b) => compare(a.score!, b.score!));
  const unscored = nodes.filter((node) => node.score === undefined);
  const kept = new Set(ranked.slice(0, Math.ceil(most / 6)));
  for (const node of spread(
    unscored.filter(({ state }) => state === "running"),
    Math.ceil(most / 6),
  )) {
    kept.add(node);
  }
  const others = [...ranked, ...unscored].filter((node) => !kept.has(node));
  for (const node of spread(others, most - kept.size)) kept.add(node);
  return nodes.filter((node) => kept.has(node));
}
