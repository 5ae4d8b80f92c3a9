import { basename } from "node:path";
import {
  CancellationError,
  commands,
  type TextDocument,
  type TextEditor,
  type Uri,
  window,
  workspace,
} from "vscode";
import { objectivesOf } from "../definition/objectives.ts";
import type { Definition } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { ScriptReport } from "../protocol/script.ts";
import type { Binding, Parameter } from "../protocol/space.ts";
import type { SeenMetric, StudyId, StudySummary } from "../protocol/study.ts";
import { CONFIG_EDITOR } from "./commandIds.ts";
import { type Definitions, definitionUriOf, isDefinition, scriptUriOf } from "./definitions.ts";
import type { EngineClient } from "./engineClient.ts";
import { formatNumber, sparkline } from "./format.ts";
import { findInterpreter } from "./interpreter.ts";
import { withCancellableProgress, withLateProgress } from "./progress.ts";
import type { Scripts } from "./scripts.ts";
import type { Studies } from "./studies.ts";
import { requireTrust } from "./trust.ts";

export interface TuningOptions {
  readonly engine: EngineClient;
  readonly studies: Studies;
  readonly scripts: Scripts;
  readonly definitions: Definitions;
  readonly note: (text: string) => void;
}

/** From a script to a running study: what the commands and the configuration-space editor ask for. */
export class Tuning {
  readonly #options: TuningOptions;
  readonly #metrics = new Map<string, readonly SeenMetric[]>();

  constructor(options: TuningOptions) {
    this.#options = options;
  }

  /** What a first run of this definition's script printed, if there was one in this window. */
  metrics(definitionUri: Uri): readonly SeenMetric[] {
    return this.#metrics.get(definitionUri.fsPath) ?? [];
  }

  /** Reads the script, writes the definition beside it where there is none, and opens it. */
  async tune(script: Uri): Promise<Uri> {
    if (isDefinition(script)) {
      await openDefinition(script);
      return script;
    }
    const uri = definitionUriOf(script);
    const document = await workspace.openTextDocument(script);
    if (document.isDirty && !(await document.save())) {
      throw new TuningForkError("cannot-write", `${basename(script.fsPath)} could not be saved.`);
    }
    if (!(await exists(uri))) {
      const report = await this.#authority(document);
      const definition = await this.#options.scripts.propose(report, basename(script.fsPath));
      await writeDefinition(uri, definition);
    }
    await openDefinition(uri);
    return uri;
  }

  /** Adds the selected literal to the space of the script's definition. */
  async tuneSelection(editor: TextEditor): Promise<void> {
    const { scripts, definitions } = this.#options;
    const { document, selection } = editor;
    const found = await scripts.describeSelection(document, selection);
    const uri = definitionUriOf(document.uri);
    if (!(await exists(uri))) {
      const report = await scripts.read(document);
      await writeDefinition(uri, await scripts.propose(report, basename(document.uri.fsPath)));
    }
    if (document.isDirty) {
      await document.save();
    }
    const target = await workspace.openTextDocument(uri);
    const { space } = await definitions.require(target);
    const bound = bindingKey(found.bind);
    const same = Object.keys(space).find((name) => bindingKey(bindOf(name, space[name])) === bound);
    const name = same ?? freeName(found.name, space);
    await definitions.edit(target, [
      same === undefined
        ? { path: ["space", name], value: { ...found.proposal, bind: found.bind } }
        : { path: ["space", name, "enabled"], value: undefined },
    ]);
    await openDefinition(uri);
  }

  /** Starts the definition's study, or goes on with it. Asks for the objective once, by a first run. */
  async start(definitionUri: Uri): Promise<StudySummary> {
    requireTrust("Starting a study");
    const { definitions, engine, studies } = this.#options;
    const document = await workspace.openTextDocument(definitionUri);
    let definition = await definitions.require(document);
    if (objectivesOf(definition).some(({ metric }) => metric === undefined)) {
      await this.selectObjective(definitionUri);
      definition = await definitions.require(document);
    }
    await this.#saveAll(document, definition);
    const interpreter = await findInterpreter(scriptUriOf(definitionUri, definition));
    const call = engine.call("start", { definitionPath: definitionUri.fsPath, interpreter });
    const summary = await withLateProgress("Starting the study", call);
    studies.accept(summary);
    return summary;
  }

  async stop(study: StudyId): Promise<void> {
    const { engine, studies } = this.#options;
    studies.accept(await engine.call("stop", { study }));
  }

