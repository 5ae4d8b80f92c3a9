import type { FoundParameter, Span } from "../protocol/script.ts";
import type { Binding, Value } from "../protocol/space.ts";
import type { AssignmentFact, CallFact, ExpressionFact, ScriptFacts } from "./facts.ts";

/** What argparse makes of one `add_argument`, before a range is proposed. */
export interface Argument {
  /** `dest`: the name in the namespace. */
  readonly name: string;
  readonly bind: Binding & { readonly flag: string };
  /** All spellings: "-l", "--lr". */
  readonly flags: readonly string[];
  readonly value: Value | undefined;
  readonly valueType: FoundParameter["valueType"];
  /** The script declares the type, rather than its default value suggesting one. */
  readonly declared: boolean;
  readonly choices?: readonly Value[];
  readonly help?: string;
  readonly group?: string;
  readonly subcommand?: string;
  readonly required: boolean;
  /** Tuning it cannot work: `store_true` that is on by default, `type=bool`. */
  readonly hopeless: boolean;
  /** A module-level constant that stands for the default. */
  readonly constant?: string;
  readonly call: CallFact;
  readonly valueSpan?: Span;
}

export interface Arguments {
  readonly arguments: readonly Argument[];
  readonly anchor: Span | undefined;
  readonly warnings: readonly string[];
}

interface Owner {
  readonly group?: string;
  readonly subcommand?: string;
}

const IGNORED_ACTIONS = new Set([
  "append",
  "append_const",
  "count",
  "extend",
  "help",
  "store_const",
  "version",
]);
const LARGEST_RANGE = 1000;

function lastName(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf(".") + 1);
}

function textOf(fact: ExpressionFact | undefined): string | undefined {
  return fact?.literal?.kind === "str" ? (fact.literal.value as string) : undefined;
}

function resolvedName(name: string, facts: ScriptFacts): string {
  const [head = "", ...rest] = name.split(".");
  return [facts.imports[head] ?? head, ...rest].join(".");
}

function numbersOf(range: readonly number[]): readonly number[] | undefined {
  const [start, stop, step] = range.length === 1 ? [0, range[0], 1] : [range[0], range[1], range[2] ?? 1];
  if (start === undefined || stop === undefined || step === undefined || step === 0) return undefined;
  const count = Math.ceil((stop - start) / step);
  if (count < 1 || count > LARGEST_RANGE) return undefined;
  return Array.from({ length: count }, (_, index) => start + index * step);
}

/** Gives meaning to the calls of a script: its arguments, its parser's place, and what cannot be tuned. */
export function readArguments(facts: ScriptFacts): Arguments {
  return new Reader(facts).read();
}

class Reader {
  private readonly facts: ScriptFacts;
  private readonly constants: ReadonlyMap<string, AssignmentFact>;
  private readonly owners = new Map<string, Owner>();
  private readonly found: Argument[] = [];
  private readonly warnings: string[] = [];
  private anchor: Span | undefined;
  private parsed = false;

  constructor(facts: ScriptFacts) {
    this.facts = facts;
    const single = facts.assignments.filter((one) => one.bound === 1);
    this.constants = new Map(single.map((one) => [one.name, one]));
  }

  read(): Arguments {
    let seen = false;
    for (const call of this.facts.calls) {
      const owner = this.owners.get(call.receiver ?? "") ?? {};
      switch (lastName(call.callee)) {
        case "add_argument":
          seen = true;
          this.argument(call, owner);
          break;
        case "add_argument_group":
          this.own(call, { ...owner, ...named("group", this.text(call.args[0] ?? call.keywords.title)) });
          break;
        case "add_parser":
          this.own(call, named("subcommand", this.text(call.args[0] ?? call.keywords.name)));
          break;
        case "add_mutually_exclusive_group":
        case "add_subparsers":
          this.own(call, owner);
          break;
        case "parse_args":
        case "parse_known_args":
          this.parsed = true;
          break;
        default:
          this.anchor ??= call.span;
          this.own(call, {});
      }
    }
    if (this.parsed && !seen)
      this.warnings.push("The parser's arguments are defined in another file; they are not read from there.");
    return { arguments: this.found, anchor: this.anchor, warnings: this.warnings };
  }

  private own(call: CallFact, owner: Owner): void {
    this.owners.set(`@${call.span.end}`, owner);
    if (call.target !== undefined) this.owners.set(call.target, owner);
  }

  /** Follows a name to the module-level constant that it stands for. */
  private deref(fact: ExpressionFact | undefined): ExpressionFact | undefined {
    return (fact?.name === undefined ? undefined : this.constants.get(fact.name)?.value) ?? fact;
  }

  private text(fact: ExpressionFact | undefined): string | undefined {
    return textOf(this.deref(fact));
  }

  private argument(call: CallFact, owner: Owner): void {
    const flags = call.args.map((arg) => textOf(arg));
    if (flags.length === 0 || flags.some((flag) => flag === undefined)) {
      this.warnings.push(
        `Line ${call.span.line}: this argument's name is only known when the script runs; it is not read.`,
      );
      return;
    }
    const spelled = flags as string[];
    if (!(spelled[0] as string).startsWith("-")) {
      this.positional(call, spelled[0] as string, owner);
      return;
    }
    const flag = spelled.find((one) => one.startsWith("--")) ?? (spelled[0] as string);
    const action = this.action(call);
    if (action === undefined || !this.single(call)) {
      if (this.isRequired(call)) this.demand(flag, call);
      return;
    }
    if (call.spread && call.keywords.type === undefined && call.keywords.action === undefined) {
      this.warnings.push(
        `Line ${call.span.line}: what ${flag} takes is not all written there; it is not read.`,
      );
      return;
    }
    const name = textOf(call.keywords.dest) ?? flag.replace(/^-+/, "").replaceAll("-", "_");
    const shared = {
      name,
      flags: spelled,
      ...owner,
      ...named("help", this.help(call)),
      required: this.isRequired(call),
      call,
      ...named("valueSpan", call.keywords.default?.span),
      ...named("constant", this.constantName(call.keywords.default)),
    };
    const fallback = this.deref(call.keywords.default)?.literal;
    this.found.push(
      action === "store"
        ? { ...shared, ...this.stored(call, flag, fallback) }
        : { ...shared, ...this.switched(call, flag, action, fallback?.value) },
    );
  }

