import type { Insight } from "../../src/protocol/insight.ts";
import type { PanelDown } from "../../src/protocol/panel.ts";
import type { StrategyInsight } from "../../src/protocol/strategyInsight.ts";
import { isRecord } from "./messages.ts";

/** Whether a message is one of ours, as deep as a chart relies on it. */
export function isPanelDown(message: unknown): message is PanelDown {
  if (!isRecord(message)) return false;
  switch (message.type) {
    case "selected":
      return isTrial(message.trial);
    case "empty":
      return typeof message.text === "string" && (message.button === undefined || isRecord(message.button));
    case "snapshot":
      return isStudy(message.study) && isDrawable(message.insight) && isTrial(message.selected);
    default:
      return false;
  }
}

/** A field that is undefined does not survive JSON; one that is null was. */
function isTrial(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "number";
}

function isStudy(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.name === "string" &&
    isRecord(value.counts)
  );
}

const LISTS: Readonly<Partial<Record<Insight["kind"], readonly string[]>>> = {
  brackets: ["brackets", "curves"],
  incumbent: ["points", "steps"],
  surface: ["parameters", "points", "pending"],
  pareto: ["objectives", "points", "volume"],
  importance: ["parameters", "pairs", "points"],
  schedules: ["quantities", "series", "events", "winner"],
  trace: ["quantities", "lines", "events", "pairs"],
};

/** The same of each view of a strategy. */
const VIEWS: Readonly<Record<StrategyInsight["view"], readonly string[]>> = {
  densities: ["good", "others", "running"],
  bandit: ["arms", "pulls"],
  population: ["points"],
  distribution: ["parameters", "generations", "points", "running"],
  other: ["offers"],
};

function isDrawable(value: unknown): boolean {
  if (!isRecord(value) || typeof value.kind !== "string") return false;
  const lists =
    value.kind === "strategy"
      ? VIEWS[value.view as StrategyInsight["view"]]
      : LISTS[value.kind as Insight["kind"]];
  return lists?.every((name) => Array.isArray(value[name])) ?? false;
}