  /** Runs the script once, lets the user pick what to tune for, and writes it into the definition. */
  async selectObjective(definitionUri: Uri): Promise<void> {
    requireTrust("Finding the objective");
    const { definitions, engine } = this.#options;
    const document = await workspace.openTextDocument(definitionUri);
    const definition = await definitions.require(document);
    await this.#saveAll(document, definition);
    const script = scriptUriOf(definitionUri, definition);
    const interpreter = await findInterpreter(script);
    const answer = await withCancellableProgress(
      `Running ${basename(script.fsPath)} once to see what it prints`,
      (token) => engine.call("probe", { definitionPath: definitionUri.fsPath, interpreter }, token),
    );
    this.#metrics.set(definitionUri.fsPath, answer.metrics);
    if (answer.metrics.length === 0) {
      this.#options.note(`${script.fsPath} printed (exit code ${answer.exitCode}):\n${answer.output}`);
      throw new TuningForkError(
        "no-metric",
        answer.exitCode === 0
          ? `${basename(script.fsPath)} printed no number to tune for.`
          : `${basename(script.fsPath)} ended with exit code ${answer.exitCode} and printed no number to tune for.`,
        "Print one, such as val_loss=0.12, or report it with the tuning_fork module; the log has the output.",
      );
    }
    const picked = await pickMetric(answer.metrics, definition);
    if (picked === undefined) {
      throw new CancellationError();
    }
    const objective = { metric: picked.name, goal: picked.goal };
    const others = objectivesOf(definition).filter(({ metric }) => metric !== picked.name);
    // One objective is replaced; a list gets one more, or the new direction of one that it has.
    await definitions.edit(
      document,
      Array.isArray(definition.objective)
        ? [{ path: ["objective"], value: [...others, objective] }]
        : Object.entries(objective).map(([key, value]) => ({ path: ["objective", key], value })),
    );
    await document.save();
  }

  /** Adds what the script has and the definition has not, each as proposed. */
  async addMissing(document: TextDocument): Promise<void> {
    const { definitions, scripts } = this.#options;
    const definition = await definitions.require(document);
    const script = await workspace.openTextDocument(scriptUriOf(document.uri, definition));
    const missing = await scripts.missing(script, definition);
    const changes = missing.map(({ name, parameter }) => ({ path: ["space", name], value: parameter }));
    await definitions.edit(document, changes);
  }

  async #authority(document: TextDocument): Promise<ScriptReport> {
    const { engine, scripts, note } = this.#options;
    const screen = await scripts.read(document);
    if (!workspace.isTrusted) {
      return screen;
    }
    try {
      const interpreter = await findInterpreter(document.uri);
      const text = document.getText();
      return await engine.call("inspect", { script: document.uri.fsPath, text, interpreter });
    } catch (error) {
      // The text alone is enough to write a definition; a run asks the interpreter again.
      note(`The interpreter could not confirm the script: ${error instanceof Error ? error.message : error}`);
      return screen;
    }
  }

  async #saveAll(document: TextDocument, definition: Definition): Promise<void> {
    const script = scriptUriOf(document.uri, definition).fsPath;
    for (const open of workspace.textDocuments) {
      if (open.isDirty && (open === document || open.uri.fsPath === script) && !(await open.save())) {
        throw new TuningForkError("cannot-write", `${basename(open.uri.fsPath)} could not be saved.`);
      }
    }
  }
}

export async function openDefinition(uri: Uri): Promise<void> {
  await commands.executeCommand("vscode.openWith", uri, CONFIG_EDITOR);
}

async function exists(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

async function writeDefinition(uri: Uri, definition: Definition): Promise<void> {
  const text = `${JSON.stringify(definition, undefined, 2)}\n`;
  try {
    await workspace.fs.writeFile(uri, Buffer.from(text, "utf8"));
  } catch (error) {
    throw new TuningForkError(
      "cannot-write",
      `${uri.fsPath} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
      "Check the folder's permissions and free space.",
    );
  }
}

const bindOf = (name: string, parameter: Parameter | undefined): Binding =>
  parameter?.bind ?? { flag: `--${name}` };

/** A binding as text, to compare; a literal may have moved to another line since. */
const bindingKey = (bind: Binding) => JSON.stringify("literal" in bind ? { ...bind.literal, at: 0 } : bind);

function freeName(name: string, space: Definition["space"]): string {
  let free = name;
  for (let n = 2; Object.hasOwn(space, free); n++) {
    free = `${name}_${n}`;
  }
  return free;
}

async function pickMetric(
  metrics: readonly SeenMetric[],
  definition: Definition,
): Promise<Pick<SeenMetric, "name" | "goal"> | undefined> {
  const items = metrics.map((metric) => ({
    label: metric.name,
    description: [
      metric.goal,
      sparkline(metric.values),
      `last ${formatNumber(metric.values.at(-1) ?? Number.NaN)}`,
    ]
      .filter(Boolean)
      .join(" · "),
    metric,
  }));
  const picked = await window.showQuickPick(items, {
    title: `Objective of ${definition.script}`,
    placeHolder: "What should the trials make better? The script printed these numbers.",
    ignoreFocusOut: true,
  });
  if (picked === undefined || picked.metric.known) {
    return picked?.metric;
  }
  const goals = [
    { label: "Minimize", goal: "minimize" as const },
    { label: "Maximize", goal: "maximize" as const },
  ];
  const goal = await window.showQuickPick(
    goals.toSorted((a, b) => Number(b.goal === picked.metric.goal) - Number(a.goal === picked.metric.goal)),
    { title: picked.metric.name, placeHolder: "Is smaller or larger better?", ignoreFocusOut: true },
  );
  return goal && { name: picked.metric.name, goal: goal.goal };
}
