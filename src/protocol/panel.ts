import type { Definition, DefinitionProblem } from "./definition.ts";
import type { Insight, ParametersInsight, SurfaceQuery } from "./insight.ts";
import type { Configuration } from "./space.ts";
import type { SeenMetric, StudySummary } from "./study.ts";
import type { TrialNumber } from "./trial.ts";

/**
 * Host ⇄ webview. Snapshots go down, intents come up; the webview sends `ready` once it listens, and the host
 * sends nothing before. Messages are checked on arrival at both ends.
 */
export type PanelKind =
  | "brackets"
  | "incumbent"
  | "surface"
  | "importance"
  | "strategy"
  | "pareto"
  | "schedules"
  | "trace";

/** What any chart panel is given, whatever it shows. */
export type FrameDown =
  | { readonly type: "selected"; readonly trial: TrialNumber | undefined }
  /** Nothing to draw yet, and the one button that makes it so. */
  | {
      readonly type: "empty";
      readonly text: string;
      readonly button?: { readonly label: string; readonly intent: "start" };
    };

/** What any chart panel asks for. */
export type FrameUp =
  | { readonly type: "ready" }
  | { readonly type: "select"; readonly trial: TrialNumber }
  | { readonly type: "start" }
  /** Save what is on screen: `content` is text (SVG, CSV, spec) or base64 (PNG). */
  | {
      readonly type: "save";
      readonly format: "svg" | "png" | "csv" | "json";
      readonly content: string;
      readonly name: string;
    };

/** What a chart panel of a study is given. */
export type PanelDown =
  | FrameDown
  | {
      readonly type: "snapshot";
      readonly study: StudySummary;
      readonly insight: Exclude<Insight, ParametersInsight>;
      readonly selected: TrialNumber | undefined;
    };

export type PanelUp =
  | FrameUp
  /** Shows something else of the same study. */
  | { readonly type: "query"; readonly query: SurfaceQuery }
  /** Opens another panel on the same study. */
  | { readonly type: "openPanel"; readonly panel: PanelKind }
  /** Writes a trial's values into the script. */
  | { readonly type: "use"; readonly trial: TrialNumber }
  /** Tries a configuration by hand. */
  | { readonly type: "enqueue"; readonly configuration: Configuration };

/** The form of one strategy, drawn from the JSON Schema of its options. */
export interface StrategyForm {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Whether it spends budgets. */
  readonly multiFidelity: boolean | "either";
  /** Whether it takes several objectives; absent: one only. */
  readonly objectives?: "several";
  /** Whether it needs the budget mode `resume`. */
  readonly copies?: boolean;
  /** Whether it has trainings watched step by step. */
  readonly controls?: boolean;
  /** JSON Schema (draft-07) of an object: `properties` with title, description, default, minimum, maximum, enum. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What the configuration-space editor is given. */
export type EditorDown = {
  readonly type: "definition";
  /** Absent while the text is no JSON object. May have any shape while there are problems: the page takes nothing in it for granted. */
  readonly definition: Definition | undefined;
  readonly problems: readonly DefinitionProblem[];
  readonly strategies: readonly StrategyForm[];
  readonly study: StudySummary | undefined;
  readonly metrics: readonly SeenMetric[];
  readonly trusted: boolean;
  /** Names in the script that are not in the file. */
  readonly missing: readonly string[];
  readonly fileName: string;
};

/** A path in the definition's JSON: keys and indices. */
export type JsonPath = readonly (string | number)[];

export type EditorUp =
  | { readonly type: "ready" }
  /** Sets (or with `value: undefined` removes) one value: becomes a text edit. */
  | { readonly type: "set"; readonly path: JsonPath; readonly value?: unknown }
  | { readonly type: "start" }
  | { readonly type: "stop" }
  | { readonly type: "openText"; readonly offset?: number }
  | { readonly type: "openScript" }
  | { readonly type: "openPanel"; readonly panel: PanelKind }
  | { readonly type: "pickMetric" }
  /** Adds what the script has and the file has not. */
  | { readonly type: "addMissing" };
