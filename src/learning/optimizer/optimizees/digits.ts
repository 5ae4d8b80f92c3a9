import { TuningForkError } from "../../../protocol/errors.ts";
import type { Samples } from "./perceptron.ts";

/** Samples of the digits that optimizers are trained on; the rest (597) is for tests. */
const TRAINING = 1200;
const PIXELS = 64;

/**
 * Reads examples/digits/digits.csv: a line is a label, a comma and 64 pixels, one character each, 0 (white) to 16
 * in base 17. Pixels come as numbers from 0 to 1.
 * @throws TuningForkError `bad-input` with the line that is no digit
 */
export function readDigits(text: string): { training: Samples; test: Samples } {
  const lines = text.split("\n").flatMap((line, k) => (/^(#|\s*$)/.test(line) ? [] : [{ line, at: k + 1 }]));
  for (const { line, at } of lines)
    if (!/^\d,[0-9a-g]{64}\s*$/.test(line))
      throw new TuningForkError(
        "bad-input",
        `Line ${at} of the digits is not a label and 64 pixels.`,
        "Use examples/digits/digits.csv as it comes.",
      );
  const samples = (part: typeof lines): Samples => ({
    count: part.length,
    labels: Uint8Array.from(part, ({ line }) => Number(line[0])),
    features: Float32Array.from(
      part.flatMap(({ line }) =>
        [...line.slice(2, 2 + PIXELS)].map((pixel) => Number.parseInt(pixel, 17) / 16),
      ),
    ),
  });
  return { training: samples(lines.slice(0, TRAINING)), test: samples(lines.slice(TRAINING)) };
}
