import type { Budget } from "../protocol/definition.ts";
import type { TrialRow } from "../protocol/insight.ts";
import type { Configuration, Value } from "../protocol/space.ts";
import type { StudySummary } from "../protocol/study.ts";

/** Numbers and short texts as people read them: 3 significant digits, units always. */

/** `0.0712`, `3.2e-3`, `64`, `1.5e6`; not a number and infinity by their signs. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) {
    return "NaN";
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "∞" : "−∞";
  }
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) {
    return String(value);
  }
  if (size < 0.01 || size >= 1e6) {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    return `${Number(mantissa)}e${Number(exponent)}`;
  }
  return String(Number(value.toPrecision(3)));
}

/** A value as Python writes it, numbers to 3 digits and texts without quotes. */
export function formatValue(value: Value): string {
  if (typeof value === "number") {
    return formatNumber(value);
  }
  if (typeof value === "boolean") {
    return value ? "True" : "False";
  }
  return value ?? "None";
}

const BARS = "▁▂▃▄▅▆▇█";

/** A learning curve in at most `width` characters; finite values only. */
export function sparkline(values: readonly number[], width = 5): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) {
    return "";
  }
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  const count = Math.min(width, finite.length);
  return Array.from({ length: count }, (_, i) => {
    const value = finite[Math.round((i * (finite.length - 1)) / (count - 1))] ?? low;
    return BARS[span === 0 ? 0 : Math.round(((value - low) / span) * (BARS.length - 1))];
  }).join("");
}

const UNITS: Readonly<Record<string, string>> = { epochs: "ep", epoch: "ep", iterations: "it" };

/** `27/81 ep`; empty where trials have no budget. */
export function formatBudget(reached: number, budget: Budget | undefined): string {
  if (budget === undefined) {
    return "";
  }
  const unit = budget.unit ?? budget.parameter ?? "";
  return `${formatNumber(reached)}/${formatNumber(budget.max)} ${UNITS[unit] ?? unit}`.trimEnd();
}

/** `lr 3.2e-3 · adam`: numbers with their names, other values alone; at most `count` of them. */
export function formatConfiguration(configuration: Configuration, count = 4): string {
  const entries = Object.entries(configuration);
  const shown = entries
    .slice(0, count)
    .map(([name, value]) => (typeof value === "string" ? value : `${name} ${formatValue(value)}`));
  if (entries.length > count) {
    shown.push("…");
  }
  return shown.join(" · ");
}

/** `#12  0.0712`; with several objectives `#12  0.0712 · 340`. */
export function trialLabel(row: TrialRow): string {
  const scores = row.scores ?? [row.score ?? Number.NaN];
  return `#${row.number}  ${scores.map((score) => (Number.isNaN(score) ? "–" : formatNumber(score))).join(" · ")}`;
}

/**
 * What stands behind the label: curve, budget, state where it says something, configuration. In a study that is not
 * `live`, a trial that the journal has as running was cut off with its engine.
 */
export function trialDescription(row: TrialRow, budget: Budget | undefined, live = true): string {
  const progress = [sparkline(row.curve), row.state === "waiting" ? "" : formatBudget(row.budget, budget)]
    .filter(Boolean)
    .join(" ");
  const driven = row.driven ? "under the policy" : "";
  return [progress, stateWords(row, live), driven, formatConfiguration(row.configuration)]
    .filter(Boolean)
    .join(" · ");
}

function stateWords(row: TrialRow, live: boolean): string {
  // What crossed a process boundary may have null where nothing was.
  const broken = row.broken ?? undefined;
  switch (row.state) {
    case "running":
      return live ? "running" : "interrupted";
    case "failed":
    case "stopped":
      return row.reason ?? row.state;
    case "complete":
      return broken === undefined ? "" : `breaks limits: ${broken.join(", ")}`;
    default:
      return row.state;
  }
}

/** `37/206 · best 0.071`: runs done and planned, and the best score; `37/206 · front of 5` for several objectives. */
export function studyProgress(study: StudySummary): string {
  const planned = study.planned ?? undefined;
  const done = planned === undefined ? plural(study.done, "run") : `${study.done}/${planned}`;
  if (study.front) {
    return `${done} · front of ${study.front.length}`;
  }
  return study.best ? `${done} · best ${formatNumber(study.best.value)}` : done;
}

/** `minimize val_loss and maximize accuracy`. */
export function studyAim({ metric, goal, objectives }: StudySummary): string {
  return (objectives ?? [{ metric, goal }]).map((one) => `${one.goal} ${one.metric}`).join(" and ");
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `today`, `yesterday`, or the day: when a study last changed. */
export function formatDay(time: number, now: number): string {
  const day = (t: number) => new Date(t).setHours(0, 0, 0, 0);
  const days = Math.round((day(now) - day(time)) / 86_400_000);
  if (days <= 0) {
    return "today";
  }
  return days === 1 ? "yesterday" : new Date(time).toISOString().slice(0, 10);
}
