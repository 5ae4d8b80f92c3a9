import { type ConfigurationScope, workspace } from "vscode";

/** The extension's settings; their descriptions stand in package.json. */
export interface Settings {
  readonly interpreter: string;
  readonly "engine.stopOnClose": boolean;
  readonly "annotations.enabled": boolean;
  readonly "codeLens.enabled": boolean;
}

const DEFAULTS: Settings = {
  interpreter: "",
  "engine.stopOnClose": false,
  "annotations.enabled": true,
  "codeLens.enabled": true,
};

export const SECTION = "tuningFork";

export function setting<K extends keyof Settings>(name: K, scope?: ConfigurationScope): Settings[K] {
  return workspace.getConfiguration(SECTION, scope).get<Settings[K]>(name, DEFAULTS[name]);
}
