import type { FoundParameter } from "../protocol/script.ts";
import type { Binding, Parameter, Value } from "../protocol/space.ts";
import { budgetRank, proposeParameter, snakeCase } from "../space/priors.ts";
import { type Argument, type Arguments, readArguments } from "./argparse.ts";
import { literalBinding } from "./bindLiteral.ts";
import type { AssignmentFact, CommentFact, LiteralFact, LiteralKind, ScriptFacts } from "./facts.ts";
import { holds, parseTune, type TuneRequest } from "./tune.ts";

/** A parameter, and what it was made from. */
export interface Collected {
  readonly parameter: FoundParameter;
  readonly argument?: Argument;
  /** Asked for by a `# tune:` comment. */
  readonly asked: boolean;
}

export interface Collection {
  readonly found: readonly Collected[];
  readonly arguments: Arguments;
  readonly warnings: readonly string[];
}

/** Longer text is prose, not a value to choose. */
const LONGEST_TEXT = 80;

const KINDS: Readonly<Record<LiteralKind, FoundParameter["valueType"]>> = {
  int: "int",
  float: "float",
  str: "str",
  bool: "bool",
  none: undefined,
};

/** Gives every value of a script that could be tuned a name, a binding and a proposal. */
export function collect(facts: ScriptFacts): Collection {
  return new Collector(facts).run();
}

class Collector {
  private readonly facts: ScriptFacts;
  private readonly args: Arguments;
  private readonly constants: readonly AssignmentFact[];
  private readonly siblings: readonly string[];
  private readonly found: Collected[] = [];
  private readonly warnings: string[] = [];
  private readonly names = new Set<string>();

  constructor(facts: ScriptFacts) {
    this.facts = facts;
    this.args = readArguments(facts);
    this.constants = facts.assignments.filter(isConstant);
    this.siblings = [...this.args.arguments, ...this.constants].map((one) => one.name);
  }

  run(): Collection {
    const requests = new Map<unknown, TuneRequest>();
    for (const comment of this.facts.comments) {
      const request = parseTune(comment.text);
      if (typeof request === "string") {
        this.warnings.push(`Line ${comment.span.line}: "# tune" is not understood: ${request}.`);
        continue;
      }
      const owner = this.ownerOf(comment, request);
      if (owner !== undefined) requests.set(owner, request);
    }
    for (const argument of this.args.arguments) this.addArgument(argument, requests.get(argument));
    const defaults = new Set(this.args.arguments.map((argument) => argument.constant));
    for (const constant of this.constants)
      this.addConstant(constant, requests.get(constant), defaults.has(constant.name));
    for (const literal of this.facts.literals) {
      const request = requests.get(literal);
      if (request !== undefined) this.addLiteral(literal, request);
    }
    return {
      found: this.found,
      arguments: this.args,
      warnings: [...this.args.warnings, ...this.warnings],
    };
  }

  /** The argument, constant or literal that a comment stands beside. */
  private ownerOf(
    comment: CommentFact,
    request: TuneRequest,
  ): Argument | AssignmentFact | LiteralFact | undefined {
    const { line } = comment.span;
    const means = (name: string | undefined) => request.keyword === undefined || request.keyword === name;
    const argument = this.args.arguments.findLast(
      (one) => line >= one.call.span.line && line <= one.call.endLine && means(one.name),
    );
    if (argument !== undefined) return argument;
    const constant = this.constants.findLast(
      (one) => line >= one.span.line && line <= one.endLine && one.bound === 1 && means(one.name),
    );
    if (constant !== undefined) return constant;
    const literal = this.facts.literals.findLast((one) => one.span.line === line && means(one.label));
    if (literal === undefined) {
      const what = request.keyword === undefined ? "no value" : `no value called ${request.keyword}`;
      this.warnings.push(`Line ${line}: "# tune" stands beside ${what} on its line.`);
    }
    return literal;
  }

  private unique(name: string, alternatives: readonly string[]): string {
    let chosen = [name, ...alternatives].find((one) => !this.names.has(one));
    for (let number = 2; chosen === undefined; number++)
      if (!this.names.has(`${name}_${number}`)) chosen = `${name}_${number}`;
    this.names.add(chosen);
    return chosen;
  }

  private addArgument(argument: Argument, request: TuneRequest | undefined): void {
    const { call, constant: _, declared, hopeless, flags: __, required, ...facts } = argument;
    const name = this.unique(
      argument.name,
      argument.subcommand === undefined ? [] : [`${argument.subcommand}_${argument.name}`],
    );
    const { valueType } = argument;
    const type = declared ? valueType : loose(valueType, argument.value);
    const proposal = this.propose({ ...facts, valueType: type, line: call.span.line }, request);
    this.found.push({
      argument,
      asked: request !== undefined,
      parameter: {
        ...facts,
        ...(required ? { required } : {}),
        name,
        origin: "argparse",
        span: call.span,
        proposal: proposal.parameter,
        suggested: proposal.suggested && !hopeless,
      },
    });
  }

