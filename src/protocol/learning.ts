import type { FrameDown, FrameUp } from "./panel.ts";

/** One iteration of something that learns: named figures, such as `reward`. */
export interface LearningPoint {
  readonly iteration: number;
  readonly figures: Readonly<Record<string, number | null>>;
}

/** How something learns, or has learned: what the learning panel draws. */
export interface LearningCurve {
  /** The file that what is learned goes into. */
  readonly file: string;
  /** As on the command line: `step-size`. */
  readonly system: string;
  /** "stopped": ended early, with what was learned by then. */
  readonly status: "running" | "finished" | "stopped" | "failed";
  readonly seed: number;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Iterations that there will be; absent before the first. */
  readonly of?: number;
  readonly points: readonly LearningPoint[];
  /** Where labels were cleaned, once that is done. */
  readonly cleaned?: {
    /** One for each training picture, in [0, 1], and whether its label was wrong. */
    readonly weights: readonly number[];
    readonly isWrong: readonly boolean[];
    /** Wrong labels that kept a weight, and right ones that lost theirs: the worst of each. */
    readonly missed: readonly CleanedPicture[];
    readonly accused: readonly CleanedPicture[];
  };
}

/** A square picture, its pixels in [0, 1] row by row, with the label that it was given and the right one. */
export interface CleanedPicture {
  readonly label: number;
  readonly truth: number;
  readonly weight: number;
  readonly pixels: readonly number[];
}

/** Host ⇄ learning panel, as with the panels of studies. */
export type LearningDown = FrameDown | { readonly type: "snapshot"; readonly learning: LearningCurve };
export type LearningUp =
  | FrameUp
  /** Ends the learning that is shown, with what it has. */
  | { readonly type: "stop" };
