import type { LearningCurve } from "../../src/protocol/learning.ts";
import type { Row } from "../shared/chart.ts";
import { wholeSpan } from "../shared/span.ts";

/** Whose a line is: of what learns, or of something that it is compared with. */
export type Role = "learned" | "other";

export interface CurveRow extends Row {
  readonly name: string;
  readonly role: Role;
  readonly width: number;
  readonly step: number;
  readonly y: number;
}

/** A line's name at its end. */
export interface LabelRow extends Row {
  readonly name: string;
  readonly role: Role;
  readonly step: number;
  readonly y: number;
}

/** Figures that share an axis, over the iterations. */
export interface LearningTrack {
  readonly title: string;
  readonly lines: readonly CurveRow[];
  readonly labels: readonly LabelRow[];
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** Figures of systems that are all of one kind and belong on one axis: its title, and those that are the learned one's own. */
const SHARED: Readonly<Record<string, { readonly title: string; readonly learned: readonly string[] }>> = {
  optimizer: { title: "mean loss of a run", learned: ["training", "validation", "best"] },
};

/** Points of a line at most: more than a chart has pixels for. */
const MOST_POINTS = 400;
/** Names at the ends of lines that are nearer than this part of the axis would be written over each other. */
const NEAREST = 0.06;

const WIDTHS: Readonly<Record<Role, number>> = { learned: 2.25, other: 1.25 };

/** Every figure that was told, in the order of the first telling. */
export const figureNames = ({ points }: LearningCurve): readonly string[] => [
  ...new Set(points.flatMap(({ figures }) => Object.keys(figures))),
];

export const roleOf = ({ system }: LearningCurve, name: string): Role =>
  SHARED[system]?.learned.includes(name) === false ? "other" : "learned";

export function collectTracks(curve: LearningCurve): readonly LearningTrack[] {
  const names = figureNames(curve);
  if (names.length === 0) return [];
  const shared = SHARED[curve.system];
  return shared === undefined
    ? names.map((name) => trackOf(curve, name, [name]))
    : [trackOf(curve, shared.title, names)];
}

/** Iterations that the charts span. */
export const iterationSpan = ({ of, points }: LearningCurve): number =>
  Math.max(1, of ?? 1, points.at(-1)?.iteration ?? 1);

function trackOf(curve: LearningCurve, title: string, names: readonly string[]): LearningTrack {
  const stride = Math.ceil(curve.points.length / MOST_POINTS);
  const kept = curve.points.filter((_, i) => i % stride === 0 || i === curve.points.length - 1);
  const lines = names.flatMap((name) =>
    kept.flatMap(({ iteration, figures }): CurveRow[] => {
      const y = figures[name];
      if (typeof y !== "number" || !Number.isFinite(y)) return [];
      const role = roleOf(curve, name);
      return [{ key: `${name} ${iteration}`, name, role, width: WIDTHS[role], step: iteration, y }];
    }),
  );
  const ys = lines.map(({ y }) => y);
  // What spans decades, as losses do; a reward does not.
  const isLog = ys.length > 0 && ys.every((y) => y > 0) && Math.max(...ys) > 20 * Math.min(...ys);
  const span = wholeSpan(ys, isLog);
  const labels = names.length > 1 ? labelsOf(lines, names, { ...span, isLog }) : [];
  return { title, lines, labels, ...span, isLog };
}

/** Names at the ends of the lines, those of what learns first; one that would lie on another is left out. */
function labelsOf(
  lines: readonly CurveRow[],
  names: readonly string[],
  { low, high, isLog }: { readonly low: number; readonly high: number; readonly isLog: boolean },
): readonly LabelRow[] {
  const at = (y: number): number =>
    isLog ? Math.log(y / low) / Math.log(high / low) : (y - low) / (high - low);
  const ends = names.flatMap((name) => lines.findLast((row) => row.name === name) ?? []);
  const byRank = [...ends].sort((a, b) => Number(a.role === "other") - Number(b.role === "other"));
  const kept: CurveRow[] = [];
  for (const end of byRank) {
    if (kept.every(({ y }) => Math.abs(at(y) - at(end.y)) >= NEAREST)) kept.push(end);
  }
  return kept.map((end) => ({ ...end, key: `label ${end.name}` }));
}
