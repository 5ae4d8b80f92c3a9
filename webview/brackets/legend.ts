import type { BracketsInsight } from "../../src/protocol/insight.ts";
import { formatNumber } from "../shared/format.ts";
import { INSET } from "./layout.ts";
import type { NodeRow, SceneData, ScoreRange } from "./scene.ts";

const GRADIENT_WIDTH = 96;
const GRADIENT_STEPS = 24;
const LINE = 20;
const CHARACTER = 6;

const ITEMS = ["running", "paused", "promoted", "stopped", "complete", "failed", "best"] as const;

/**
 * What colours and rings mean, drawn with the same marks as the brackets. Breaks into lines where the width is
 * small; returns the height that it takes.
 */
export function collectLegend(
  { metric, curves, brackets }: BracketsInsight,
  range: ScoreRange,
  width: number,
  data: SceneData,
): number {
  const hasScores =
    curves.length > 0 || brackets.some(({ rungs }) => rungs.some(({ nodes }) => nodes.length > 0));
  const pen = { x: INSET, y: 10 };
  if (hasScores) gradient(metric, range, pen, data);
  const widthOf = (state: string) => 16 + state.length * CHARACTER + 14;
  const whole = ITEMS.reduce((sum, state) => sum + widthOf(state), 0);
  if (pen.x > INSET && pen.x + whole > width) {
    pen.x = INSET;
    pen.y += LINE;
  }
  for (const state of ITEMS) {
    const needed = widthOf(state);
    if (pen.x > INSET && pen.x + needed > width) {
      pen.x = INSET;
      pen.y += LINE;
    }
    const row: NodeRow = {
      key: `legend ${state}`,
      trial: null,
      x: pen.x + 6,
      y: pen.y,
      state,
      tone: state === "best" ? 1 : 0.7,
    };
    symbolList(state, data).push(row);
    text(state, state, pen.x + (state === "best" ? 19 : 16), pen.y, data);
    pen.x += needed;
  }
  return pen.y + LINE;
}

function symbolList(state: (typeof ITEMS)[number], data: SceneData): NodeRow[] {
  switch (state) {
    case "running":
      return data.running;
    case "paused":
      return data.hollow;
    case "stopped":
      return data.faded;
    case "failed":
      return data.failed;
    case "best":
      return data.best;
    default:
      return data.solid;
  }
}

/** The metric's name, its worst score, the colours, its best score. */
function gradient(metric: string, range: ScoreRange, pen: { x: number; y: number }, data: SceneData): void {
  const { y } = pen;
  const worst = `${metric}  ${formatNumber(range.worst)}`;
  const best = formatNumber(range.best);
  text("worst", worst, pen.x, y, data);
  pen.x += worst.length * CHARACTER + 4;
  const step = GRADIENT_WIDTH / GRADIENT_STEPS;
  for (let i = 0; i < GRADIENT_STEPS; i++) {
    const x = pen.x + i * step;
    const tone = (i + 0.5) / GRADIENT_STEPS;
    // A hair wider than its step, so that no seam shows.
    data.bars.push({
      key: `legend ${i}`,
      trial: null,
      x,
      x2: x + step + 0.5,
      y: y - 5,
      y2: y + 5,
      state: "complete",
      tone,
    });
  }
  pen.x += GRADIENT_WIDTH + 6;
  text("best score", best, pen.x, y, data);
  pen.x += best.length * CHARACTER + 24;
}

function text(key: string, words: string, x: number, y: number, { texts }: SceneData): void {
  texts.push({
    key: `legend text ${key}`,
    trial: null,
    text: words,
    x,
    y: y + 4,
    align: "left",
    weight: "normal",
    look: "quiet",
  });
}
