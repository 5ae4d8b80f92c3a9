import { commands, type Disposable } from "vscode";
import type { App } from "./app.ts";
import type { CommandId } from "./commandIds.ts";
import * as study from "./studyCommands.ts";
import * as trial from "./trialCommands.ts";

/** `target` is a tree node, a file or a study's id; nothing when called from the palette. */
type Handler = (app: App, target: unknown) => unknown;

const HANDLERS: { readonly [K in CommandId]: Handler } = {
  "tuningFork.tune": study.tune,
  "tuningFork.tuneSelection": study.tuneSelection,
  "tuningFork.start": study.start,
  "tuningFork.resume": study.start,
  "tuningFork.stop": study.stop,
  "tuningFork.openStudy": study.openStudy,
  "tuningFork.openBrackets": study.openBrackets,
  "tuningFork.openIncumbent": study.openIncumbent,
  "tuningFork.openSurface": study.openSurface,
  "tuningFork.openStrategy": study.openStrategy,
  "tuningFork.openPareto": study.openPareto,
  "tuningFork.openImportance": study.openImportance,
  "tuningFork.openSchedules": study.openSchedules,
  "tuningFork.openTrace": study.openTrace,
  "tuningFork.openDefinition": study.openDefinition,
  "tuningFork.openDefinitionText": study.openDefinitionText,
  "tuningFork.selectObjective": study.selectObjective,
  "tuningFork.selectInterpreter": study.selectInterpreter,
  "tuningFork.repair": study.repair,
  "tuningFork.learnStepSize": ({ learning }) => learning.stepSize(),
  "tuningFork.learnOptimizer": ({ learning }) => learning.optimizer(),
  "tuningFork.learnCleaning": ({ learning }) => learning.cleaning(),
  "tuningFork.showLearning": ({ learning }, target) => learning.show(target),
  "tuningFork.writeBest": trial.writeBest,
  "tuningFork.stopTrial": trial.stopTrial,
  "tuningFork.openTrialLog": trial.openTrialLog,
  "tuningFork.copyCommand": trial.copyCommand,
  "tuningFork.useConfiguration": trial.useConfiguration,
  "tuningFork.pin": trial.pin,
  "tuningFork.unpin": trial.unpin,
  "tuningFork.sort": trial.sort,
  "tuningFork.filter": trial.filter,
  "tuningFork.clearFilter": ({ trials }) => trials.setFilter(""),
  "tuningFork.refresh": ({ sync }) => sync.refresh(),
  "tuningFork.showLog": ({ log }) => log.show(),
  "tuningFork.showEngineOutput": study.showEngineOutput,
};

/** Registers every command. A failure is told to the user, never thrown at VS Code. */
export function registerCommands(app: App): Disposable[] {
  return Object.entries(HANDLERS).map(([id, run]) =>
    commands.registerCommand(id, async (target?: unknown) => {
      try {
        return await run(app, target);
      } catch (error) {
        app.failed(error);
        return undefined;
      }
    }),
  );
}
