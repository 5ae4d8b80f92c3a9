/** A search space as it is written down and sent between processes: plain data, no behaviour. */

/** One value of one parameter. Integers are numbers without a fraction. */
export type Value = number | string | boolean | null;

/** The active parameters of one configuration, by name. An inactive parameter has no key. */
export type Configuration = Readonly<Record<string, Value>>;

export type Scale = "linear" | "log";

interface Common {
  /** One sentence for people. */
  readonly description?: string;
  /** The value the script uses when nobody tunes it. */
  readonly default?: Value;
  /** `false` leaves the parameter at the script's own value. Absent means on. */
  readonly enabled?: boolean;
  /** The parameter exists only where this holds; otherwise it is inactive. */
  readonly when?: Condition;
  /** How a value reaches the script. Absent: a flag `--name`. */
  readonly bind?: Binding;
  /** Where a proposed range came from ("prior: learning rate"); shown to people, never read back. */
  readonly source?: string;
}

export interface FloatParameter extends Common {
  readonly type: "float";
  /** Inclusive bounds. With `scale: "log"` both are > 0. */
  readonly low: number;
  readonly high: number;
  readonly scale?: Scale;
  /** Values are low, low + step, …; only on a linear scale. */
  readonly step?: number;
}

export interface IntParameter extends Common {
  readonly type: "int";
  readonly low: number;
  readonly high: number;
  readonly scale?: Scale;
  /** A whole number, 1 when absent; only on a linear scale. */
  readonly step?: number;
}

export interface CategoricalParameter extends Common {
  readonly type: "categorical";
  /** At least one, no two equal. */
  readonly choices: readonly Value[];
}

export interface OrdinalParameter extends Common {
  readonly type: "ordinal";
  /** In their order, at least one, no two equal. */
  readonly choices: readonly Value[];
}

export interface BooleanParameter extends Common {
  readonly type: "boolean";
}

export type Parameter =
  | FloatParameter
  | IntParameter
  | CategoricalParameter
  | OrdinalParameter
  | BooleanParameter;

/** A test of one parent's value. Comparisons on an ordinal go by its order. An inactive parent fails every test. */
export type Test =
  | Value
  | readonly Value[]
  | {
      readonly "="?: Value;
      readonly "!="?: Value;
      readonly "<"?: Value;
      readonly "<="?: Value;
      readonly ">"?: Value;
      readonly ">="?: Value;
    };

/**
 * All tests hold: `{ "solver": "Adam", "layers": { ">=": 2 } }`; a list of values means "one of".
 * A list of conditions means that at least one of them holds.
 */
export type Condition = Readonly<Record<string, Test>> | readonly Readonly<Record<string, Test>>[];

/** How a value reaches the script. */
export type Binding =
  /** `--lr 0.01`; `switch` flags take no value: present when true ("on"), present when false ("off"), or `--x`/`--no-x` ("both"). */
  | { readonly flag: string; readonly switch?: "on" | "off" | "both" }
  /** A module-level assignment `LR = 0.01`. */
  | { readonly constant: string }
  /** A literal in the source: `text` on the line whose trimmed content is `line`, the `nth` (from 1) such literal on it, nearest to line number `at` (1-based). */
  | {
      readonly literal: {
        readonly text: string;
        readonly line: string;
        readonly nth: number;
        readonly at: number;
      };
    }
  /** An environment variable. */
  | { readonly env: string }
  /** Only handed over through the `tuning_fork` Python module. */
  | { readonly params: true };

export interface SpaceSpec {
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Combinations that are never run. */
  readonly forbidden?: readonly Condition[];
  /** Relations between two numeric parameters, such as `"k1 <= k2"`; they bind only while both are active. */
  readonly relations?: readonly string[];
}