  private addConstant(constant: AssignmentFact, request: TuneRequest | undefined, stands: boolean): void {
    const literal = constant.value.literal;
    if (literal === undefined) return;
    if (request === undefined && (constant.name.startsWith("_") || !isShort(literal.value))) return;
    const declared = ANNOTATIONS[constant.annotation ?? ""];
    const valueType = declared ?? KINDS[literal.kind];
    const proposal = this.propose(
      {
        name: constant.name,
        value: literal.value,
        valueType: declared ?? loose(valueType, literal.value),
        line: constant.span.line,
      },
      request,
    );
    if (constant.bound !== 1) {
      if (proposal.suggested || budgetRank(constant.name) !== undefined)
        this.warnings.push(
          `Line ${constant.span.line}: ${constant.name} is set more than once, so that its first value does not stay; it is not tuned.`,
        );
      return;
    }
    this.found.push({
      asked: request !== undefined,
      parameter: {
        name: this.unique(constant.name, [`${constant.name}_constant`]),
        origin: "constant",
        bind: { constant: constant.name },
        value: literal.value,
        valueType,
        valueSpan: constant.value.span,
        span: constant.span,
        proposal: proposal.parameter,
        // A constant that is only an argument's default would be tuned twice.
        suggested: proposal.suggested && !stands,
      },
    });
  }

  private addLiteral(literal: LiteralFact, request: TuneRequest): void {
    const parameter = literalParameter(literal, this.facts.literals, "literal");
    const proposal = this.propose({ ...parameter, line: literal.span.line }, request);
    this.found.push({
      asked: true,
      parameter: {
        ...parameter,
        name: this.unique(parameter.name, []),
        proposal: proposal.parameter,
        suggested: true,
      },
    });
  }

  private propose(
    hint: {
      readonly name: string;
      readonly value: Value | undefined;
      readonly valueType: FoundParameter["valueType"];
      readonly choices?: readonly Value[];
      readonly help?: string;
      readonly line: number;
    },
    request: TuneRequest | undefined,
  ): { readonly parameter: Parameter; readonly suggested: boolean } {
    if (request === undefined) return proposeParameter({ ...hint, siblings: this.siblings });
    const value = hint.value ?? undefined;
    const inside = value === undefined || holds(request.parameter, value);
    if (!inside)
      this.warnings.push(
        `Line ${hint.line}: the script's own value of ${hint.name} lies outside of what "# tune" asks for.`,
      );
    return {
      suggested: true,
      parameter: {
        ...request.parameter,
        ...(inside && value !== undefined ? { default: value } : {}),
        ...(hint.help === undefined ? {} : { description: hint.help }),
        source: "# tune comment",
      },
    };
  }
}

const ANNOTATIONS: Readonly<Record<string, "float" | "int" | "str" | "bool">> = {
  float: "float",
  int: "int",
  str: "str",
  bool: "bool",
};

function isConstant(fact: AssignmentFact): boolean {
  return (
    fact.value.literal !== undefined && fact.value.literal.kind !== "none" && !/^__.*__$/.test(fact.name)
  );
}

function isShort(value: Value): boolean {
  return typeof value !== "string" || (value.length <= LONGEST_TEXT && !value.includes("\n"));
}

/** `WEIGHT_DECAY = 0` and `lr = 1` are as likely floats as integers. */
function loose(type: FoundParameter["valueType"], value: Value | undefined): FoundParameter["valueType"] {
  return type === "int" && (value === 0 || value === 1) ? undefined : type;
}

/** A parameter for a literal that belongs to no argument and no constant. */
export function literalParameter(
  literal: LiteralFact,
  all: readonly LiteralFact[],
  origin: "literal" | "selection",
): Omit<FoundParameter, "proposal" | "suggested"> {
  const callee = literal.callee === undefined ? "value" : snakeCase(literal.callee);
  const place = literal.position === undefined || literal.position === 1 ? "" : `_${literal.position}`;
  const bind: Binding = { literal: literalBinding(literal, all) };
  return {
    name: literal.label === undefined ? callee + place : literal.label.replace(/[^\p{L}\p{N}_]+/gu, "_"),
    origin,
    bind,
    value: literal.value,
    valueType: KINDS[literal.kind],
    valueSpan: literal.span,
    span: literal.span,
  };
}
