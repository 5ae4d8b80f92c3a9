import type { StrategyInsight } from "../../src/protocol/strategyInsight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import type { Chart } from "../shared/chart.ts";
import type { Table } from "../shared/export.ts";
import type { Page } from "../shared/page.ts";
import type { ChartTheme } from "../shared/theme.ts";

export type ViewName = StrategyInsight["view"];
export type InsightOf<V extends ViewName> = Extract<StrategyInsight, { view: V }>;

/** What one view draws: the panel shows the one that belongs to the study's strategy. */
export interface View<V extends ViewName> {
  readonly element: HTMLElement;
  /** Those that are drawn. */
  charts(): readonly Chart[];
  draw(insight: InsightOf<V>, theme: ChartTheme): void;
  select(trial: TrialNumber | undefined): void;
  tables(insight: InsightOf<V>): readonly Table[];
}

/** What a view may ask of its panel. */
export interface ViewHost {
  readonly page: Page;
  selected(): TrialNumber | undefined;
  /** Asks the engine for other axes. */
  axes(query: { readonly x?: string; readonly y?: string }): void;
  /** What this view keeps over a reload. */
  option(name: string): unknown;
  keep(name: string, value: unknown): void;
}

export type MakeView<V extends ViewName> = (host: ViewHost) => View<V>;
