import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { applyDefinitionEdits, editDefinition } from "../definition/edit.ts";
import { applyOverrides, type Overrides } from "../definition/overrides.ts";
import { freshAddress } from "../engine/address.ts";
import { handlersOf } from "../engine/handlers.ts";
import { readIdle } from "../engine/idleStudy.ts";
import { pythonFolder, VERSION } from "../engine/installation.ts";
import { probe } from "../engine/probe.ts";
import { type EngineServer, serve } from "../engine/server.ts";
import { Studies } from "../engine/studies.ts";
import { StudyAttribute } from "../journal/attributes.ts";
import type { Definition } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { SeenMetric } from "../protocol/study.ts";
import { definitionFolder } from "../store/folder.ts";
import { checkDefinition, definitionOf, type LoadedDefinition } from "../study/definitions.ts";
import { findInterpreter } from "../trials/python.ts";
import { EXIT } from "./exitCodes.ts";
import { jsonReporter, type Reporter, textReporter } from "./report.ts";
import { findStudy } from "./studyArgument.ts";

export interface TuneFlags extends Overrides {
  readonly json?: boolean;
  readonly interpreter?: string;
}

/** `tune SCRIPT_OR_DEFINITION`: the same study as in the editor, in this process. Returns the exit code. */
export async function tune(path: string, flags: TuneFlags): Promise<number> {
  const reporter = reporterOf(flags);
  const found = await definitionOf(path);
  if (found.written)
    reporter.message(
      "warn",
      `Wrote ${found.definitionPath}: the search space proposed for ${found.definition.script}.`,
    );
  const seen = seenFrom(found.definitionPath, flags);
  const loaded = checkDefinition(applyOverrides(found.definition, seen), found.definitionPath);
  const interpreter = await findInterpreter(flags.interpreter ?? loaded.definition.interpreter);
  return run(await withMetric(loaded, interpreter, flags, reporter), interpreter, reporter);
}

/** `resume STUDY`: goes on with the definition that the journal holds. */
export async function resume(argument: string, flags: TuneFlags): Promise<number> {
  const reporter = reporterOf(flags);
  const id = await findStudy(argument, process.cwd());
  const folder = definitionFolder(id);
  const { definition, history } = await readIdle(id);
  if (definition === undefined || folder === undefined) {
    throw new TuningForkError(
      "journal-foreign",
      `${id} was not written by Tuning Fork: it says nothing of a script.`,
      "Show it with: tuning-fork show",
    );
  }
  const file = history.attributes[StudyAttribute.file];
  const path = typeof file === "string" ? join(folder, file) : join(folder, `${history.name}.tune.json`);
  const loaded = checkDefinition(
    applyOverrides({ ...definition, study: history.name } as Definition, seenFrom(path, flags)),
    path,
  );
  return run(loaded, await findInterpreter(flags.interpreter ?? definition.interpreter), reporter);
}

/** Paths on the command line are seen from the current folder, those of a definition from its own. */
function seenFrom(definitionPath: string, { warmStart, ...flags }: TuneFlags): TuneFlags {
  const seen = warmStart?.map((path) => relative(dirname(definitionPath), resolve(path)) || ".");
  return seen === undefined ? flags : { ...flags, warmStart: seen };
}

function reporterOf(flags: TuneFlags): Reporter {
  const write = (text: string): void => void process.stdout.write(text);
  return flags.json ? jsonReporter(write) : textReporter(write, process.stderr.isTTY === true);
}

