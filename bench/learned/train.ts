import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { optimizerLearner } from "../../src/learning/optimizer/learner.ts";
import { completeOptions } from "../../src/strategies/options.ts";

/** Trains a learned optimizer and writes the best so far to a file; SIGTERM ends it with what it has. */
const { values } = parseArgs({
  options: {
    problem: { type: "string", default: "quadratic" },
    epochs: { type: "string", default: "3000" },
    problems: { type: "string", default: "32" },
    "learning-rate": { type: "string", default: "0.003" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: "lstm.json" },
  },
});
let stopped = false;
process.once("SIGTERM", () => {
  stopped = true;
});
const write = (learned: unknown): void => writeFileSync(values.out, `${JSON.stringify(learned)}\n`);
const learned = await optimizerLearner.learn(
  completeOptions(optimizerLearner, {
    problem: values.problem,
    epochs: Number(values.epochs),
    problems: Number(values.problems),
    learningRate: Number(values["learning-rate"]),
  }),
  {
    seed: Number(values.seed),
    examples: join(import.meta.dirname, "../../examples"),
    stopped: () => stopped,
    report: (progress) => console.log(JSON.stringify(progress)),
    keep: write,
  },
);
write(learned);
