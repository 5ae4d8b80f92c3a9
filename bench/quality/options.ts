import { parseArgs } from "node:util";

/** What a comparison runs, and what it shows. */
export interface Options {
  readonly scenarios: readonly string[];
  /** Empty: all of the scenario's. */
  readonly instances: readonly string[];
  readonly functions: readonly string[];
  readonly strategies: readonly string[];
  /** Strategies of other programs. */
  readonly peers: readonly string[];
  readonly trials: number | undefined;
  readonly budget: number | undefined;
  readonly seeds: number;
  readonly workers: number;
  readonly noise: number;
  readonly metric: string | undefined;
  readonly json: string | undefined;
  readonly picture: string | undefined;
  /** Files of earlier results that are shown with these. */
  readonly merge: readonly string[];
  readonly checkpoints: readonly number[] | undefined;
}

export const usage = `
  --scenario DIR          a scenario's folder (repeatable), with --instances A,B (absent: all) and --metric NAME
  --function A,B          functions instead of, or beside, scenarios; --noise SD is added to what strategies see
  --strategies A,B        the first is compared with each other one
  --trials N              trials of each study (100), or
  --budget B              full trainings that a study may cost, for strategies with budgets of several sizes
  --seeds N               studies of each pair, seeds 0 to N − 1 (5)
  --workers W             trials at once, in simulated time (1)
  --json FILE             writes the results
  --picture FILE          draws regret over trials or budget, log-log, as an SVG
  --merge FILE            shows earlier results too (repeatable); nothing is run where no strategy is named
  --checkpoints A,B       trials, or full trainings, after which the table looks (30,50,100 and the end)`;

const list = (values: readonly string[] | undefined): string[] =>
  (values ?? []).flatMap((value) => value.split(",")).filter((value) => value !== "");

function number(name: string, text: string | undefined, low: number, whole: boolean): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= low && (!whole || Number.isInteger(value))) return value;
  throw new Error(`--${name} must be a ${whole ? "whole " : ""}number from ${low} on, not "${text}".`);
}

/** @throws {Error} with one line for people */
export function readOptions(args: readonly string[]): Options {
  const many = { type: "string", multiple: true } as const;
  const one = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: many,
      instances: many,
      function: many,
      strategies: many,
      peers: many,
      trials: one,
      budget: one,
      seeds: one,
      workers: one,
      noise: one,
      metric: one,
      json: one,
      picture: one,
      merge: many,
      checkpoints: many,
    },
  });
  if (values.trials !== undefined && values.budget !== undefined)
    throw new Error("Give --trials or --budget, not both.");
  const budget = number("budget", values.budget, 1e-6, false);
  const checkpoints = list(values.checkpoints).map((text) => number("checkpoints", text, 1e-6, false)!);
  return {
    scenarios: list(values.scenario),
    instances: list(values.instances),
    functions: list(values.function),
    strategies: list(values.strategies),
    peers: list(values.peers),
    trials: budget === undefined ? (number("trials", values.trials, 1, true) ?? 100) : undefined,
    budget,
    seeds: number("seeds", values.seeds, 1, true) ?? 5,
    workers: number("workers", values.workers, 1, true) ?? 1,
    noise: number("noise", values.noise, 0, false) ?? 0,
    metric: values.metric,
    json: values.json,
    picture: values.picture,
    merge: list(values.merge),
    checkpoints: checkpoints.length > 0 ? checkpoints : undefined,
  };
}
