import { workspace } from "vscode";
import { TuningForkError } from "../protocol/errors.ts";

/** Commands stay callable in an untrusted workspace, whatever their menus say: whoever runs something asks here. */
export function requireTrust(what: string): void {
  if (!workspace.isTrusted) {
    throw new TuningForkError(
      "untrusted-workspace",
      `${what} runs your script, and this workspace is not trusted.`,
      "Trust the workspace to go on; reading and editing work without.",
    );
  }
}
