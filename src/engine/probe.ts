import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spaceOf } from "../definition/resolve.ts";
import type { EngineCalls } from "../protocol/engine.ts";
import { Space } from "../space/space.ts";
import type { LoadedDefinition } from "../study/definitions.ts";
import { runSpec } from "../trials/command.ts";
import { rankMetrics } from "../trials/knownMetrics.ts";
import { createLocalExecutor } from "../trials/localExecutor.ts";
import { createMetricReader } from "../trials/metricReader.ts";
import type { Observation } from "../trials/metrics.ts";

export type ProbeResult = EngineCalls["probe"]["result"];

/** Lines of output kept to be shown. */
const KEPT_LINES = 200;

export interface ProbeInput {
  readonly loaded: LoadedDefinition;
  readonly interpreter: string;
  readonly pythonFolder: string;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
}

/** Runs the script once, at its defaults and the smallest budget, and says which numbers it printed. */
export async function probe(input: ProbeInput): Promise<ProbeResult> {
  const { loaded, interpreter, pythonFolder, signal } = input;
  const { definition } = loaded;
  const folder = await mkdtemp(join(tmpdir(), "tuning-fork-probe-"));
  try {
    // A probe wants the shortest run, so a budget that is passed as a flag is passed as such.
    const shortest =
      definition.budget?.parameter === undefined
        ? definition
        : { ...definition, budget: { ...definition.budget, mode: "restart" as const } };
    const spec = runSpec({
      definition: {
        definition: shortest,
        definitionPath: loaded.definitionPath,
        scriptPath: loaded.scriptPath,
        interpreter,
      },
      configuration: new Space(spaceOf(definition)).defaults(),
      budget: definition.budget?.min ?? 0,
      slot: 0,
      studyId: folder,
      trial: 0,
      logPath: join(folder, "probe.log"),
      checkpoint: join(folder, "checkpoint"),
      pythonFolder,
    });
    const reader = createMetricReader(definition.budget?.progress);
    const seen: Observation[] = [];
    const lines: string[] = [];
    const exitCode = await new Promise<number | null>((resolve) => {
      const run = createLocalExecutor().start(spec, {
        line: (text) => {
          lines.push(text);
          if (lines.length > KEPT_LINES) lines.shift();
          seen.push(...reader.read(text));
        },
        exit: (exit) => {
          if (exit.type === "unstartable") lines.push(exit.message);
          resolve(exit.type === "exited" ? exit.code : null);
        },
      });
      signal?.addEventListener("abort", () => run.stop(), { once: true });
      if (signal?.aborted) run.stop();
    });
    return { metrics: rankMetrics(seen), output: lines.join("\n"), exitCode };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
