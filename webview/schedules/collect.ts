import type { ScheduleLine, ScheduleQuantity, SchedulesInsight } from "../../src/protocol/insight.ts";
import type { Value } from "../../src/protocol/space.ts";
import type { Row } from "../shared/chart.ts";
import { scoreSpan, wholeSpan } from "../shared/span.ts";

/** A point of a line; lines are told apart by `line`. */
export interface LineRow extends Row {
  readonly trial: number;
  readonly line: string;
  readonly step: number;
  readonly y: number;
  readonly opacity: number;
}

/** A copy: from the source's place to its own, at one step. */
export interface LinkRow extends Row {
  readonly trial: number;
  readonly step: number;
  readonly y: number;
  readonly y2: number;
  /** Whether the copy's place is above the source's. */
  readonly angle: number;
}

export interface Track {
  readonly data: {
    readonly lines: readonly LineRow[];
    readonly links: readonly LinkRow[];
    readonly heads: readonly LinkRow[];
    readonly winner: readonly LineRow[];
    readonly ends: readonly LineRow[];
  };
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** The steps that both charts span. */
export function stepSpan({ series }: SchedulesInsight): number {
  const ends = series.flatMap(({ lines }) => lines.map(({ steps }) => steps.at(-1)!));
  return Math.max(1, ...ends);
}

const linesOf = ({ series }: SchedulesInsight): ScheduleLine[] => series.flatMap(({ lines }) => lines);

/** Where a value stands on its axis: numbers by themselves, choices by their positions; undefined where it has none. */
function placeOf(value: Value | undefined, { choices }: ScheduleQuantity): number | undefined {
  if (choices !== undefined) {
    const at = choices.indexOf(value as Value);
    return at < 0 ? undefined : at;
  }
  return typeof value === "number" ? value : undefined;
}

/** What was stopped is fainter: it came to nothing. */
const opacityOf = ({ state }: ScheduleLine): number =>
  state === "stopped" || state === "failed" ? 0.35 : 0.75;

interface Point {
  readonly step: number;
  readonly y: number;
}

function rowsOf(line: ScheduleLine, points: readonly Point[], key: string): LineRow[] {
  const { trial } = line;
  return points.map(({ step, y }, i) => ({
    key: `${key} ${trial} ${i}`,
    trial,
    line: String(trial),
    step,
    y,
    opacity: opacityOf(line),
  }));
}

/** The part of a trial's points that led to the best, with its end at `to` where that lies between two of them. */
function part(points: readonly Point[], from: number, to: number): Point[] {
  const inside = points.filter(({ step }) => step >= from && step <= to);
  const last = points.findLast(({ step }) => step <= to);
  return last !== undefined && last.step < to && points.at(-1)!.step > to
    ? [...inside, { step: to, y: last.y }]
    : inside;
}

function track(insight: SchedulesInsight, pointsOf: (line: ScheduleLine) => readonly Point[]): Track["data"] {
  const lines = linesOf(insight).map((line) => ({ line, points: pointsOf(line) }));
  const byTrial = new Map(lines.map((one) => [one.line.trial, one]));
  const links = insight.events.flatMap(({ trial, from, step }): LinkRow[] => {
    const source = byTrial.get(from)?.points.findLast((point) => point.step <= step);
    const first = byTrial.get(trial)?.points[0];
    if (source === undefined || first === undefined) return [];
    // Scores of a copy begin an interval after it: the link ends where its source was.
    if (first.step > step) return [];
    return [
      { key: `copy ${trial}`, trial, step, y: first.y, y2: source.y, angle: first.y > source.y ? 0 : 180 },
    ];
  });
  return {
    lines: lines.flatMap(({ line, points }) => rowsOf(line, points, "line")),
    links,
    heads: links.map((link) => ({ ...link, key: `head ${link.trial}` })),
    winner: winnerRows(insight, byTrial),
    ends: lines.flatMap(({ line, points }) => rowsOf(line, points.slice(-1), "end")),
  };
}

/** One line through all trials that led to the best. */
function winnerRows(
  { winner }: SchedulesInsight,
  byTrial: ReadonlyMap<number, { readonly line: ScheduleLine; readonly points: readonly Point[] }>,
): LineRow[] {
  return winner.flatMap(({ trial, from, to }) => {
    const one = byTrial.get(trial);
    if (one === undefined) return [];
    const rows = rowsOf(one.line, part(one.points, from, to), "winner");
    return rows.map((row) => ({ ...row, line: "winner", opacity: 1 }));
  });
}

/** A quantity over the steps. */
export function collectQuantity(insight: SchedulesInsight, quantity: ScheduleQuantity): Track {
  const data = track(insight, ({ steps, values }) =>
    steps.flatMap((step, i) => {
      const y = placeOf(values[quantity.name]?.[i], quantity);
      return y === undefined ? [] : [{ step, y }];
    }),
  );
  const ys = data.lines.map(({ y }) => y);
  const isLog = quantity.isLog && ys.every((y) => y > 0);
  if (quantity.choices !== undefined) return { data, low: -0.5, high: quantity.choices.length - 0.5, isLog };
  return { data, ...wholeSpan(ys, isLog), isLog };
}

/** The score over the steps. A copy's line begins with the score that it took over. */
export function collectScores(insight: SchedulesInsight): Track {
  const byTrial = new Map(linesOf(insight).map((line) => [line.trial, line]));
  const source = new Map(insight.events.map((event) => [event.trial, event]));
  const data = track(insight, ({ trial, scores }) => {
    const event = source.get(trial);
    const taken = event && byTrial.get(event.from)?.scores.findLast(({ step }) => step <= event.step);
    const first = taken && event ? [{ step: event.step, y: taken.score }] : [];
    return [...first, ...scores.map(({ step, score }) => ({ step, y: score }))];
  });
  const all = linesOf(insight).flatMap(({ scores }) => scores.map(({ score }) => score));
  const isLog =
    all.length > 0 && all.every((score) => score > 0) && Math.max(...all) / Math.min(...all) >= 20;
  return { data: { ...data, links: [], heads: [] }, ...scoreSpan(all, insight.goal, isLog), isLog };
}