  private constantName(fact: ExpressionFact | undefined): string | undefined {
    return fact?.name !== undefined && this.constants.has(fact.name) ? fact.name : undefined;
  }

  private help(call: CallFact): string | undefined {
    const help = this.text(call.keywords.help)?.replace(
      /\s*[([]?default\s*[:=]?\s*%\(default\)[a-z][)\]]?\.?/gi,
      "",
    );
    return help?.replace(/\s+/g, " ").trim() || undefined;
  }

  private action(call: CallFact): "store" | "store_true" | "store_false" | "both" | undefined {
    const fact = call.keywords.action;
    if (fact === undefined) return "store";
    const text = textOf(fact);
    if (text === "store_true" || text === "store_false" || text === "store") return text;
    if (text !== undefined && IGNORED_ACTIONS.has(text)) return undefined;
    const full = fact.name === undefined ? "" : resolvedName(fact.name, this.facts);
    return lastName(full) === "BooleanOptionalAction" ? "both" : "store";
  }

  /** One value: `nargs` absent or "?". (`nargs=1` gives the script a list of one.) */
  private single(call: CallFact): boolean {
    const nargs = call.keywords.nargs;
    return nargs === undefined || nargs.literal?.value === "?" || nargs.literal?.value === 1;
  }

  private isRequired(call: CallFact): boolean {
    return call.keywords.required?.literal?.value === true;
  }

  private demand(name: string, call: CallFact): void {
    this.warnings.push(
      `Line ${call.span.line}: the script needs ${name}. Give it in the definition's "args".`,
    );
  }

  private positional(call: CallFact, name: string, owner: Owner): void {
    const nargs = call.keywords.nargs?.literal?.value;
    const optional = nargs === "?" || nargs === "*" || "default" in call.keywords;
    if (!optional && owner.subcommand === undefined) this.demand(`the argument "${name}"`, call);
  }

  private switched(
    call: CallFact,
    flag: string,
    action: "store_true" | "store_false" | "both",
    fallback: Value | undefined,
  ) {
    const present = action !== "store_false";
    const value = typeof fallback === "boolean" ? fallback : action === "both" ? undefined : !present;
    const stuck = action !== "both" && value === present;
    if (stuck)
      this.warnings.push(
        `Line ${call.span.line}: ${flag} is ${present ? "on" : "off"} by default and the flag cannot change that.`,
      );
    const way = action === "both" ? "both" : present ? "on" : "off";
    const bind = { flag, switch: way } as const;
    return { bind, value, valueType: "bool", declared: true, hopeless: stuck } as const;
  }

  private stored(call: CallFact, flag: string, fallback: ExpressionFact["literal"]) {
    const kind = fallback?.kind === "none" ? undefined : fallback?.kind;
    const type = call.keywords.type;
    const named = type?.name === undefined ? undefined : resolvedName(type.name, this.facts);
    const declared = DECLARED[named ?? ""];
    const textual = type === undefined && kind !== undefined && kind !== "str";
    if (declared === "bool")
      this.warnings.push(
        `Line ${call.span.line}: ${flag} has type=bool, which takes any text (also "False") as true.`,
      );
    if (textual)
      this.warnings.push(`Line ${call.span.line}: ${flag} has no type, so that the script gets text.`);
    const range = this.deref(call.keywords.choices);
    const choices = range?.items ?? (range?.range === undefined ? undefined : numbersOf(range.range));
    const inferred = choices === undefined ? undefined : kindOf(choices);
    return {
      bind: { flag },
      value: fallback?.kind === "none" ? null : converted(fallback?.value, declared),
      valueType: declared ?? kind ?? inferred ?? (type === undefined ? "str" : undefined),
      declared: declared !== undefined || kind === "float" || kind === "str" || kind === "bool",
      ...(choices === undefined ? {} : { choices }),
      hopeless: declared === "bool" || textual,
    } as const;
  }
}

const DECLARED: Readonly<Record<string, "float" | "int" | "str" | "bool">> = {
  float: "float",
  int: "int",
  str: "str",
  bool: "bool",
  "pathlib.Path": "str",
};

/** argparse runs a default that is text through `type`. */
function converted(value: Value | undefined, type: FoundParameter["valueType"]): Value | undefined {
  if (typeof value !== "string" || (type !== "float" && type !== "int")) return value;
  const number = Number(value.replaceAll("_", ""));
  return value.trim() !== "" && Number.isFinite(number) ? number : undefined;
}

function kindOf(choices: readonly Value[]): FoundParameter["valueType"] {
  if (choices.every((one) => typeof one === "string")) return "str";
  if (choices.every((one) => typeof one === "boolean")) return "bool";
  if (choices.every((one) => typeof one === "number"))
    return choices.every(Number.isInteger) ? "int" : "float";
  return undefined;
}

/** An object with one key, or none when there is no value. */
function named<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: V });
}
