import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CancellationTokenSource,
  type ExtensionContext,
  ProgressLocation,
  Uri,
  window,
  workspace,
} from "vscode";
import type { LearningStep } from "../protocol/engine.ts";
import type { EngineClient } from "./engineClient.ts";
import { formatNumber } from "./format.ts";
import { curveOfFile, LearningCurves } from "./learningCurves.ts";
import { LearningPanel } from "./learningPanel.ts";
import { choose } from "./targets.ts";

const DIRECTIONS = [
  { label: "RMSprop", description: "works best with a learned step size", value: "rmsprop" },
  { label: "Adam", value: "adam" },
  { label: "Momentum", value: "momentum" },
  { label: "SGD", value: "sgd" },
] as const;

const PROBLEMS = [
  { label: "Digits", description: "small networks that read digits; some forty minutes", value: "digits" },
  { label: "Quadratics", description: "random quadratic functions; some ten minutes", value: "quadratic" },
] as const;

const JSON_FILES = { JSON: ["json"] };

/** What is learned, and how people call it. */
interface Lesson {
  readonly system: string;
  readonly options: Readonly<Record<string, string>>;
  /** Such as "step-size policy". */
  readonly name: string;
}

export interface LearningOptions {
  readonly context: ExtensionContext;
  readonly engine: EngineClient;
  readonly failed: (error: unknown) => void;
}

/** Everything that learns from this window: starts it, shows how it gets on, and ends it early where that is wanted. */
export class Learning {
  readonly #engine: EngineClient;
  readonly #curves = new LearningCurves();
  readonly #panel: LearningPanel;
  /** What ends a learning that is under way, by its file. */
  readonly #running = new Map<string, CancellationTokenSource>();

  constructor({ context, engine, failed }: LearningOptions) {
    this.#engine = engine;
    const stop = (file: string) => this.#running.get(file)?.cancel();
    this.#panel = new LearningPanel({ context, curves: this.#curves, stop, failed });
    engine.events.on("learning", (step) => this.#curves.heard(step));
  }

  /** Learns a step-size policy, saves it where the user says and opens it. Cancelled, it keeps what it has by then. */
  async stepSize(): Promise<void> {
    const direction = await choose("For which optimizer should step sizes be learned?", DIRECTIONS);
    if (direction !== undefined) {
      await this.#learn({ system: "step-size", options: { direction }, name: "step-size policy" });
    }
  }

  /** The same with an optimizer that is a recurrent network. */
  async optimizer(): Promise<void> {
    const problem = await choose("On which problems should the optimizer be trained?", PROBLEMS);
    if (problem !== undefined) {
      await this.#learn({ system: "optimizer", options: { problem }, name: "learned optimizer" });
    }
  }

  /** Shows the curve of a file: the one that is given or open, else what learns now, else one that the user picks. */
  async show(target: unknown): Promise<void> {
    const open = window.activeTextEditor?.document.uri;
    const given = target instanceof Uri ? target : open?.path.endsWith(".json") ? open : undefined;
    const file = given?.fsPath ?? this.#curves.newest?.file ?? (await this.#pick());
    if (file !== undefined) {
      this.#panel.show(file);
    }
  }

  async #pick(): Promise<string | undefined> {
    const title = "A policy or an optimizer that was learned";
    const files = await window.showOpenDialog({ title, filters: JSON_FILES });
    return files?.[0]?.fsPath;
  }

  /** Finds wrong labels among the digits by hypergradients: an experiment, to see how far that goes. */
  async cleaning(): Promise<void> {
    await this.#learn({ system: "cleaning", options: {}, name: "cleaning of labels" });
  }

  async #learn(lesson: Lesson): Promise<void> {
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
    const target = await window.showSaveDialog({
      title: `Save the ${lesson.name}`,
      ...(folder !== undefined && { defaultUri: Uri.file(join(folder, `${lesson.system}.json`)) }),
      filters: JSON_FILES,
    });
    if (target !== undefined) {
      await this.#run(lesson, target);
    }
  }

  async #run({ system, options: given, name }: Lesson, target: Uri): Promise<void> {
    const file = target.fsPath;
    const seed = 0;
    const title = `Tuning Fork: learning a ${name}`;
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    const ending = new CancellationTokenSource();
    this.#curves.begin({ file, system, seed, options: given });
    this.#running.set(file, ending);
    this.#panel.show(file);
    try {
      const { complete } = await window.withProgress(options, async (progress, token) => {
        const listener = (step: LearningStep) => {
          if (step.file === file) {
            progress.report({ increment: 100 / step.of, message: messageOf(step) });
          }
        };
        token.onCancellationRequested(() => ending.cancel());
        this.#engine.events.on("learning", listener);
        try {
          return await this.#engine.call("learn", { system, options: given, seed, file }, ending.token);
        } finally {
          this.#engine.events.off("learning", listener);
        }
      });
      this.#curves.ended(file, complete ? "finished" : "stopped");
      this.#curves.loaded(curveOfFile(file, await readFile(file, "utf8")));
      await window.showTextDocument(target, { preview: true, viewColumn: this.#panel.besideIt });
      if (!complete) {
        window.showInformationMessage(
          `Learning was ended early: the file has the ${name} as far as it was learned.`,
        );
      }
    } catch (error) {
      this.#curves.ended(file, "failed");
      throw error;
    } finally {
      this.#running.delete(file);
      ending.dispose();
    }
  }
}

function messageOf({ iteration, of, figures }: LearningStep): string {
  // Those of this iteration come first; a notification has no room for all that they are compared with.
  const words = Object.entries(figures)
    .slice(0, 3)
    .map(([name, value]) => `${name} ${value === null ? "–" : formatNumber(value)}`);
  return `${iteration} of ${of} · ${words.join(" · ")}`;
}
