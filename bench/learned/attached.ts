/**
 * The step-size policy, or hypergradient descent, on an unmodified PyTorch script, examples/torch: shipped with a learning
 * rate of 1e-6, as it is and driven, beside its finely tuned learning rate; and what attaching costs.
 *
 *   npm run bench -- learned attached --python PYTHON [--control policy|descent|real-time] [--optimizers sgd,adam] [--seeds 10]
 *     [--epochs 3] [--rounds 7] [--json FILE] [--picture FILE]
 *
 * `--picture` draws SGD's seed 0 over its steps, under each of them.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ControlMessage, numberOf } from "../../src/protocol/control.ts";
import { isDriven, RATE_CONTROLS, type RateControl } from "../../src/protocol/trial.ts";
import { readTrace } from "../../src/store/traces.ts";
import { type DescentOptions, hypergradientDescent } from "../../src/strategies/hypergradientDescent.ts";
import { completeOptions } from "../../src/strategies/options.ts";
import { type RealTimeOptions, rtho } from "../../src/strategies/rtho.ts";
import { type PolicyOptions, stepSizePolicy } from "../../src/strategies/stepSizePolicy.ts";
import { controlTrainings, hypergradientRules } from "../../src/study/control.ts";
import { readPolicies } from "../../src/study/policies.ts";
import { lineLegend, namedLines, type TracedStep, tracesPicture } from "../picture.ts";
import { geometricMean, mean, quantile } from "../quality/statistics.ts";
import { figure, markdown } from "../quality/table.ts";

const ROOT = join(import.meta.dirname, "../..");
/** A third of a decade apart. */
const FINE = Array.from({ length: 10 }, (_, i) => 10 ** (-3.333 + i / 3));
const SHIPPED = 1e-6;
const { first, every } = completeOptions(stepSizePolicy, {}) as unknown as PolicyOptions;
const descent = completeOptions(hypergradientDescent, {}) as unknown as DescentOptions;
const realTime = completeOptions(rtho, {}) as unknown as RealTimeOptions;

interface Run {
  /** Of the last epoch. */
  readonly trainLoss: number;
  readonly valLoss: number;
  /** From the first epoch's end to the last one's, in milliseconds. */
  readonly time: number;
  /** What was seen of it, and answered. */
  readonly trace: readonly ControlMessage[];
}

interface Options {
  readonly python: string;
  readonly epochs: number;
}

