import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { callOwner } from "../engine/client.ts";
import { pythonFolder } from "../engine/installation.ts";
import { Studies } from "../engine/studies.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { TrialRow } from "../protocol/insight.ts";
import type { FoundParameter } from "../protocol/script.ts";
import type { StudySummary } from "../protocol/study.ts";
import { confirmReport } from "../script/confirm.ts";
import { readScript } from "../script/readScript.ts";

import { formatValue } from "../space/describe.ts";
import { ownerOf } from "../store/owner.ts";
import { readText } from "../study/definitions.ts";
import { findInterpreter, inspectWithInterpreter } from "../trials/python.ts";
import { EXIT } from "./exitCodes.ts";
import { frontLines, outcomeOf } from "./report.ts";
import { findStudy } from "./studyArgument.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** `inspect SCRIPT`: what could be tuned. Runs none of the script. */
export async function inspect(
  path: string,
  flags: { json?: boolean; interpreter?: string },
): Promise<number> {
  const script = resolve(path);
  const text = await readText(script, "The script");
  const interpreter = await findInterpreter(flags.interpreter);
  const report = confirmReport(
    readScript(text),
    await inspectWithInterpreter(interpreter, { text }, pythonFolder),
  );
  if (flags.json) {
    print(JSON.stringify({ script, ...report }));
    return EXIT.ok;
  }
  for (const warning of report.warnings) process.stderr.write(`${warning}\n`);
  if (report.parameters.length === 0) {
    print(
      "No parameters found: argparse options, module-level constants and literals marked `# tune:` are read.",
    );
    return EXIT.ok;
  }
  table(
    ["", "name", "value", "proposed", "line", "from"],
    report.parameters.map((found) => [
      found.suggested ? "✓" : "",
      found.name,
      found.value === undefined ? "" : formatValue(found.value),
      describeProposal(found),
      String(found.span.line),
      found.origin,
    ]),
  );
  return EXIT.ok;
}

function describeProposal({ proposal }: FoundParameter): string {
  switch (proposal.type) {
    case "float":
    case "int":
      return `${proposal.type} [${formatValue(proposal.low)}, ${formatValue(proposal.high)}]${proposal.scale === "log" ? " log" : ""}`;
    case "boolean":
      return "boolean";
    default:
      return `${proposal.type} {${proposal.choices.map(formatValue).join(", ")}}`;
  }
}

/** `show STUDY`: state, best configuration and trials. */
export async function show(argument: string, flags: { json?: boolean; limit?: string }): Promise<number> {
  const id = await findStudy(argument, process.cwd());
  const studies = quietStudies();
  try {
    const summary = await studies.views.summary(id);
    const limit =
      flags.limit === undefined ? (flags.json ? Number.MAX_SAFE_INTEGER : 20) : Number(flags.limit);
    const { rows, total } = await studies.views.trials({ study: id, sort: "score", offset: 0, limit });
    if (flags.json) print(JSON.stringify({ type: "study", ...summary, ...outcomeOf(summary), trials: rows }));
    else showText(summary, rows, total);
    return EXIT.ok;
  } finally {
    studies.dispose();
  }
}

function showText(summary: StudySummary, rows: readonly TrialRow[], total: number): void {
  const { counts, best } = summary;
  print(
    `${summary.name} · ${summary.strategy} · ${summary.status} · ${summary.done}${summary.planned === undefined ? "" : `/${summary.planned}`} runs`,
  );
  if (summary.message !== undefined) print(summary.message);
  print(
    `${counts.complete} complete, ${counts.stopped} stopped, ${counts.failed} failed, ${counts.running} running, ${counts.paused} paused, ${counts.waiting} waiting`,
  );
  if (summary.front !== undefined) for (const line of frontLines(summary)) print(line);
  else if (best !== undefined)
    print(`best ${summary.metric} ${formatValue(best.value)} (trial #${best.number})`);
  const metrics = summary.objectives?.map(({ metric }) => metric) ?? [summary.metric];
  print("");
  table(
    ["trial", ...metrics, "budget", "state", "configuration"],
    rows.map((row) => [
      `${row.front ? "★ " : ""}#${row.number}`,
      ...metrics.map((_, i) => scoreText(row.scores?.[i] ?? (i === 0 ? row.score : undefined))),
      row.budget === 0 ? "" : formatValue(row.budget),
      row.broken?.join(", ") ?? row.reason ?? (row.driven ? `${row.state}, under the policy` : row.state),
      Object.entries(row.configuration)
        .map(([name, value]) => `${name}=${formatValue(value)}`)
        .join(" "),
    ]),
  );
  if (total > rows.length) print(`… ${total - rows.length} more (--limit)`);
}

const scoreText = (score: number | undefined): string => (score === undefined ? "–" : formatValue(score));

/** `stop STUDY`: ends it wherever it runs. */
export async function stop(argument: string, flags: { json?: boolean }): Promise<number> {
  const id = await findStudy(argument, process.cwd());
  const owner = ownerOf(id);
  if (owner?.address === undefined) {
    throw new TuningForkError(
      "study-not-running",
      `The study ${argument} is not running.`,
      "There is nothing to stop.",
    );
  }
  const summary = await callOwner(owner.address, "stop", { study: id });
  print(
    flags.json
      ? JSON.stringify({ type: "stopped", study: id, done: summary.done })
      : `${summary.name}: stopped after ${summary.counts.total} trials`,
  );
  return EXIT.ok;
}

/** `log STUDY TRIAL`: what the trial printed. */
export async function log(argument: string, trial: string): Promise<number> {
  const id = await findStudy(argument, process.cwd());
  const studies = quietStudies();
  try {
    const { log: path } = await studies.views.trial(id, Number(trial));
    process.stdout.write(path === undefined ? "" : await readFile(path, "utf8").catch(() => ""));
    return EXIT.ok;
  } finally {
    studies.dispose();
  }
}

/** `repair STUDY`: mends a damaged journal; what cannot be read is kept beside it. */
export async function repair(argument: string): Promise<number> {
  const id = await findStudy(argument, process.cwd());
  const studies = quietStudies();
  try {
    const { kept, aside } = await studies.repair(id);
    print(
      aside === undefined
        ? `${id} is sound: ${kept} records.`
        : `Kept ${kept} records; what could not be read is in ${aside}.`,
    );
    return EXIT.ok;
  } finally {
    studies.dispose();
  }
}

function quietStudies(): Studies {
  return new Studies({ pythonFolder, address: undefined, changed: () => {}, log: () => {} });
}

/** Columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  for (const row of all)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    );
}
