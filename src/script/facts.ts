import type { Span } from "../protocol/script.ts";
import type { Value } from "../protocol/space.ts";

/**
 * What a reader of Python syntax extracts from a script, before anybody asks what it means. Two readers
 * produce the same facts: `screen.ts` (Lezer, for text that may be half-typed) and `python/tuning_fork/inspect.py`
 * (the user's own `ast`, the authority before a run). All meaning is given to facts in one place, `report.ts`,
 * so the readers can only differ in syntax. Offsets are UTF-16 units into the text as it is, line ends included.
 */
export interface ScriptFacts {
  /** Local name → full dotted name, from every import statement. */
  readonly imports: Readonly<Record<string, string>>;
  /** Calls that build or use an argument parser, in the order of their ends. */
  readonly calls: readonly CallFact[];
  /** Assignments of one value to one name at module level (also inside `if`, `try`, `with` …). */
  readonly assignments: readonly AssignmentFact[];
  /** Comments that hold `# tune …:`. */
  readonly comments: readonly CommentFact[];
  /** Scalar literals on the lines of those comments (`screen.ts` can give all of them). */
  readonly literals: readonly LiteralFact[];
}

/** The interpreter's answer: facts, or the reason why there are none. */
export type InspectAnswer =
  | ({ readonly python: string } & ScriptFacts)
  | { readonly python: string; readonly error: { readonly message: string; readonly line: number } };

export type LiteralKind = "int" | "float" | "str" | "bool" | "none";

/** An expression, as far as it can be understood without running it. Parentheses around it do not belong to it. */
export interface ExpressionFact {
  readonly span: Span;
  /** A scalar literal, with its sign. */
  readonly literal?: { readonly kind: LiteralKind; readonly value: Value };
  /** A list, tuple or set of scalar literals. */
  readonly items?: readonly Value[];
  /** The arguments of `range(…)`, also inside `list(…)` or `tuple(…)`. */
  readonly range?: readonly number[];
  /** A name or a chain of attributes: "float", "argparse.SUPPRESS". */
  readonly name?: string;
}

export interface CallFact {
  /** Dotted name of what is called; of a method on something unnamed only the method. */
  readonly callee: string;
  /** What the method is called on: a dotted name, or `@<end offset>` of another call. */
  readonly receiver?: string;
  /** The dotted name that the result is assigned to. */
  readonly target?: string;
  readonly args: readonly ExpressionFact[];
  readonly keywords: Readonly<Record<string, ExpressionFact>>;
  /** It has `*args` or `**kwargs`, so that not all arguments are known. */
  readonly spread: boolean;
  /** Where a further argument can be inserted: the end of the last one. */
  readonly insertAt?: number;
  readonly span: Span;
  /** 1-based line on which it ends. */
  readonly endLine: number;
}

export interface AssignmentFact {
  readonly name: string;
  readonly value: ExpressionFact;
  /** The annotation, when it is a name: "float". */
  readonly annotation?: string;
  /** How often the module binds this name in any way; more than 1 means that the value does not stay. */
  readonly bound: number;
  readonly span: Span;
  readonly endLine: number;
}

export interface CommentFact {
  /** From the "#" before "tune" to the end of the comment. */
  readonly text: string;
  readonly span: Span;
}

/** A scalar literal that stands on one line and is no docstring. */
export interface LiteralFact {
  readonly kind: LiteralKind;
  readonly value: Value;
  readonly span: Span;
  readonly text: string;
  /** Its line, without indentation and without the comment at the end, and where in that it stands. */
  readonly code: string;
  readonly column: number;
  /** What the source calls it: its keyword, parameter, dictionary key, or the name that it is assigned to. */
  readonly label?: string;
  /** `Dropout` for `nn.Dropout(0.5)`, and the 1-based position of the argument. */
  readonly callee?: string;
  readonly position?: number;
}

/** Methods that matter to argparse; constructors are known by the end of their names. */
export const PARSER_METHODS: ReadonlySet<string> = new Set([
  "add_argument",
  "add_argument_group",
  "add_mutually_exclusive_group",
  "add_subparsers",
  "add_parser",
  "parse_args",
  "parse_known_args",
]);

export const TUNE_COMMENT = /#[ \t]*tune\b[^:#]*:/;
