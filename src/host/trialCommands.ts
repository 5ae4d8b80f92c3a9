import { env, Uri, window } from "vscode";
import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { StudySummary } from "../protocol/study.ts";
import type { App } from "./app.ts";
import { isObject } from "./checks.ts";
import { formatConfiguration, formatNumber } from "./format.ts";
import { choose, studyOf, trialOf } from "./targets.ts";

/** Commands about one trial, and about how trials are listed. */

export async function stopTrial(app: App, target: unknown): Promise<void> {
  await app.engine.call("stopTrial", trialOf(app, target));
}

export async function openTrialLog(app: App, target: unknown): Promise<void> {
  const selection = trialOf(app, target);
  const { log } = await app.engine.call("trial", selection);
  if (!log) {
    throw new TuningForkError("bad-input", `Trial ${selection.trial} has printed nothing yet.`);
  }
  await window.showTextDocument(Uri.file(log), { preview: true });
}

export async function copyCommand(app: App, target: unknown): Promise<void> {
  const { command } = await app.engine.call("trial", trialOf(app, target));
  await env.clipboard.writeText(command);
  window.setStatusBarMessage("Copied the command line of the trial", 3000);
}

export async function useConfiguration(app: App, target: unknown): Promise<void> {
  const selection = trialOf(app, target);
  const study = app.studies.get(selection.study);
  const { row } = await app.engine.call("trial", selection);
  if (study !== undefined) {
    await write(app, study, row.configuration);
  }
}

export async function writeBest(app: App, target: unknown): Promise<void> {
  const study = await studyOf(app, target, "Of which study should the best values be written?");
  if (study === undefined) {
    return;
  }
  if (!study.best) {
    throw new TuningForkError(
      "bad-input",
      `${study.name} has no scored trial yet, so there is no best value.`,
    );
  }
  const values = study.front ? await pickCompromise(study) : study.best.params;
  if (values !== undefined) {
    await write(app, study, values);
  }
}

/** Of several objectives none is the best: whoever writes values chooses among the front. */
async function pickCompromise({
  front = [],
  objectives = [],
}: StudySummary): Promise<Configuration | undefined> {
  const items = front.map(({ number, values, params }) => ({
    label: values.map((value, i) => `${objectives[i]?.metric ?? ""} ${formatNumber(value)}`).join(" · "),
    description: `#${number} · ${formatConfiguration(params)}`,
    value: params,
  }));
  return choose("Which compromise should be written into the script?", items);
}

async function write(app: App, study: StudySummary, values: Configuration): Promise<void> {
  if (!study.scriptPath) {
    throw new TuningForkError(
      "script-not-found",
      `The study ${study.name} does not say which script it tuned.`,
    );
  }
  await app.writer.write(Uri.file(study.scriptPath), study, values);
}

export const pin = (app: App, target: unknown) => setPinned(app, target, true);
export const unpin = (app: App, target: unknown) => setPinned(app, target, false);

async function setPinned(app: App, target: unknown, pinned: boolean): Promise<void> {
  await app.trials.setPinned({ kind: "trial", ...trialOf(app, target) }, pinned);
}

export async function sort(app: App): Promise<void> {
  const current = app.trials.sort;
  const orders = [
    { label: "Score", description: "best first", value: "score" },
    { label: "Number", description: "first to last", value: "number" },
    { label: "Budget", description: "longest first", value: "budget" },
    { label: "State", description: "running first", value: "state" },
  ] as const;
  const picked = await choose(
    "Sort trials by",
    orders.map((order) => (order.value === current ? { ...order, label: `$(check) ${order.label}` } : order)),
  );
  if (picked !== undefined) {
    app.trials.setSort(picked);
  }
}

export async function filter(app: App, target: unknown): Promise<void> {
  const given = isObject(target) && typeof target.filter === "string" ? target.filter : undefined;
  const text =
    given ??
    (await window.showInputBox({
      title: "Filter trials",
      prompt: "Text in the state, the reason or the configuration, such as adam or failed. Empty shows all.",
      value: app.trials.filter,
    }));
  if (text !== undefined) {
    app.trials.setFilter(text);
  }
}
