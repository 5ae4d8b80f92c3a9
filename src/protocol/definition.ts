import type { Condition, Parameter, Value } from "./space.ts";

export const DEFINITION_VERSION = 1;

/** How a trial's budget is spent when a configuration goes on to a larger one. */
export type BudgetMode =
  /** Run the script again from the start, with the larger budget as a flag. */
  | "restart"
  /** Run the script again with the larger budget; a checkpoint folder is kept between the runs. */
  | "resume"
  /** Start with the full budget and suspend the process at each rung (SIGSTOP); go on if promoted. */
  | "pause"
  /** Start with the full budget and let it run on unless it is stopped. */
  | "stop";

export interface Budget {
  /** The flag, constant or environment variable that sets the budget, by its parameter name ("epochs"). Absent: the script's length is its own, only `pause` and `stop` work. */
  readonly parameter?: string;
  readonly bind?: import("./space.ts").Binding;
  /** Smallest and largest budget of one trial, in `unit`. */
  readonly min: number;
  readonly max: number;
  readonly mode: BudgetMode;
  /** Only one in `eta` configurations goes on to the next rung. */
  readonly eta?: number;
  /** What one unit is called: "epochs", "steps", "samples". */
  readonly unit?: string;
  /** The name under which the script prints how far it is ("epoch"). Absent: the printed step, else the count of reports. */
  readonly progress?: string;
  /** `resume` mode: the flag that takes the checkpoint folder, such as "--checkpoint-dir". The folder is in TUNING_FORK_CHECKPOINT too. */
  readonly checkpointFlag?: string;
}

export interface Objective {
  /** A name that the script prints, such as "val_loss". */
  readonly metric?: string;
  readonly goal: "minimize" | "maximize";
}

/** A metric that must stay within bounds: a trial that breaks one is never the best. At least one bound is there. */
export interface Limit {
  /** A name that the script prints, such as "memory". */
  readonly metric: string;
  readonly min?: number;
  readonly max?: number;
}

export interface StrategyChoice {
  readonly name: string;
  readonly [option: string]: unknown;
}

export interface StopConditions {
  /** Configurations to try. Absent: the strategy's own plan, else 100. */
  readonly trials?: number;
  /** Wall-clock time in seconds, or text such as "30m", "8h". */
  readonly time?: number | string;
  /** Stop as soon as a score is as good as this. */
  readonly score?: number;
  /** Stop after so many configurations in a row without a better score. */
  readonly patience?: number;
  /** Stop when no further improvement of this much, in the metric's unit, is expected. */
  readonly improvement?: number;
}

/** The study definition: what stands in `<script>.tune.json`. Paths are relative to that file. */
export interface Definition {
  readonly $schema?: string;
  readonly version: typeof DEFINITION_VERSION;
  /** The training script. */
  readonly script: string;
  /** The whole command, when it is not `<interpreter> <script> <flags>`: `{python}`, `{script}`, `{args}`, `{name}`, `{budget}`, `{checkpoint}` are filled in. */
  readonly command?: readonly string[];
  /** Python to run the script with; absent: the setting, the Python extension's choice, or PATH. */
  readonly interpreter?: string;
  /** Working folder of the trials; absent: the script's folder. */
  readonly cwd?: string;
  /** Extra environment of the trials. */
  readonly env?: Readonly<Record<string, string>>;
  /** Extra fixed arguments of the script. */
  readonly args?: readonly string[];
  /** The study's name; absent: the script's name without its ending. */
  readonly study?: string;
  /** One objective, or a list of two or more that are weighed against each other. */
  readonly objective: Objective | readonly Objective[];
  readonly limits?: readonly Limit[];
  readonly budget?: Budget;
  readonly space: Readonly<Record<string, Parameter>>;
  readonly forbidden?: readonly Condition[];
  readonly relations?: readonly string[];
  /** Parameters held at one value instead of tuned, by name: `--set lr=0.01`. The value reaches the script in every trial and may lie outside the parameter's range. */
  readonly fixed?: Readonly<Record<string, Value>>;
  readonly strategy: StrategyChoice;
  /** Earlier studies whose finished trials the study begins with: journals (Optuna's too, `FILE#NAME` for one of several studies), scripts or definitions. */
  readonly warmStart?: readonly string[];
  readonly stop?: StopConditions;
  /** Trials at once. */
  readonly parallel?: number;
  readonly seed?: number;
  /** Longest time of one trial, in seconds or as text ("10m"). */
  readonly timeout?: number | string;
  /** GPU indices, one per slot: sets CUDA_VISIBLE_DEVICES. */
  readonly gpus?: readonly number[];
}

/** One fault of a definition: where it is, what is wrong, what to write instead. */
export interface DefinitionProblem {
  /** JSON path of the value, such as `space.lr.low`; "" for the whole file. */
  readonly path: string;
  /** What is wrong and what instead, one or two sentences. */
  readonly message: string;
  /** Offset and length in the text, when known. */
  readonly offset: number;
  readonly length: number;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}
