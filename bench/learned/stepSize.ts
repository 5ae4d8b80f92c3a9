/**
 * A step-size policy on networks that it has never seen, beside the same optimizer with a fixed step size
 * (Daniel et al. 2016): final losses of training by the step size that they begin with.
 *
 *   npm run bench -- learned step-size [--policy FILE] [--nets 24] [--seed 1000] [--fashion DIR] [--json FILE] [--picture FILE]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDigits } from "../../src/learning/data/digits.ts";
import { readFashion } from "../../src/learning/data/fashion.ts";
import { StepSizeController } from "../../src/learning/stepsize/controller.ts";
import { parsePolicy, type StepSizePolicy } from "../../src/learning/stepsize/policy.ts";
import { sampleTask, split } from "../../src/learning/stepsize/tasks.ts";
import { type Task, train } from "../../src/learning/stepsize/training.ts";
import { random } from "../../src/space/random.ts";
import { geometricMean } from "../quality/statistics.ts";
import { figure, markdown } from "../quality/table.ts";
import { linesOf } from "./picture.ts";

const ROOT = join(import.meta.dirname, "../..");
const DECADES = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];
/** A third of a decade apart, where a fixed step size may be good. */
const FINE = Array.from({ length: 13 }, (_, i) => 10 ** (-4 + i / 3));
const FASHION = { pictures: 4_000, hidden: [96, 96], steps: 600, nets: 2 };

interface Row {
  readonly data: string;
  readonly start: number;
  readonly fixed: number;
  readonly controlled: number;
}

/** Geometric mean of the final training losses. */
function lossOf(
  tasks: readonly Task[],
  policy: StepSizePolicy,
  start: number,
  isControlled: boolean,
): number {
  return geometricMean(
    tasks.map((task) => {
      const controller = isControlled ? new StepSizeController(policy.theta, policy.bounds) : undefined;
      return train(task, policy.direction, { start, ...(controller && { controller }) }).last;
    }),
  );
}

const ratio = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);

function measure(data: string, tasks: readonly Task[], policy: StepSizePolicy) {
  const rows = DECADES.map(
    (start): Row => ({
      data,
      start,
      fixed: lossOf(tasks, policy, start, false),
      controlled: lossOf(tasks, policy, start, true),
    }),
  );
  const fine = FINE.map((start) => lossOf(tasks, policy, start, false));
  const [fixed, controlled] = [rows.map((row) => row.fixed), rows.map((row) => row.controlled)];
  const tuned = Math.min(...fine);
  console.log(`\n${data}: ${tasks.length} networks, final training loss (geometric mean)\n`);
  console.log(
    markdown(
      ["step size at the beginning", policy.direction, "controlled"],
      [
        ...rows.map((row) => [row.start.toExponential(0), figure(row.fixed), figure(row.controlled)]),
        ["worst ÷ best", figure(ratio(fixed)), figure(ratio(controlled))],
      ],
    ),
  );
  console.log(
    `\nbest fixed step size, a third of a decade apart: ${figure(tuned)} (at ${FINE[fine.indexOf(tuned)]!.toExponential(1)})`,
  );
  console.log(`worst controlled ÷ best fixed: ${figure(Math.max(...controlled) / tuned)}`);
  console.log(
    `controlled below fixed: ${rows.filter((row) => row.controlled < row.fixed).length} of ${rows.length} decades`,
  );
  return { rows, tuned };
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      policy: { type: "string", default: join(ROOT, "media/learned/step-size-rmsprop.json") },
      nets: { type: "string", default: "24" },
      seed: { type: "string", default: "1000" },
      fashion: { type: "string" },
      json: { type: "string" },
      picture: { type: "string" },
    },
  });
  const policy = parsePolicy(readFileSync(values.policy, "utf8"), values.policy);
  const { seed, seconds, options } = policy.record;
  console.log(`Policy of seed ${seed}, learned in ${Math.round(seconds)} s with ${JSON.stringify(options)}.`);
  const { measuring } = split(await readDigits(join(ROOT, "examples")));
  const streams = () =>
    Array.from({ length: Number(values.nets) }, (_, i) => random(Number(values.seed) + i, 0));
  const results = [
    measure(
      "digits",
      streams().map((draws) => sampleTask(measuring, draws)),
      policy,
    ),
    measure(
      "digits of varied contrast",
      streams().map((draws) => sampleTask(measuring, draws, true)),
      policy,
    ),
  ];
  if (values.fashion !== undefined) {
    const images = await readFashion(values.fashion, FASHION.pictures);
    const { hidden, steps, nets } = FASHION;
    const tasks = Array.from({ length: nets }, (_, i) => ({
      images,
      hidden,
      steps,
      seed: Number(values.seed) + i,
    }));
    results.push(measure("Fashion-MNIST", tasks, policy));
  }
  const rows = results.flatMap((result) => result.rows);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results })}\n`);
  if (values.picture !== undefined) {
    const lines = rows.flatMap(({ data, start, fixed, controlled }) => [
      { line: `${data}, ${policy.direction}`, x: start, y: fixed },
      { line: `${data}, controlled`, x: start, y: controlled },
    ]);
    const axes = { x: "step size at the beginning", y: "final training loss" };
    writeFileSync(values.picture, await linesOf(lines, axes));
  }
}
