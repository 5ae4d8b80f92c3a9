import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Images } from "../../src/learning/data/images.ts";

const SIDE = 28;

/** Numbers of an IDX file: a header of four bytes and four a dimension, then one byte each. */
function bytesOf(path: string, dimensions: number): Buffer {
  return gunzipSync(readFileSync(path)).subarray(4 + 4 * dimensions);
}

/** The first pictures of Fashion-MNIST, each 14 × 14: means of four pixels. `folder`: Debian's dataset-fashion-mnist. */
export function readFashion(folder: string, count: number): Images {
  const pixels = bytesOf(join(folder, "train-images-idx3-ubyte.gz"), 3);
  const labels = bytesOf(join(folder, "train-labels-idx1-ubyte.gz"), 1);
  const half = SIDE / 2;
  const data = new Float64Array(count * half * half);
  for (let i = 0; i < count; i++) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const at = i * half * half + (y >> 1) * half + (x >> 1);
        data[at]! += pixels[i * SIDE * SIDE + y * SIDE + x]! / 255 / 4;
      }
    }
  }
  return {
    count,
    pixels: half * half,
    classes: 10,
    data,
    labels: Uint8Array.from(labels.subarray(0, count)),
  };
}
