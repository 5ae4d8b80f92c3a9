import type { BracketsInsight, RungNode } from "../../src/protocol/insight.ts";
import { formatBudget, formatNumber } from "../shared/format.ts";
import { type Bracket, layoutBrackets, placeAt, type RungBox } from "./layout.ts";
import { collectLegend } from "./legend.ts";
import {
  type BarRow,
  type LinkRow,
  type NodeRow,
  type Scene,
  type SceneData,
  type ScoreRange,
  type Spot,
  scoreRange,
  toneOf,
} from "./scene.ts";

/** Draws the given brackets of an insight into `width` pixels. */
export function collectBrackets(insight: BracketsInsight, shown: readonly Bracket[], width: number): Scene {
  const data: SceneData = {
    links: [],
    slots: [],
    bars: [],
    fadedBars: [],
    plannedBars: [],
    plainBars: [],
    cuts: [],
    solid: [],
    faded: [],
    hollow: [],
    running: [],
    failed: [],
    best: [],
    texts: [],
  };
  const range = scoreRange(insight);
  const top = collectLegend(insight, range, width, data);
  const { boxes, height } = layoutBrackets(shown, width, top);
  const brackets = new Map(shown.map((bracket) => [bracket.bracket, bracket]));
  const spots: Spot[] = [];
  for (const box of boxes) {
    const bracket = brackets.get(box.bracket)!;
    if (box.rung === 0) title(bracket, box, data);
    header(insight, bracket, box, data);
    spots.push(...rungMarks(insight, bracket, box, range, data));
  }
  links(insight, spots, data);
  star(insight.best, spots, data);
  return { data, spots, height };
}

/** Best first; then those without a score: at work, then failed. */
function inOrder(nodes: readonly RungNode[], goal: "minimize" | "maximize"): RungNode[] {
  const sign = goal === "minimize" ? 1 : -1;
  const rank = (node: RungNode) => {
    if (node.state === "failed") return 2;
    return node.score === undefined || node.score === null ? 1 : 0;
  };
  return [...nodes].sort(
    (a, b) => rank(a) - rank(b) || sign * ((a.score ?? 0) - (b.score ?? 0)) || a.trial - b.trial,
  );
}

function title({ bracket, s, state: own, rungs }: Bracket, box: RungBox, { texts }: SceneData): void {
  const y = box.top - 7;
  const state = rungs.some(({ nodes, total }) => total > nodes.length) ? "partly shown" : own;
  const name = s === undefined || s === null ? `Bracket ${bracket}` : `Bracket ${bracket} · s = ${s}`;
  const common = { trial: null, y, weight: "bold", look: "plain" } as const;
  texts.push({ ...common, key: `title ${bracket}`, text: name, x: box.x, align: "left" });
  if ((name.length + state.length + 2) * 5.8 > box.width) return;
  texts.push({
    ...common,
    key: `state ${bracket}`,
    text: state,
    x: box.x + box.width,
    align: "right",
    weight: "normal",
    look: "quiet",
  });
}

/** `27 → 9 at 9 epochs`, and at the right the score that it took to go on. */
function header(
  insight: BracketsInsight,
  { bracket, rungs }: Bracket,
  box: RungBox,
  { texts }: SceneData,
): void {
  const { budget, size, promotes, cutoff, total } = rungs[box.rung]!;
  const next = promotes ?? rungs[box.rung + 1]?.total ?? 0;
  const count = formatNumber(size ?? total);
  const goesOn = next > 0 ? `${count} → ${formatNumber(next)}` : count;
  const text = `${goesOn} at ${formatBudget(budget, insight.unit)}`;
  const common = { trial: null, y: box.top + 9, weight: "normal", look: "quiet" } as const;
  texts.push({ ...common, key: `rung ${bracket} ${box.rung}`, text, x: box.x, align: "left" });
  if (cutoff === undefined || cutoff === null) return;
  const cut = `${insight.goal === "minimize" ? "≤" : "≥"} ${formatNumber(cutoff)}`;
  // About six pixels a character: the two must not meet.
  if ((text.length + cut.length + 2) * 6 > box.width) return;
  texts.push({
    ...common,
    key: `cut ${bracket} ${box.rung}`,
    text: cut,
    x: box.x + box.width,
    align: "right",
  });
}

function rungMarks(
  insight: BracketsInsight,
  { bracket, rungs }: Bracket,
  box: RungBox,
  range: ScoreRange,
  data: SceneData,
): Spot[] {
  const rung = rungs[box.rung]!;
  const nodes = inOrder(rung.nodes, insight.goal);
  const spots = nodes.map((node, index): Spot => {
    const { x, y, width } = placeAt(box, index);
    const key = `${node.trial} ${bracket} ${box.rung}`;
    const row: NodeRow = { key, trial: node.trial, x, y, state: node.state, tone: toneOf(node.score, range) };
    if (box.isStrip) bar(row, node, box, width, data);
    else nodeList(node, data).push(row);
    const { trial } = node;
    return { key, trial, bracket, rung: box.rung, budget: rung.budget, node, x, y, isStrip: box.isStrip };
  });
  for (let index = nodes.length; index < box.places; index++) {
    const { x, y, width } = placeAt(box, index);
    const key = `slot ${bracket} ${box.rung} ${index}`;
    const row: NodeRow = { key, trial: null, x, y, state: "planned", tone: 0 };
    if (box.isStrip) data.plannedBars.push({ ...row, ...bounds(x, box, width) });
    else data.slots.push(row);
  }
  if (box.isStrip) cut(nodes, rung.cutoff, box, data);
  return spots;
}

