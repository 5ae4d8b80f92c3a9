/** Every command that package.json contributes. */
export const CONTRIBUTED_COMMANDS = [
  "tuningFork.tune",
  "tuningFork.tuneSelection",
  "tuningFork.start",
  "tuningFork.resume",
  "tuningFork.stop",
  "tuningFork.openBrackets",
  "tuningFork.openIncumbent",
  "tuningFork.openSurface",
  "tuningFork.openStrategy",
  "tuningFork.openPareto",
  "tuningFork.openImportance",
  "tuningFork.openSchedules",
  "tuningFork.openTrace",
  "tuningFork.openDefinition",
  "tuningFork.openDefinitionText",
  "tuningFork.selectObjective",
  "tuningFork.selectInterpreter",
  "tuningFork.repair",
  "tuningFork.learnStepSize",
  "tuningFork.learnOptimizer",
  "tuningFork.learnCleaning",
  "tuningFork.showLearning",
  "tuningFork.writeBest",
  "tuningFork.stopTrial",
  "tuningFork.openTrialLog",
  "tuningFork.copyCommand",
  "tuningFork.useConfiguration",
  "tuningFork.pin",
  "tuningFork.unpin",
  "tuningFork.sort",
  "tuningFork.filter",
  "tuningFork.clearFilter",
  "tuningFork.refresh",
  "tuningFork.showLog",
  "tuningFork.showEngineOutput",
] as const;

/** Commands behind our own links: they need an argument, and stand in no menu. */
export const INTERNAL_COMMANDS = ["tuningFork.openStudy"] as const;

export type CommandId = (typeof CONTRIBUTED_COMMANDS)[number] | (typeof INTERNAL_COMMANDS)[number];

/** The custom editor of definitions. */
export const CONFIG_EDITOR = "tuningFork.configEditor";