async function run(loaded: LoadedDefinition, interpreter: string, reporter: Reporter): Promise<number> {
  const { address, remove } = await freshAddress();
  // The first trials run before the study is known by its summary; they are told after it.
  let early: (() => void)[] | undefined = [];
  const say = (what: () => void): void => {
    if (early === undefined) what();
    else early.push(what);
  };
  const studies: Studies = new Studies({
    pythonFolder,
    address,
    changed: (summary) => {
      reporter.progress(summary);
      server.notify("changed", summary);
    },
    log: (level, text) => say(() => reporter.message(level, text)),
    heard: (_, event) => say(() => reporter.event(event)),
  });
  const shutdown = async (): Promise<void> => studies.stopAll();
  const server: EngineServer = await serve(
    address,
    VERSION,
    handlersOf(studies, { pythonFolder, shutdown, notify: (name, value) => server.notify(name, value) }),
  );
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) process.exit(EXIT.interrupted);
    interrupted = true;
    reporter.message("warn", "Stopping: running trials are ended. Press again to leave at once.");
    void studies.stopAll();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    const summary = await studies.startLoaded(loaded, interpreter);
    reporter.started(summary);
    const held = early;
    early = undefined;
    for (const what of held) what();
    const end = await studies.ended(summary.id);
    const last = await studies.views.summary(summary.id);
    reporter.result(last, end);
    if (interrupted) return EXIT.interrupted;
    return last.best === undefined && !last.front?.length ? EXIT.noScore : EXIT.ok;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    studies.dispose();
    await server.close();
    await remove();
  }
}

/** Finds the objective by a first run where the definition has none, and keeps the answer in the file. */
async function withMetric(
  loaded: LoadedDefinition,
  interpreter: string,
  flags: TuneFlags,
  reporter: Reporter,
): Promise<LoadedDefinition> {
  const before = loaded.definition.objective;
  // A list has its names: the schema sees to that.
  if (!("goal" in before) || before.metric !== undefined) return loaded;
  reporter.message(
    "warn",
    `No objective yet: running ${loaded.definition.script} once to see what it prints.`,
  );
  const { metrics, output, exitCode } = await probe({ loaded, interpreter, pythonFolder });
  if (metrics.length === 0) {
    const tail = output.split("\n").slice(-12).join("\n");
    throw new TuningForkError(
      "no-metric",
      exitCode === 0
        ? "The script printed no number with a name."
        : `The script's first run failed (exit code ${exitCode}).\n${tail}`,
      exitCode === 0
        ? 'Print the objective as "val_loss: 0.12", or name it with --metric.'
        : "Run the script by hand first.",
    );
  }
  const { name, goal } = await pick(metrics, flags);
  reporter.message("warn", `Objective: ${goal} ${name} (kept in ${loaded.definitionPath}).`);
  const objective = {
    metric: name,
    goal: before.goal === "maximize" || flags.goal !== undefined ? before.goal : goal,
  };
  await keep(loaded.definitionPath, objective);
  return checkDefinition({ ...loaded.definition, objective }, loaded.definitionPath);
}

/** Asks at a terminal; elsewhere takes a name that the field uses for objectives, or refuses to guess. */
async function pick(metrics: readonly SeenMetric[], flags: TuneFlags): Promise<SeenMetric> {
  const [first] = metrics;
  if (!process.stdin.isTTY || flags.json) {
    if (first?.known || metrics.length === 1) return first!;
    throw new TuningForkError(
      "no-metric",
      `The script prints ${metrics.map((metric) => metric.name).join(", ")}.`,
      "Say which one counts with --metric NAME and --goal minimize or maximize.",
    );
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (const [i, { name, values, goal }] of metrics.entries())
      process.stderr.write(`  ${i + 1}  ${name} = ${values.at(-1)}  (${goal})\n`);
    const answer = await prompt.question(`Objective [1 to ${metrics.length}, Enter = 1]: `);
    return (
      metrics[Number(answer.trim() || "1") - 1] ??
      metrics.find((metric) => metric.name === answer.trim()) ??
      first!
    );
  } finally {
    prompt.close();
  }
}

async function keep(path: string, objective: Definition["objective"]): Promise<void> {
  const text = await readFile(path, "utf8");
  await writeFile(path, applyDefinitionEdits(text, editDefinition(text, ["objective"], objective)));
}