/** One training, in a process of its own; watched where `control` says who sets its learning rate. */
async function train(
  { python, epochs }: Options,
  args: readonly string[],
  control?: RateControl,
  looks = { first, every },
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-attached-"));
  const policies = await readPolicies(join(ROOT, "media/learned"), undefined);
  const socket =
    control &&
    (await controlTrainings({
      policies,
      looks,
      ...hypergradientRules(descent),
      ...hypergradientRules(realTime),
      control: () => control,
      trace: () => join(folder, "trace.jsonl"),
      heard: () => {},
    }));
  const env = {
    ...process.env,
    PYTHONUNBUFFERED: "1",
    ...(socket && { TUNING_FORK_ATTACH: JSON.stringify({ address: socket.address, trial: 0 }) }),
  };
  const command = [
    "python/tuning_fork/launch.py",
    "examples/torch/train.py",
    "--epochs",
    String(epochs),
    ...args,
  ];
  try {
    const child = spawn(python, command, { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
    const times: number[] = [];
    let output = "";
    child.stdout.on("data", (part: Buffer) => {
      times.push(performance.now());
      output += String(part);
    });
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    const losses = [...output.matchAll(/train_loss=(\S+) val_loss=(\S+)/g)];
    if (code !== 0 || losses.length !== epochs)
      throw new Error(`the training ended with ${code}:\n${output}`);
    const [, trainLoss, valLoss] = losses.at(-1)!;
    await socket?.close();
    const time = times.at(-1)! - times[0]!;
    return {
      ...{ trainLoss: Number(trainLoss), valLoss: Number(valLoss), time },
      trace: socket === undefined ? [] : await readTrace(join(folder, "trace.jsonl")),
    };
  } finally {
    await socket?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const COLORS = {
  color: {
    ...namedLines("of"),
    scale: { scheme: "category10" },
    legend: { ...lineLegend, labelLimit: 240 },
  },
  strokeDash: namedLines("of"),
};

/** How many looks a loss is averaged over to be drawn. */
const SMOOTH = 8;

/** SGD's learning rate and loss over the steps: as shipped, finely tuned, and as shipped but driven. */
async function traces(options: Options): Promise<TracedStep[]> {
  const args = (lr: number) => ["--optimizer", "sgd", "--lr", String(lr), "--train-size", "6400"];
  const series: readonly (readonly [string, RateControl, number])[] = [
    ["as shipped (1e-6)", "own", SHIPPED],
    ["under the policy", "policy", SHIPPED],
    ["hypergradient descent", "descent", SHIPPED],
    ["rtho", "real-time", SHIPPED],
    ["finely tuned", "own", 10 ** (-4 / 3)],
  ];
  const steps: TracedStep[] = [];
  for (const [name, control, lr] of series) {
    const { trace } = await train(options, args(lr), control, { first: 5, every: 3 });
    const acts = new Map(trace.flatMap((each) => (each.type === "act" ? [[each.step, each.rate]] : [])));
    const seen: number[] = [];
    for (const each of trace) {
      if (each.type !== "state") continue;
      seen.push(numberOf(each.loss ?? "nan"));
      const rate = control === "policy" ? (acts.get(each.step) ?? numberOf(each.own)) : numberOf(each.rate);
      steps.push(
        { of: name, step: each.step, quantity: "learning rate", y: rate },
        { of: name, step: each.step, quantity: "loss", y: mean(seen.slice(-SMOOTH)) },
      );
    }
  }
  return steps;
}

const losses = (runs: readonly Run[]): number => geometricMean(runs.map(({ trainLoss }) => trainLoss));

async function series(count: number, run: (seed: number) => Promise<Run>): Promise<Run[]> {
  const runs: Run[] = [];
  for (let seed = 0; seed < count; seed++) runs.push(await run(seed));
  return runs;
}

async function quality(options: Options, optimizer: string, control: RateControl, seeds: number) {
  const args = (lr: number, seed: number) => [
    ...["--optimizer", optimizer, "--lr", String(lr)],
    ...["--seed", String(seed), "--train-size", "6400"],
  ];
  const tuning: number[] = [];
  for (const lr of FINE) tuning.push(losses(await series(2, (seed) => train(options, args(lr, 100 + seed)))));
  const best =
    FINE[tuning.indexOf(Math.min(...tuning.map((loss) => (loss > 0 ? loss : Number.POSITIVE_INFINITY))))]!;
  const tuned = losses(await series(seeds, (seed) => train(options, args(best, seed))));
  const own = losses(await series(Math.min(seeds, 3), (seed) => train(options, args(SHIPPED, seed))));
  const runs = await series(seeds, (seed) => train(options, args(SHIPPED, seed), control));
  const policy = losses(runs);
  const worst = Math.max(...runs.map(({ trainLoss }) => trainLoss));
  return { optimizer, best, tuned, own, policy, worst, ratio: policy / tuned };
}

/** Pairs of trainings, one after the other, as machines are noisy: the share that attaching adds to a training's time. */
async function cost(options: Options, control: RateControl, rounds: number) {
  const args = ["--lr", "0.02"];
  const shares: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const alone = await train(options, args);
    const watched = await train(options, args, control);
    shares.push(watched.time / alone.time - 1);
  }
  return {
    control,
    rounds,
    median: quantile(shares, 0.5),
    low: quantile(shares, 0.25),
    high: quantile(shares, 0.75),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: "string", default: "python3" },
      optimizers: { type: "string", default: "sgd,adam" },
      seeds: { type: "string", default: "10" },
      epochs: { type: "string", default: "3" },
      rounds: { type: "string", default: "7" },
      control: { type: "string", default: "policy" },
      json: { type: "string" },
      picture: { type: "string" },
    },
  });
  const options = { python: values.python, epochs: Number(values.epochs) };
  const driver = RATE_CONTROLS.find((one) => one === values.control && isDriven(one));
  if (driver === undefined)
    throw new Error(`--control is policy, descent or real-time, not "${values.control}".`);
  const results = [];
  for (const optimizer of values.optimizers.split(",").filter(Boolean))
    results.push(await quality(options, optimizer, driver, Number(values.seeds)));
  console.log(
    markdown(
      [
        "optimizer",
        "as shipped (1e-6)",
        `under ${driver}`,
        "worst seed",
        "finely tuned",
        "at",
        `${driver} ÷ tuned`,
      ],
      results.map(({ optimizer, own, policy, worst, tuned, best, ratio }) => [
        ...[optimizer, figure(own), figure(policy), figure(worst)],
        ...[figure(tuned), best.toExponential(1), figure(ratio)],
      ]),
    ),
  );
  const costs = [];
  for (const control of ["own", driver] as const)
    if (Number(values.rounds) > 0)
      costs.push(await cost({ ...options, epochs: 4 }, control, Number(values.rounds)));
  for (const { control, median, low, high, rounds } of costs)
    console.log(
      `\n${control === "own" ? "watched" : "driven"}: ${percent(median)} more time [${percent(low)}, ${percent(high)}], ${rounds} pairs`,
    );
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results, costs })}\n`);
  if (values.picture !== undefined)
    writeFileSync(values.picture, await tracesPicture(await traces(options), COLORS));
}
