import type { ParameterInsight } from "../protocol/insight.ts";
import type { Parameter, Value } from "../protocol/space.ts";
import { formatNumber, formatValue } from "./format.ts";

/** Small pictures for hovers, as SVG data URIs: a hover's Markdown can show images but no theme variables. */

export interface Ink {
  readonly text: string;
  readonly mark: string;
  readonly best: string;
  readonly line: string;
}

export const LIGHT_INK: Ink = { text: "#616161", mark: "#3a76c4", best: "#b5530a", line: "#c8c8c8" };
export const DARK_INK: Ink = { text: "#a0a0a0", mark: "#5aa2f0", best: "#f2b25c", line: "#4a4a4a" };

const WIDTH = 260;
const LEFT = 44;
const RIGHT = 10;
const TOP = 8;

const escapeXml = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);

function svg(height: number, title: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="10"><title>${escapeXml(title)}</title>${body}</svg>`;
}

export function dataUri(picture: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(picture, "utf8").toString("base64")}`;
}

function scaleOf(values: readonly number[], from: number, to: number): (value: number) => number {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  return (value) => (span === 0 ? (from + to) / 2 : from + ((value - low) / span) * (to - from));
}

const px = (value: number) => value.toFixed(1);

const text = (x: number, y: number, anchor: "start" | "middle" | "end", fill: string, content: string) =>
  `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" fill="${fill}">${escapeXml(content)}</text>`;

/**
 * The range that most scores lie in: Tukey's outer fences, three interquartile ranges beyond the quartiles. One diverged
 * run must not press all others into a line.
 */
function ordinary(values: readonly number[]): { low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
  const reach = 3 * (at(0.75) - at(0.25));
  return { low: Math.max(at(0), at(0.25) - reach), high: Math.min(at(1), at(0.75) + reach) };
}

const clamp = (value: number, { low, high }: { low: number; high: number }) =>
  Math.min(high, Math.max(low, value));

/** The ends of the vertical axis; an end that values lie beyond says so. */
function yAxis(values: readonly number[], bottom: number, ink: Ink, shown = values): string {
  const high = Math.max(...shown);
  const least = Math.min(...shown);
  const top = (Math.max(...values) > high ? "≥ " : "") + formatNumber(high);
  const low = (Math.min(...values) < least ? "≤ " : "") + formatNumber(least);
  return (
    `<path d="M${LEFT} ${TOP}V${bottom}H${WIDTH - RIGHT}" fill="none" stroke="${ink.line}"/>` +
    text(LEFT - 4, TOP + 8, "end", ink.text, top) +
    (top === low ? "" : text(LEFT - 4, bottom, "end", ink.text, low))
  );
}

/** A learning curve; undefined below 2 finite points. */
export function curvePicture(curve: readonly number[], metric: string, ink: Ink): string | undefined {
  const values = curve.filter(Number.isFinite);
  if (values.length < 2) {
    return undefined;
  }
  const bottom = 60;
  const y = scaleOf(values, bottom - 3, TOP + 2);
  const step = (WIDTH - LEFT - RIGHT) / (values.length - 1);
  const points = values.map((value, i) => `${px(LEFT + i * step)},${px(y(value))}`).join(" ");
  return svg(
    bottom + 16,
    `${metric} over the trial's reports`,
    yAxis(values, bottom, ink) +
      `<polyline points="${points}" fill="none" stroke="${ink.mark}" stroke-width="1.5"/>` +
      text(WIDTH - RIGHT, bottom + 12, "end", ink.text, metric),
  );
}

interface Axis {
  place(value: Value): number;
  readonly labels: string;
}

function numericAxis(values: readonly number[], log: boolean, bottom: number, ink: Ink): Axis {
  const turn = log ? Math.log10 : (value: number) => value;
  const x = scaleOf(values.map(turn), LEFT + 6, WIDTH - RIGHT - 6);
  const low = formatNumber(Math.min(...values));
  const high = formatNumber(Math.max(...values));
  return {
    place: (value) => x(turn(Number(value))),
    labels:
      text(LEFT, bottom + 12, "start", ink.text, low) +
      (high === low ? "" : text(WIDTH - RIGHT, bottom + 12, "end", ink.text, high)),
  };
}

function categoryAxis(values: readonly Value[], bottom: number, ink: Ink): Axis {
  const categories = [...new Set(values.map(formatValue))];
  const step = (WIDTH - LEFT - RIGHT) / categories.length;
  const room = Math.max(3, Math.floor(step / 6));
  const place = (name: string) => LEFT + (categories.indexOf(name) + 0.5) * step;
  return {
    place: (value) => place(formatValue(value)),
    labels: categories
      .map((name) =>
        text(
          place(name),
          bottom + 12,
          "middle",
          ink.text,
          name.length > room ? `${name.slice(0, room - 1)}…` : name,
        ),
      )
      .join(""),
  };
}

/** Score over the values of one parameter, the best trial marked; undefined without a finite score. */
export function effectPicture(
  insight: ParameterInsight,
  parameter: Parameter | undefined,
  best: number | undefined,
  metric: string,
  ink: Ink,
): string | undefined {
  const points = insight.effect.filter((point) => Number.isFinite(point.score));
  if (points.length === 0) {
    return undefined;
  }
  const bottom = 70;
  const values = points.map((point) => point.value);
  const numeric = values.every((value) => typeof value === "number");
  const log = parameter !== undefined && "scale" in parameter && parameter.scale === "log";
  const axis = numeric ? numericAxis(values, log, bottom, ink) : categoryAxis(values, bottom, ink);
  const scores = points.map((point) => point.score);
  const range = ordinary(scores);
  const shown = scores.map((score) => clamp(score, range));
  const y = scaleOf(shown, bottom - 5, TOP + 4);
  const dots = points
    .toSorted((a, b) => Number(a.trial === best) - Number(b.trial === best))
    .map((point) => {
      const isBest = point.trial === best;
      return `<circle cx="${px(axis.place(point.value))}" cy="${px(y(clamp(point.score, range)))}" r="${isBest ? 4 : 2.5}" fill="${isBest ? ink.best : ink.mark}"${isBest ? "" : ' fill-opacity="0.55"'}/>`;
    })
    .join("");
  return svg(
    bottom + 18,
    `${metric} over ${insight.name}`,
    yAxis(scores, bottom, ink, shown) + axis.labels + dots,
  );
}
