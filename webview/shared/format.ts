import type { Configuration, Value } from "../../src/protocol/space.ts";

/** Numbers to the three digits that matter: 0.0712, 3.2e-3 as 0.0032, 1.2e-6, 12,345. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size < 1e-3 || size >= 1e7
      ? value
          .toExponential(2)
          .replace(/\.?0+e/, "e")
          .replace("e+", "e")
      : size >= 1000
        ? Math.round(value).toLocaleString("en-US")
        : String(Number(value.toPrecision(3)));
  return text.replace("-", "−").replace("e-", "e−");
}

/** A score, or a dash where there is none yet. */
export function formatScore(score: number | null | undefined): string {
  return score === null || score === undefined ? "–" : formatNumber(score);
}

export function formatValue(value: Value): string {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) && Math.abs(value) < 1e7
    ? value.toLocaleString("en-US")
    : formatNumber(value);
}

export function formatConfiguration(configuration: Configuration): string {
  return Object.entries(configuration)
    .map(([name, value]) => `${name} ${formatValue(value)}`)
    .join(" · ");
}

/** "9 epochs", "1 epoch"; "budget 9" where the unit has no name. */
export function formatBudget(budget: number, unit: string): string {
  if (unit === "") return `budget ${formatNumber(budget)}`;
  const singular = budget === 1 && unit.endsWith("s") ? unit.slice(0, -1) : unit;
  return `${formatNumber(budget)} ${singular}`;
}

/** A length of time in the one unit that suits it. */
export function timeUnit(seconds: number): { readonly name: string; readonly seconds: number } {
  if (seconds < 120) return { name: "seconds", seconds: 1 };
  if (seconds < 7_200) return { name: "minutes", seconds: 60 };
  if (seconds < 172_800) return { name: "hours", seconds: 3_600 };
  return { name: "days", seconds: 86_400 };
}
