import { readObject } from "./looseObject.ts";
import { counterLevel, metricName } from "./metricNames.ts";
import type { MetricReader, Observation } from "./metrics.ts";
import { TableReader } from "./metricTable.ts";
import { type Reading, readText } from "./metricText.ts";
import { LONGEST_TEXT } from "./metricTokens.ts";

/** Colours, cursor moves and window titles. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin with ESC.
const TERMINAL = /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x00-\x08\x0e-\x1f\x7f]/g;

/** Objects are read up to this length; a longer one is data. */
const LONGEST_OBJECT = 1 << 20;

/**
 * Reads what training scripts print: JSON lines and Python dicts, `name: value`, `name=value`, counters, progress
 * bars, tables. Any line costs time linear in its length.
 *
 * The step of an observation is the epoch once one was seen, else the step or iteration, else the
 * fraction "[3/50]" of the same line. Percentages keep their number (97.3 % is 97.3); a metric that is printed as
 * a fraction (9830/10000) is its ratio. Names are in the form of `metricName`; a part of the data
 * that stands before ("Test set: … Accuracy:") is put in front: "test_accuracy".
 *
 * @param counter What the script calls its progress where that is a word of its own: "repeat 3/9".
 */
export function createMetricReader(counter?: string): MetricReader {
  const own = counter === undefined ? undefined : metricName(counter);
  const table = new TableReader();
  const steps = new StepKeeper();
  return {
    read(raw) {
      const reading = readLine(raw.length > LONGEST_TEXT ? raw : raw.replace(TERMINAL, ""), table, own);
      const { counters, metrics } = reading;
      if (counters.length === 0 && metrics.length === 0) return [];
      const step = steps.place(reading);
      return [...counters, ...metrics].map(({ name, value }): Observation => ({ name, value, step }));
    },
  };
}

/** Knows how far the script is between the lines that say so. */
class StepKeeper {
  #epoch: number | undefined;
  #step: number | undefined;

  /** The step of what a line says. */
  place({ counters, bar }: Reading): number | undefined {
    for (const { level, value } of counters) {
      if (level === "epoch") this.#epoch = value;
      else if (level === "step") this.#step = value;
    }
    const within = bar ?? counters.find(({ level, total }) => level !== "epoch" && total !== undefined);
    const epoch = this.#epoch;
    if (epoch === undefined) return this.#step ?? within?.value;
    const total = within?.total;
    if (within === undefined || total === undefined || within.value >= total) return epoch;
    // HF Trainer's epochs are fractions themselves. Half a batch: an epoch that has begun is more than the one before.
    return Number.isInteger(epoch) ? epoch - 1 + Math.max(within.value, 0.5) / total : epoch;
  }
}

function readLine(line: string, table: TableReader, own: string | undefined): Reading {
  const brace = line.indexOf("{");
  if (brace >= 0 && line.length <= LONGEST_OBJECT) {
    const object = readObject(line, brace);
    if (object !== undefined) {
      const around = readText(`${line.slice(0, brace)} , ${line.slice(object.end)}`, own);
      return withLeaves(around, object.leaves);
    }
  }
  const row = table.read(line);
  if (row !== undefined) return withLeaves({ counters: [], metrics: [], bar: undefined }, row);
  return readText(line, own);
}

function withLeaves(reading: Reading, leaves: readonly { name: string; value: number }[]): Reading {
  for (const { name, value } of leaves) {
    const level = counterLevel(name);
    if (level === undefined || !(value >= 0)) reading.metrics.push({ name, value });
    else reading.counters.push({ name, level, value, total: undefined });
  }
  return reading;
}
