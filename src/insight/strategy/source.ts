import type { StudyHistory } from "../../journal/history.ts";
import type { Configuration } from "../../protocol/space.ts";
import type { NextProposal, PlacedTrial, StrategyQuery } from "../../protocol/strategyInsight.ts";
import type { TrialNumber } from "../../protocol/trial.ts";
import type { Space } from "../../space/space.ts";
import type { StrategyInput } from "../../strategies/strategy.ts";
import type { Coming } from "./past.ts";
import type { Replays } from "./replay.ts";

/** What a strategy was made from, and what it asks for now. */
export interface StrategySource {
  readonly name: string;
  readonly input: StrategyInput;
  /** What one unit of the budget is called; "" where trials have one length. */
  readonly unit: string;
  /** The configuration that the strategy would start next; undefined: none. */
  asked(): Configuration | undefined;
  /** What earlier looks have left behind; `{}` at the first. */
  readonly replays: Replays;
}

/** What every view is computed from: `input.options` with their defaults. */
export interface ViewInput extends StrategySource {
  readonly history: StudyHistory;
  readonly query: StrategyQuery;
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /** Losses times this are scores. */
  readonly sign: 1 | -1;
}

/** A score, or nothing for the loss of a failure. */
export const scoreOf = (loss: number, sign: 1 | -1): number | undefined =>
  Number.isFinite(loss) ? sign * loss : undefined;

/** Where a configuration stands on the axes of these parameters; null: inactive, or off the axis. */
export function placesOf(
  space: Space,
  names: readonly string[],
  configuration: Configuration,
): (number | null)[] {
  return names.map((name) => {
    const value = configuration[name];
    const at = value === undefined ? Number.NaN : space.positionOf(name, value);
    return at >= 0 && at <= 1 ? at : null;
  });
}

export function placed(
  space: Space,
  names: readonly string[],
  { trial, configuration }: { readonly trial: TrialNumber; readonly configuration: Configuration },
  score: number | undefined,
): PlacedTrial {
  return { trial, score, at: placesOf(space, names, configuration) };
}

export function proposalOf(
  space: Space,
  names: readonly string[],
  next: Coming | undefined,
): NextProposal | undefined {
  if (next === undefined) return undefined;
  const { trial, configuration } = next;
  return { trial, configuration, at: placesOf(space, names, configuration) };
}
