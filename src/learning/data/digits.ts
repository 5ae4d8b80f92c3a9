import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TuningForkError } from "../../protocol/errors.ts";
import type { Images } from "./images.ts";

const PIXELS = 64;

/**
 * The 1,797 handwritten digits (8 × 8 pixels) of examples/digits: a label, a comma, 64 pixels from 0 to g (16).
 * @param folder Where `digits/digits.csv` is.
 * @throws TuningForkError `bad-input` where it cannot be read
 */
export async function readDigits(folder: string): Promise<Images> {
  const path = join(folder, "digits/digits.csv");
  let text: string;
  try {
    text = await readFile(path, "ascii");
  } catch (error) {
    throw new TuningForkError("bad-input", `${path} cannot be read: ${(error as Error).message}.`);
  }
  return parseDigits(text, path);
}

const HINT = "Use the table of digits as it comes with Tuning Fork.";

/** @throws TuningForkError `bad-input` with the line that is no digit, or that there is none */
export function parseDigits(text: string, path: string): Images {
  const lines = text
    .split(/\r?\n/)
    .flatMap((line, i) => (/^(#|\s*$)/.test(line) ? [] : [{ line, at: i + 1 }]));
  if (lines.length === 0) throw new TuningForkError("bad-input", `${path} has no digits.`, HINT);
  const data = new Float64Array(lines.length * PIXELS);
  const labels = Uint8Array.from(lines, ({ line, at }, i) => {
    const [, label, pixels = ""] = /^(\d),([0-9a-g]{64})$/.exec(line) ?? [];
    if (label === undefined)
      throw new TuningForkError(
        "bad-input",
        `Line ${at} of ${path} is not a label and ${PIXELS} pixels.`,
        HINT,
      );
    for (let p = 0; p < PIXELS; p++) data[i * PIXELS + p] = Number.parseInt(pixels[p]!, 17) / 16;
    return Number(label);
  });
  return { count: lines.length, pixels: PIXELS, classes: 10, data, labels };
}
