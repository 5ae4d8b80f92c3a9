import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { VERSION } from "../engine/installation.ts";
import { TuningForkError } from "../protocol/errors.ts";
import { EXIT, EXIT_MEANINGS, exitCodeOf } from "./exitCodes.ts";
import { learn } from "./learn.ts";
import { inspect, log, repair, show, stop } from "./look.ts";
import { resume, tune } from "./tune.ts";

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("Not a number.");
  return value;
}

function whole(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError("Not a whole number of 0 or more.");
  return value;
}

function positive(text: string): number {
  const value = whole(text);
  if (value < 1) throw new InvalidArgumentError("Must be 1 or more.");
  return value;
}

const collect = (value: string, all: readonly string[] = []): string[] => [...all, value];

/** The flags that stand for keys of the definition. */
function withStudyFlags(command: Command): Command {
  return command
    .option("--strategy <name>", "how configurations are chosen")
    .option("--trials <n>", "configurations to try", positive)
    .option("--patience <n>", "stop after so many configurations in a row without a better score", positive)
    .option("--improvement <x>", "stop when no further improvement of this much is expected", number)
    .option("--parallel <n>", "trials at once", positive)
    .option("--seed <n>", "seed: the same seed makes the same decisions", whole)
    .option("--metric <name>", "the number to optimise, as the script prints it (may be repeated)", collect)
    .option(
      "--goal <direction>",
      "minimize or maximize: whether smaller or larger is better; repeated, one for each --metric",
      collect,
    )
    .option("--budget-param <name>", "the script's parameter for the training length, such as epochs")
    .option("--budget-min <n>", "smallest budget of a trial", number)
    .option("--budget-max <n>", "largest budget of a trial", number)
    .addOption(
      new Option("--budget-mode <mode>", "how a trial goes on to a larger budget").choices([
        "pause",
        "stop",
        "restart",
        "resume",
      ]),
    )
    .option("--eta <n>", "one in ETA configurations goes on to the next rung", number)
    .option("--study <name>", "the study's name, when it is not the script's")
    .option(
      "--warm-start <study>",
      "begin with the finished trials of an earlier study: a journal (Optuna's too), script or definition (may be repeated)",
      collect,
    )
    .option("--set <name=value>", "hold a parameter at a value (may be repeated)", collect)
    .option("--interpreter <path>", "Python to run the script with")
    .option("--json", "one JSON object a line; the last is the result");
}

function program(done: (code: number) => void): Command {
  const cli = new Command("tuning-fork")
    .description("Tunes the hyperparameters of a training script without changing it.")
    .version(VERSION)
    .showHelpAfterError("(see --help)")
    .exitOverride()
    .addHelpText(
      "after",
      `\nExit codes:\n${EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`).join("\n")}`,
    );
  withStudyFlags(cli.command("tune").argument("<script-or-definition>"))
    .description("tune a script; its definition (SCRIPT.tune.json) is written beside it the first time")
    .action(async (path, flags) => done(await tune(path, flags)));
  withStudyFlags(cli.command("resume").argument("<study>", "a name, journal, definition or script"))
    .description("go on with a study that was stopped")
    .action(async (study, flags) => done(await resume(study, flags)));
  cli
    .command("learn")
    .argument("<system>", "what is to be learned: step-size, optimizer")
    .description("learn to optimise: the result is a JSON file")
    .option("--set <option=value>", "an option of the system (may be repeated)", collect)
    .option("--seed <n>", "seed: the same seed learns the same", whole)
    .option("--out <file>", "where the result goes (<system>.json)")
    .option("--json", "one JSON object a line; the last is the result")
    .action(async (system, flags) => done(await learn(system, flags)));
  cli
    .command("inspect")
    .argument("<script>")
    .description("list what could be tuned, without running the script")
    .option("--interpreter <path>", "Python to read the script with")
    .option("--json", "one JSON object with a list of parameters")
    .action(async (script, flags) => done(await inspect(script, flags)));
  cli
    .command("show")
    .argument("<study>", "a name, journal, definition or script")
    .description("show a study: state, best configuration, trials")
    .option("--limit <n>", "rows to show", String)
    .option("--json", "one JSON object")
    .action(async (study, flags) => done(await show(study, flags)));
  cli
    .command("stop")
    .argument("<study>")
    .description("stop a study that runs, here or in VS Code")
    .option("--json", "one JSON object")
    .action(async (study, flags) => done(await stop(study, flags)));
  cli
    .command("log")
    .argument("<study>")
    .argument("<trial>")
    .description("print what a trial printed")
    .action(async (study, trial) => done(await log(study, trial)));
  cli
    .command("repair")
    .argument("<study>")
    .description("mend a damaged journal; nothing is thrown away")
    .action(async (study) => done(await repair(study)));
  return cli;
}

/** Errors go to standard error; with --json as an object too, so that a machine reads one stream. */
function fail(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  const known = error instanceof TuningForkError ? error : undefined;
  const text = known?.text ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (json)
    process.stdout.write(
      `${JSON.stringify({ type: "error", code: known?.code ?? "internal", message: text })}\n`,
    );
  process.stderr.write(`${text}\n`);
  return known === undefined ? EXIT.internal : exitCodeOf(known.code);
}

async function main(): Promise<void> {
  // A reader that has seen enough (`| head`) is no fault of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    throw error;
  });
  try {
    await program((code) => {
      process.exitCode = code;
    }).parseAsync();
  } catch (error) {
    process.exitCode = fail(error, process.argv.includes("--json"));
  }
}

await main();
