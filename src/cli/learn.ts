import { writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { SingleBar } from "cli-progress";
import { pythonFolder } from "../engine/installation.ts";
import type { Learned, Learner, LearningProgress } from "../learning/learner.ts";
import { learners } from "../learning/registry.ts";
import { TuningForkError } from "../protocol/errors.ts";
import { formatValue } from "../space/describe.ts";
import { hint } from "../space/nearest.ts";
import { completeOptions } from "../strategies/options.ts";
import { EXIT } from "./exitCodes.ts";

export interface LearnFlags {
  readonly set?: readonly string[];
  readonly seed?: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** The data of the examples come with the program. */
const examples = join(dirname(pythonFolder), "examples");

/** `learn SYSTEM`: learns, and writes what was learned into a file. Ended early, it writes what it has by then. */
export async function learn(system: string, flags: LearnFlags): Promise<number> {
  const learner = find(system);
  const options = completeOptions(learner, given(flags.set ?? []), learner.name);
  const file = resolve(flags.out ?? `${learner.name}.json`);
  const say = flags.json ? jsonLines : progressBar(learner);
  let isStopped = false;
  const stop = (): void => {
    if (isStopped) process.exit(EXIT.interrupted);
    isStopped = true;
    process.stderr.write("Stopping after this iteration. Press again to leave at once.\n");
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const learned = await learner.learn(options, {
      seed: flags.seed ?? 0,
      examples,
      report: say.progress,
      stopped: () => isStopped,
    });
    await write(file, learned);
    say.result(learned, file);
    return isStopped ? EXIT.interrupted : EXIT.ok;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    say.end();
  }
}

function find(system: string): Learner {
  const found = learners.find(({ name }) => name === system);
  if (found !== undefined) return found;
  const names = learners.map(({ name }) => name);
  throw new TuningForkError(
    "bad-input",
    `Nothing that can be learned is called "${system}".${hint(system, names)}`,
    `There is: ${names.join(", ")}.`,
  );
}

function given(assignments: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    assignments.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new TuningForkError("bad-input", `--set needs OPTION=VALUE, not "${text}".`);
      return [text.slice(0, at), typed(text.slice(at + 1))];
    }),
  );
}

/** A number, or true or false, where it is one, else the text itself. */
function typed(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

async function write(file: string, learned: Learned): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(learned, undefined, 1)}\n`);
  } catch (error) {
    throw new TuningForkError("cannot-write", `${file} cannot be written: ${(error as Error).message}.`);
  }
}

interface Say {
  progress(progress: LearningProgress): void;
  result(learned: Learned, file: string): void;
  end(): void;
}

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

const jsonLines: Say = {
  progress: (progress) => print({ type: "progress", ...progress }),
  result: ({ system, record: { seed, seconds } }, file) =>
    print({ type: "result", system, file, seed, seconds }),
  end: () => {},
};

const figuresOf = ({ figures }: LearningProgress): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${formatValue(Number(value.toPrecision(3)))}`)
    .join(" · ");

function progressBar({ title }: Learner): Say {
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: "{bar} {value}/{total} · {text}",
        hideCursor: true,
        clearOnComplete: true,
        barsize: 24,
        stream: process.stderr,
      })
    : undefined;
  let isShown = false;
  return {
    progress(progress) {
      if (!isShown) bar?.start(progress.of, 0, { text: title });
      isShown = true;
      bar?.update(progress.iteration, { text: figuresOf(progress) });
    },
    result({ record }, file) {
      bar?.stop();
      const last = record.progress.at(-1);
      process.stdout.write(
        `${title} learned in ${Math.round(record.seconds)} s${last ? `: ${figuresOf(last)}` : ""}\n`,
      );
      process.stdout.write(`${file}\n`);
    },
    end: () => bar?.stop(),
  };
}
