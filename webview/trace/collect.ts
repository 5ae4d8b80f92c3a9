import type {
  TraceEvent,
  TraceInsight,
  TraceLine,
  TracePair,
  TraceQuantity,
} from "../../src/protocol/insight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import type { Row } from "../shared/chart.ts";
import { scoreSpan, wholeSpan } from "../shared/span.ts";

/** Who a line is of: the script's own learning rate within a training that is driven is drawn too. */
export type Voice = "policy" | "own" | "schedule";

/** A point of a line; lines are told apart by `line`. */
export interface TraceRow extends Row {
  readonly trial: number;
  readonly line: string;
  readonly voice: Voice;
  readonly width: number;
  readonly step: number;
  readonly y: number;
}

/** Something that happened at a step. */
export interface EventRow extends Row {
  readonly trial: number;
  readonly kind: TraceEvent["kind"];
  readonly step: number;
  readonly y: number;
  readonly text: string;
}

/** One quantity over the steps, for one chart. */
export interface Track {
  readonly lines: readonly TraceRow[];
  readonly events: readonly EventRow[];
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** Which trainings are drawn: all, or those of one pair. */
export type Choice = "all" | { readonly policy: TrialNumber };

export function chosenLines({ lines, pairs }: TraceInsight, choice: Choice): readonly TraceLine[] {
  if (choice === "all") return lines;
  const pair = pairs.find(({ policy }) => policy === choice.policy);
  const wanted = pair === undefined ? [choice.policy] : [pair.own, pair.policy];
  return lines.filter(({ trial }) => wanted.includes(trial));
}

/** The newest pair whose trainings are both at hand; all where there is none. */
export function newestPair({ lines, pairs }: TraceInsight): Choice {
  const has = (trial: TrialNumber): boolean => lines.some((line) => line.trial === trial);
  const pair = pairs.findLast(({ own, policy }) => has(own) && has(policy));
  return pair === undefined ? "all" : { policy: pair.policy };
}

/** The steps that all charts span. */
export const stepSpan = (lines: readonly TraceLine[]): number =>
  Math.max(1, ...lines.map(({ steps }) => steps.at(-1) ?? 0));

/** Whether a training had another learning rate of its own: else there is nothing to draw beside it. */
const hasSchedule = ({ control }: TraceLine): boolean => control !== "own";

const voiceOf = ({ control }: TraceLine): Voice => (control === "own" ? "own" : "policy");

export function collectTrack(
  insight: TraceInsight,
  quantity: TraceQuantity,
  lines: readonly TraceLine[],
): Track {
  const rows = lines.flatMap((line) => rowsOf(line, line.values[quantity.name] ?? [], voiceOf(line)));
  const schedules =
    quantity.name === "rate"
      ? lines.filter(hasSchedule).flatMap((line) => rowsOf(line, line.values.own ?? [], "schedule"))
      : [];
  const all = [...schedules, ...rows];
  const isLog = quantity.isLog && all.every(({ y }) => y > 0);
  const ys = (quantity.name === "rate" ? all : rows).map(({ y }) => y);
  // A loss that has gone astray must not flatten all others; of a learning rate every jump is worth seeing.
  const span = quantity.name === "loss" ? scoreSpan(ys, "minimize", isLog) : wholeSpan(ys, isLog);
  return { lines: all, events: eventRows(insight, rows), ...span, isLog };
}

const WIDTHS: Readonly<Record<Voice, number>> = { policy: 2.25, own: 1.75, schedule: 1.25 };

function rowsOf(line: TraceLine, values: readonly (number | null)[], voice: Voice): TraceRow[] {
  const { trial, steps } = line;
  const common = { trial, line: `${voice} ${trial}`, voice, width: WIDTHS[voice] };
  return values.flatMap((y, i) => {
    const step = steps[i]!;
    return y === null ? [] : [{ ...common, key: `${voice} ${trial} ${step}`, step, y }];
  });
}

function eventRows({ events }: TraceInsight, rows: readonly TraceRow[]): EventRow[] {
  return events.flatMap(({ trial, step, text, kind }, i) => {
    const at = rows.findLast((row) => row.trial === trial && row.step <= step);
    return at === undefined ? [] : [{ key: `event ${i}`, trial, kind, step, y: at.y, text }];
  });
}

/** The last look of a training at a step or before it; undefined before the first. */
export function lookAt({ steps }: TraceLine, step: number): number | undefined {
  const at = steps.findLastIndex((one) => one <= step);
  return at < 0 ? undefined : at;
}

/** In how many of the pairs with two scores the policy is the better one. */
export function verdict({ pairs, goal }: Pick<TraceInsight, "pairs" | "goal">): {
  readonly better: number;
  readonly of: number;
} {
  const whole = pairs.filter(isWhole);
  const better = whole.filter(({ scores: [own, policy] }) =>
    goal === "minimize" ? policy! < own! : policy! > own!,
  );
  return { better: better.length, of: whole.length };
}

const isWhole = ({ scores }: TracePair): boolean => scores.every((score) => score !== null);

/** Median of the scores with the script's own schedule, and with the policy. */
export function medians({ pairs }: Pick<TraceInsight, "pairs">): readonly [number, number] | undefined {
  const whole = pairs.filter(isWhole);
  if (whole.length === 0) return undefined;
  const median = (index: 0 | 1): number => {
    const sorted = whole.map(({ scores }) => scores[index]!).sort((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  };
  return [median(0), median(1)];
}
