/** One number that a script printed. */
export interface Observation {
  readonly name: string;
  /** May be NaN or infinite: the script said so. */
  readonly value: number;
  /** How far the script was, where the line, or a line before it, said so ("epoch 3/50"). */
  readonly step: number | undefined;
}

/** Reads the numbers in a script's output, line by line. Keeps the current step between lines. */
export interface MetricReader {
  read(line: string): readonly Observation[];
}
