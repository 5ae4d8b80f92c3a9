/** Environment variable that marks a trial's process and, by inheritance, all it starts. */
export const MARK = "TUNING_FORK_TRIAL";

/** Variables by which VS Code and Electron steer their own child processes. */
const EDITORS_OWN = /^(?:ELECTRON_|VSCODE_)/i;

/** What an outer trial was given is not meant for the trials that it starts itself. */
const OURS = /^TUNING_FORK_/;

/**
 * The environment that trials inherit: that of this process without what VS Code has put into it for itself.
 * NODE_OPTIONS is dropped only where VS Code's debugger set it; a user's own stays.
 */
export function inheritedEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || EDITORS_OWN.test(name) || OURS.test(name)) continue;
    if (name === "NODE_OPTIONS" && /vscode|js-debug/i.test(value)) continue;
    kept[name] = value;
  }
  return kept;
}
