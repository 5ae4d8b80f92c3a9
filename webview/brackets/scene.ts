import type { BracketsInsight, RungNode } from "../../src/protocol/insight.ts";
import type { Row } from "../shared/chart.ts";

/** A trial at a rung, placed: what the pointer and the keyboard find. */
export interface Spot {
  readonly key: string;
  readonly trial: number;
  readonly bracket: number;
  readonly rung: number;
  readonly budget: number;
  readonly node: RungNode;
  readonly x: number;
  readonly y: number;
  readonly isStrip: boolean;
}

export interface NodeRow extends Row {
  readonly x: number;
  readonly y: number;
  readonly state: RungNode["state"] | "planned" | "best";
  /** 0 (worst) to 1 (best). */
  readonly tone: number;
}

export interface BarRow extends NodeRow {
  readonly x2: number;
  readonly y2: number;
}

export interface LinkRow extends Row {
  readonly link: string;
  readonly order: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface TextRow extends Row {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly align: "left" | "right";
  readonly weight: "normal" | "bold";
  readonly look: "plain" | "quiet";
}

/** The whole picture as flat data, in pixels. */
export interface Scene {
  readonly data: {
    readonly links: readonly LinkRow[];
    readonly slots: readonly NodeRow[];
    readonly bars: readonly BarRow[];
    readonly fadedBars: readonly BarRow[];
    readonly plannedBars: readonly BarRow[];
    /** Trials without a score: running or failed. */
    readonly plainBars: readonly BarRow[];
    readonly cuts: readonly BarRow[];
    readonly solid: readonly NodeRow[];
    readonly faded: readonly NodeRow[];
    readonly hollow: readonly NodeRow[];
    readonly running: readonly NodeRow[];
    readonly failed: readonly NodeRow[];
    readonly best: readonly NodeRow[];
    readonly texts: readonly TextRow[];
  };
  readonly spots: readonly Spot[];
  readonly height: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : never };
export type SceneData = Writable<Scene["data"]>;

/** The range of scores that colours span: outliers beyond the worst tenth take its colour. */
export interface ScoreRange {
  readonly best: number;
  readonly worst: number;
}

/**
 * Where between the worst (0) and the best score (1), in steps that the eye cannot tell apart: so that a range
 * that shifts a little does not redraw every mark.
 */
export function toneOf(score: number | null | undefined, { best, worst }: ScoreRange): number {
  if (score === null || score === undefined) return 0;
  if (best === worst) return 1;
  return Math.round(100 * Math.min(1, Math.max(0, (score - worst) / (best - worst)))) / 100;
}

export function scoreRange({ brackets, curves, goal }: BracketsInsight): ScoreRange {
  const nodes = brackets.flatMap(({ rungs }) =>
    rungs.flatMap((rung) => rung.nodes.map(({ score }) => score)),
  );
  const scores = nodes.filter((score) => score !== undefined && score !== null);
  if (scores.length === 0) scores.push(...curves.flatMap(({ points }) => points.map(({ score }) => score)));
  scores.sort((a, b) => (goal === "minimize" ? a - b : b - a));
  return { best: scores[0] ?? 0, worst: scores[Math.floor((scores.length - 1) * 0.9)] ?? 0 };
}
