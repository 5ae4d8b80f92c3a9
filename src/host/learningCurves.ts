import { EventEmitter } from "node:events";
import type { LearningStep } from "../protocol/engine.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { CleanedPicture, LearningCurve, LearningPoint } from "../protocol/learning.ts";
import { isObject } from "./checks.ts";

/** How everything learns that this window has started, by the file that it is for. */
export class LearningCurves {
  readonly events = new EventEmitter<{ changed: [file: string] }>();
  readonly #curves = new Map<string, LearningCurve>();

  get(file: string): LearningCurve | undefined {
    return this.#curves.get(file);
  }

  /** The one that began last. */
  get newest(): LearningCurve | undefined {
    return [...this.#curves.values()].at(-1);
  }

  begin(curve: Pick<LearningCurve, "file" | "system" | "seed" | "options">): void {
    this.#curves.delete(curve.file);
    this.#set({ ...curve, status: "running", points: [] });
  }

  heard({ file, iteration, of, figures }: LearningStep): void {
    const curve = this.#curves.get(file);
    if (curve !== undefined) this.#set({ ...curve, of, points: [...curve.points, { iteration, figures }] });
  }

  /** What was learned is in its file now, with more than the engine told on the way. */
  loaded(curve: LearningCurve): void {
    if (this.#curves.has(curve.file)) this.#set(curve);
  }

  ended(file: string, status: LearningCurve["status"]): void {
    const curve = this.#curves.get(file);
    if (curve !== undefined) this.#set({ ...curve, status });
  }

  #set(curve: LearningCurve): void {
    this.#curves.set(curve.file, curve);
    this.events.emit("changed", curve.file);
  }
}

const isPoint = (value: unknown): value is LearningPoint & { readonly of?: number } =>
  isObject(value) &&
  typeof value.iteration === "number" &&
  isObject(value.figures) &&
  Object.values(value.figures).every((figure) => figure === null || typeof figure === "number");

/**
 * The curve that something learned keeps in its file.
 * @throws TuningForkError `bad-input` where the text is none of those files
 */
export function curveOfFile(file: string, text: string): LearningCurve {
  const record = recordOf(text);
  if (record === undefined) {
    throw new TuningForkError(
      "bad-input",
      `${file} has no learning curve.`,
      "Open a file that Train a Step-Size Policy, Train a Learned Optimizer or `tuning-fork learn` has written.",
    );
  }
  const { system, seed, options, progress } = record;
  const of = progress.at(-1)?.of;
  const isWhole = progress.length === 0 || of === undefined || progress.at(-1)!.iteration >= of;
  const points = progress.map(({ iteration, figures }) => ({ iteration, figures }));
  const status = isWhole ? "finished" : "stopped";
  const cleaned = cleanedOf(record.value);
  return {
    ...{ file, system, status, seed, options, points },
    ...(of !== undefined && { of }),
    ...(cleaned !== undefined && { cleaned }),
  };
}

const isPicture = (value: unknown): value is CleanedPicture =>
  isObject(value) &&
  [value.label, value.truth, value.weight].every((one) => typeof one === "number") &&
  Array.isArray(value.pixels);

function cleanedOf({
  weights,
  isWrong,
  missed,
  accused,
}: Readonly<Record<string, unknown>>): LearningCurve["cleaned"] {
  if (!Array.isArray(weights) || !Array.isArray(isWrong) || weights.length !== isWrong.length)
    return undefined;
  if (!Array.isArray(missed) || !Array.isArray(accused) || ![...missed, ...accused].every(isPicture))
    return undefined;
  return { weights, isWrong, missed, accused };
}

function recordOf(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value.system !== "string" || !isObject(value.record)) return undefined;
  const { seed, options, progress } = value.record;
  if (typeof seed !== "number" || !isObject(options)) return undefined;
  if (!Array.isArray(progress) || !progress.every(isPoint)) return undefined;
  return { value, system: value.system, seed, options: options as LearningCurve["options"], progress };
}
