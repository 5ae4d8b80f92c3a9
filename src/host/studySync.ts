import { commands, type Disposable, type LogOutputChannel, window, workspace } from "vscode";
import { DEFINITION_GLOB } from "./definitions.ts";
import type { EngineClient } from "./engineClient.ts";
import type { Studies } from "./studies.ts";

export interface StudySyncOptions {
  readonly engine: EngineClient;
  readonly studies: Studies;
  readonly log: LogOutputChannel;
  readonly failed: (error: unknown) => void;
}

const NOT_HERE = "**/{node_modules,.venv,venv,.git}/**";

/** Keeps the window's studies as the engine tells them, and sees to it that the engine is asked when there may be any. */
export class StudySync implements Disposable {
  readonly #options: StudySyncOptions;
  readonly #watcher = workspace.createFileSystemWatcher(DEFINITION_GLOB);
  readonly #disposables: Disposable[];
  #loading: Promise<void> | undefined;
  #running = false;

  constructor(options: StudySyncOptions) {
    this.#options = options;
    const { engine, studies, log } = options;
    const look = () => void this.known().catch(options.failed);
    this.#disposables = [
      this.#watcher,
      this.#watcher.onDidCreate(() => setDefinitionsContext(true)),
      workspace.onDidChangeWorkspaceFolders(() => void this.refresh().catch(options.failed)),
    ];
    engine.events.on("changed", (summary) => studies.accept(summary));
    studies.events.on("changed", () => this.#setRunning());
    engine.events.on("log", ({ level, text }) => log[level](text));
    engine.events.on("connected", () => void this.refresh().catch(options.failed));
    engine.events.on("disconnected", (expected) => {
      if (!expected) {
        this.#lost();
      }
    });
    look();
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }

  /** Resolves once the window knows its studies. Starts the engine only where a definition exists. */
  known(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Asks the engine for everything again. */
  async refresh(): Promise<void> {
    const folders = (workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === "file")
      .map((folder) => folder.uri.fsPath);
    this.#options.studies.replaceAll(await this.#options.engine.call("studies", { folders }));
  }

  async #load(): Promise<void> {
    const [definition] = await workspace.findFiles(DEFINITION_GLOB, NOT_HERE, 1);
    await setDefinitionsContext(definition !== undefined);
    if (definition !== undefined) {
      await this.refresh();
    }
  }

  /** For the menus: whether anything runs. */
  #setRunning(): void {
    const running = this.#options.studies.list().some((study) => study.status === "running");
    if (running !== this.#running) {
      this.#running = running;
      void commands.executeCommand("setContext", "tuningFork.running", running);
    }
  }

  #lost(): void {
    const ended = this.#options.studies.engineDied();
    this.#options.log.warn("The engine ended unexpectedly.");
    const [study] = ended;
    if (study === undefined) {
      return;
    }
    const text = `The engine ended while ${study.name} was running. Finished trials are safe in its journal.`;
    void window.showWarningMessage(text, "Resume Study", "Show Log").then((choice) => {
      if (choice === "Resume Study") {
        void commands.executeCommand("tuningFork.resume", study.id);
      } else if (choice === "Show Log") {
        this.#options.log.show();
      }
    });
  }
}

function setDefinitionsContext(some: boolean): Thenable<unknown> {
  return commands.executeCommand("setContext", "tuningFork.hasDefinitions", some);
}
