import { CancellationError, commands, type LogOutputChannel, window } from "vscode";
import { type ErrorCode, TuningForkError } from "../protocol/errors.ts";

/** The one button that leads on from an error, where there is one. */
const NEXT_STEPS: Partial<Readonly<Record<ErrorCode, { readonly label: string; readonly command: string }>>> =
  {
    "untrusted-workspace": { label: "Manage Workspace Trust", command: "workbench.trust.manage" },
    "interpreter-not-found": { label: "Select Interpreter", command: "tuningFork.selectInterpreter" },
    "no-metric": { label: "Select Objective", command: "tuningFork.selectObjective" },
    "journal-damaged": { label: "Repair Journal", command: "tuningFork.repair" },
    "version-mismatch": { label: "Reload Window", command: "workbench.action.reloadWindow" },
  };

const SHOW_LOG = "Show Log";

/** Tells people what went wrong and what to do; everything is in the log too. Never throws. */
export async function report(log: LogOutputChannel, error: unknown): Promise<void> {
  if (error instanceof CancellationError) {
    return;
  }
  if (!(error instanceof TuningForkError)) {
    log.error(error instanceof Error ? error : new Error(String(error)));
    await offer(
      log,
      window.showErrorMessage,
      `Something went wrong: ${error instanceof Error ? error.message : String(error)}`,
    );
    return;
  }
  log.error(`${error.code}: ${error.text}${typeof error.data === "string" ? `\n${error.data}` : ""}`);
  // Trust is the user's own choice, not a fault.
  const show = error.code === "untrusted-workspace" ? window.showWarningMessage : window.showErrorMessage;
  await offer(log, show, error.text, NEXT_STEPS[error.code]);
}

async function offer(
  log: LogOutputChannel,
  show: (text: string, ...labels: string[]) => Thenable<string | undefined>,
  text: string,
  next?: { readonly label: string; readonly command: string },
): Promise<void> {
  const labels = next === undefined ? [SHOW_LOG] : [next.label, SHOW_LOG];
  const choice = await show(text, ...labels);
  if (choice === SHOW_LOG) {
    log.show();
  } else if (choice !== undefined && next !== undefined) {
    await commands.executeCommand(next.command);
  }
}
