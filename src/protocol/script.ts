import type { Binding, Parameter, Value } from "./space.ts";

/** A half-open range in a text, by UTF-16 offsets, with the 1-based line of its start. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** Where in the script a parameter comes from. */
export type Origin = "argparse" | "constant" | "literal" | "selection";

/** One value in a training script that could be tuned. */
export interface FoundParameter {
  readonly name: string;
  readonly origin: Origin;
  readonly bind: Binding;
  /** The value in the script, when it is a literal. */
  readonly value: Value | undefined;
  /** Python type as the script declares it: "float", "int", "str", "bool", or unknown. */
  readonly valueType: "float" | "int" | "str" | "bool" | undefined;
  readonly choices?: readonly Value[];
  readonly help?: string;
  /** argparse group or subparser that it belongs to. */
  readonly group?: string;
  readonly subcommand?: string;
  readonly required?: boolean;
  /** The literal that a new value replaces; absent where there is none (no default). */
  readonly valueSpan?: Span;
  /** The statement: its last line carries the annotation. */
  readonly span: Span;
  /** What we propose to tune: range, scale and default from the priors, or from `# tune:`. */
  readonly proposal: Parameter;
  /** Whether the proposal is on by default: known hyperparameters are, paths, seeds and the like are not. */
  readonly suggested: boolean;
}

/** What was read from a script. */
export interface ScriptReport {
  readonly parameters: readonly FoundParameter[];
  /** The parameter that looks like the training length ("epochs"), when there is one. */
  readonly budget?: { readonly name: string; readonly max: number };
  /** Where CodeLens stand: the parser's creation, else the first constant. */
  readonly anchor?: Span;
  /** What could not be read, for people. */
  readonly warnings: readonly string[];
  /** "screen": read from the text alone; "interpreter": confirmed by the user's Python. */
  readonly authority: "screen" | "interpreter";
}
