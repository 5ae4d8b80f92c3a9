import type { TraceEvent, TraceInsight, TraceLine, TracePair } from "../../src/protocol/insight.ts";
import type { Table } from "../shared/export.ts";
import { formatNumber, formatScore } from "../shared/format.ts";
import type { TooltipContent } from "../shared/tooltip.ts";
import { lookAt, medians, verdict } from "./collect.ts";

const WHO: Readonly<Record<TraceLine["control"], string>> = {
  policy: "under the policy",
  descent: "under hypergradient descent",
  "real-time": "under real-time hypergradients",
  own: "own schedule",
};

export const whoOf = ({ control }: TraceLine): string => WHO[control];

/** What drives trainings of the study: a study has one driver. */
export function driverOf({ lines }: TraceInsight): string {
  const driven = lines.find(({ control }) => control !== "own");
  if (driven?.control === "descent") return "hypergradient descent";
  return driven?.control === "real-time" ? "real-time hypergradients" : "the policy";
}

const capital = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;

/** One sentence: whether the policy pays. */
export function verdictText(insight: TraceInsight): string {
  const driver = driverOf(insight);
  const { better, of } = verdict(insight);
  const middle = medians(insight);
  const [is, pays] = driver.endsWith("s") ? ["are", "pay"] : ["is", "pays"];
  if (middle === undefined) return `Whether ${driver} ${pays} shows as soon as a training has run both ways.`;
  const [own, policy] = middle;
  const scores = `${insight.metric} ${formatNumber(policy)} under ${driver}, ${formatNumber(own)} with the script's own schedule`;
  return of === 1
    ? `${capital(driver)} ${is} ${better === 1 ? "better" : "no better"}: ${scores}.`
    : `${capital(driver)} ${is} better in ${better} of ${of} pairs; medians: ${scores}.`;
}

export function pairLabel({ own, policy, scores: [first, second] }: TracePair): string {
  const name = `#${own} and #${policy}`;
  return first === null && second === null ? name : `${name}: ${formatScore(first)} → ${formatScore(second)}`;
}

/** What is read off a training at a step, and what people call it. */
const READ = [
  ["rate", "learning rate"],
  ["own", "script's own"],
  ["momentum", "momentum"],
  ["decay", "weight decay"],
  ["loss", "loss"],
  ["validation", "validation loss"],
  ["change", "s₁"],
  ["spread", "s₂"],
  ["hypergradient", "hypergradient"],
  ["hypergradientOfMomentum", "of the momentum"],
  ["hypergradientOfDecay", "of the decay"],
] as const satisfies readonly (readonly [keyof TraceLine["values"], string])[];

export const READINGS = READ.map(([, name]) => name);

/** What is known of a training at a step: a row of the readout. */
export function readings(line: TraceLine, step: number): readonly string[] {
  const at = lookAt(line, step);
  return READ.map(([name]) => (at === undefined ? "–" : formatScore(line.values[name]?.[at])));
}

/** Of the readings, those that any of the lines has. */
export function readingsSeen(lines: readonly TraceLine[]): readonly number[] {
  return READ.flatMap(([name], i) => (lines.some(({ values }) => values[name] !== undefined) ? [i] : []));
}

/** What happened, in words. */
export const EVENTS: Readonly<Record<TraceEvent["kind"], string>> = {
  rollback: "put back",
  fallback: "back to its own schedule",
  left: "no longer watched",
};

/** A point of a line: the training, and what it was at that step. */
export function pointTip(line: TraceLine, step: number): TooltipContent {
  const values = readings(line, step);
  return {
    title: `#${line.trial} · ${whoOf(line)}`,
    lines: [
      ["step", formatNumber(step)],
      ...READINGS.flatMap((name, i): (readonly [string, string])[] =>
        values[i] === "–" ? [] : [[name, values[i]!]],
      ),
    ],
  };
}

/** The pairs, the steps of each training, and what happened to them. */
export function traceTables(insight: TraceInsight): readonly Table[] {
  const { metric, pairs, lines, events } = insight;
  const scores: Table = {
    title: "Pairs",
    columns: ["own schedule", `under ${driverOf(insight)}`, `${metric}, own`, `${metric}, driven`],
    rows: pairs.map(({ own, policy, scores: [first, second] }) => ({
      trial: policy,
      cells: [own, policy, first, second],
    })),
  };
  const steps: Table = {
    title: "Steps",
    columns: ["trial", "who sets the learning rate", "step", ...READINGS],
    rows: lines.flatMap((line) =>
      line.steps.map((step, i) => ({
        trial: line.trial,
        cells: [line.trial, line.control, step, ...READ.map(([name]) => line.values[name]?.[i] ?? null)],
      })),
    ),
  };
  const happened: Table = {
    title: "Events",
    columns: ["trial", "step", "what", "why"],
    rows: events.map(({ trial, step, kind, text }) => ({
      trial,
      cells: [trial, step, EVENTS[kind], text],
    })),
  };
  return events.length === 0 ? [scores, steps] : [scores, steps, happened];
}
