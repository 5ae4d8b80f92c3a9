import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EngineCalls, LearningStep, LearnRequest } from "../protocol/engine.ts";
import { TuningForkError } from "../protocol/errors.ts";
import { commandLine } from "./installation.ts";

type Result = EngineCalls["learn"]["result"];

/** A line of `tuning-fork learn --json`. */
type Line =
  | ({ readonly type: "progress" } & Omit<LearningStep, "file">)
  | { readonly type: "result"; readonly file: string; readonly seconds: number }
  | { readonly type: "error"; readonly message: string };

/**
 * Runs `tuning-fork learn` as a process of its own: learning computes for minutes, and studies go on meanwhile. When the
 * signal is aborted it is asked to end with what it has.
 */
export async function learn(
  { system, options, seed, file }: LearnRequest,
  signal: AbortSignal,
  heard: (step: LearningStep) => void,
): Promise<Result> {
  const settings = Object.entries(options).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const args = [commandLine, "learn", system, ...settings, "--seed", String(seed), "--out", file, "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const interrupt = (): void => void child.kill("SIGINT");
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  signal.addEventListener("abort", interrupt, { once: true });
  // It must not outlive the engine.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  try {
    let result: Result | undefined;
    let fault: string | undefined;
    for await (const text of createInterface({ input: child.stdout })) {
      const line = JSON.parse(text) as Line;
      if (line.type === "progress") heard({ file, ...line });
      else if (line.type === "error") fault = line.message;
      else result = { file: line.file, seconds: line.seconds, complete: !signal.aborted };
    }
    const code = await ended;
    if (result !== undefined) return result;
    if (fault !== undefined) throw new TuningForkError("bad-input", fault);
    throw new TuningForkError("internal", `Learning ended with exit code ${code} and without a result.`);
  } finally {
    process.off("exit", end);
    signal.removeEventListener("abort", interrupt);
  }
}
