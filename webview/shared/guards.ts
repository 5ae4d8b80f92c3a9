import type { Insight } from "../../src/protocol/insight.ts";
import type { LearningDown } from "../../src/protocol/learning.ts";
import type { FrameDown, PanelDown } from "../../src/protocol/panel.ts";
import type { StrategyInsight } from "../../src/protocol/strategyInsight.ts";
import { isRecord } from "./messages.ts";

/** Whether a message is one of ours, as deep as a chart relies on it. */
export function isPanelDown(message: unknown): message is PanelDown {
  if (!isRecord(message)) return false;
  if (message.type !== "snapshot") return isFrameDown(message);
  return isStudy(message.study) && isDrawable(message.insight) && isTrial(message.selected);
}

/** The same of the panel that shows how something learns. */
export function isLearningDown(message: unknown): message is LearningDown {
  if (!isRecord(message)) return false;
  if (message.type !== "snapshot") return isFrameDown(message);
  const { learning } = message;
  return (
    isRecord(learning) &&
    typeof learning.file === "string" &&
    typeof learning.system === "string" &&
    typeof learning.seed === "number" &&
    isRecord(learning.options) &&
    Array.isArray(learning.points) &&
    learning.points.every((point) => isRecord(point) && isRecord(point.figures))
  );
}

function isFrameDown(message: Readonly<Record<string, unknown>>): message is FrameDown {
  if (message.type === "selected") return isTrial(message.trial);
  if (message.type !== "empty") return false;
  return typeof message.text === "string" && (message.button === undefined || isRecord(message.button));
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
  chains: ["parameters", "chains"],
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
