/** One number that a script printed. */
export interface Observation {
  /** Lower case, words joined by "_", as `metricName` of metricNames.ts makes it: "Val Loss" is "val_loss". */
  readonly name: string;
  /** May be NaN or infinite: the script said so. */
  readonly value: number;
  /**
   * How far the script was, where the line, or a line before it, said so ("epoch 3/50"): the epoch, else the step
   * or iteration, as the script numbers it. Within an epoch a fraction where the line tells: batch 12 of 25 in
   * the epoch printed as 3 is 2.48.
   */
  readonly step: number | undefined;
}

/** Reads the numbers in a script's output, line by line. Keeps the current step between lines. */
export interface MetricReader {
  /** What the line says; counters ("epoch", "step") come before the metrics they belong to. */
  read(line: string): readonly Observation[];
}