function nodeList({ state, score }: RungNode, data: SceneData): NodeRow[] {
  if (state === "failed") return data.failed;
  if (state === "running") return data.running;
  if (state === "paused") return data.hollow;
  if (score === undefined || score === null) return data.slots;
  return state === "stopped" ? data.faded : data.solid;
}

function bounds(
  x: number,
  { body, height }: RungBox,
  width: number,
): { x: number; x2: number; y: number; y2: number } {
  const gap = width >= 4 ? 1 : width >= 2 ? 0.5 : 0;
  return { x: x - width / 2, x2: x + width / 2 - gap, y: body, y2: body + height };
}

function bar(row: NodeRow, node: RungNode, box: RungBox, width: number, data: SceneData): void {
  barList(node, data).push({ ...row, ...bounds(row.x, box, width) });
}

function barList({ state, score }: RungNode, data: SceneData): BarRow[] {
  if (score === undefined || score === null || state === "failed") return data.plainBars;
  return state === "stopped" ? data.fadedBars : data.bars;
}

/** A line after the last trial that was good enough to go on. */
function cut(
  nodes: readonly RungNode[],
  cutoff: number | null | undefined,
  box: RungBox,
  data: SceneData,
): void {
  if (cutoff === undefined || cutoff === null) return;
  const last = nodes.findLastIndex((node) => node.score === cutoff);
  if (last < 0 || last + 1 >= box.places) return;
  const x = box.x + ((last + 1) * box.width) / box.places;
  const key = `cutline ${box.bracket} ${box.rung}`;
  data.cuts.push({
    key,
    trial: null,
    x,
    x2: x,
    y: box.body - 3,
    y2: box.body + box.height + 3,
    state: "planned",
    tone: 0,
  });
}

/** From a promoted trial's node to its next one: an S of four points, as wide as the budget that was spent. */
function links({ brackets }: BracketsInsight, spots: readonly Spot[], data: SceneData): void {
  const largest = Math.max(1, ...brackets.flatMap(({ rungs }) => rungs.map(({ budget }) => budget)));
  const byKey = new Map(spots.map((spot) => [spot.key, spot]));
  for (const spot of spots) {
    const next = byKey.get(`${spot.trial} ${spot.bracket} ${spot.rung + 1}`);
    if (next === undefined) continue;
    data.links.push(...linkRows(spot, next, 0.75 + 3 * Math.sqrt(next.budget / largest)));
  }
}

function linkRows(from: Spot, to: Spot, width: number): LinkRow[] {
  const y1 = from.y + (from.isStrip ? 8 : 6);
  const y2 = to.y - (to.isStrip ? 8 : 6);
  const points = [
    [from.x, y1],
    [from.x, y1 + (y2 - y1) * 0.4],
    [to.x, y1 + (y2 - y1) * 0.6],
    [to.x, y2],
  ] as const;
  return points.map(([x, y], order) => ({
    key: `${from.key} ${order}`,
    // Not `trial`: a link is no target for the pointer.
    link: from.key,
    order,
    x,
    y,
    width,
  }));
}

/** The incumbent's last node carries the star. */
function star(best: number | null | undefined, spots: readonly Spot[], data: SceneData): void {
  const last = spots.findLast((spot) => spot.trial === best);
  if (last === undefined) return;
  const y = last.isStrip ? last.y - 14 : last.y;
  data.best.push({ key: "best", trial: last.trial, x: last.x, y, state: "best", tone: 1 });
}

/** What is drawn over the picture for a selected trial: rings around its nodes, and the way between them. */
export function collectSelection(
  scene: Scene,
  trial: number | undefined,
): { readonly rings: readonly NodeRow[]; readonly path: readonly LinkRow[] } {
  const spots = trial === undefined ? [] : scene.spots.filter((spot) => spot.trial === trial);
  const keys = new Set(spots.map(({ key }) => key));
  return {
    rings: spots.map((spot) => ring(spot, "selected")),
    path: scene.data.links
      .filter(({ link }) => keys.has(link))
      .map((row) => ({ ...row, key: `path ${row.key}` })),
  };
}

export function ring(spot: Spot, name: string): NodeRow & { readonly shape: string } {
  const shape = spot.isStrip ? "triangle-down" : "circle";
  const y = spot.isStrip ? spot.y - 13 : spot.y;
  return {
    key: `${name} ${spot.key}`,
    trial: spot.trial,
    x: spot.x,
    y,
    state: spot.node.state,
    tone: 1,
    shape,
  };
}

/** The spot that a mark belongs to: of its trial's spots the one at its height. */
export function nearestSpot(scene: Scene | undefined, row: NodeRow): Spot | undefined {
  const own = scene?.spots.filter((spot) => spot.trial === row.trial) ?? [];
  return own.sort((a, b) => Math.abs(a.y - row.y) - Math.abs(b.y - row.y))[0];
}
