import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { TuningForkError } from "../../protocol/errors.ts";
import type { Images } from "./images.ts";

/** Where Debian's dataset-fashion-mnist is. */
export const FASHION_FOLDER = "/usr/share/datasets/fashion-mnist";

/** Side of the pictures in the file, and of those that are read. */
const SIDE = 28;
export const FASHION_SIDE = SIDE / 2;

const HINT = "Install Debian's dataset-fashion-mnist, or name another folder.";

/**
 * Numbers of an IDX file: a header (0, 0, 8 for bytes, dimensions, then the size of each in four bytes), then one byte
 * each.
 * @param sizes Of all dimensions but the first.
 */
async function bytesOf(path: string, count: number, sizes: readonly number[]): Promise<Uint8Array> {
  let bytes: Buffer;
  try {
    bytes = await promisify(gunzip)(await readFile(path));
  } catch (error) {
    throw new TuningForkError("bad-input", `${path} cannot be read: ${(error as Error).message}.`, HINT);
  }
  const header = 8 + 4 * sizes.length;
  const length = sizes.reduce((a, b) => a * b, count);
  const isIdx =
    bytes.length >= header &&
    bytes.readUInt32BE(0) === 0x801 + sizes.length &&
    sizes.every((size, k) => bytes.readUInt32BE(8 + 4 * k) === size);
  if (!isIdx || bytes.length < header + length)
    throw new TuningForkError(
      "bad-input",
      `${path} is not an IDX file of ${count} or more ${sizes.length === 0 ? "labels" : `pictures of ${sizes.join(" × ")} pixels`}.`,
      HINT,
    );
  return bytes.subarray(header, header + length);
}

/**
 * The first pictures of Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), each 14 × 14: means of four pixels.
 * @throws TuningForkError `bad-input` where they cannot be read, or are fewer
 */
export async function readFashion(folder: string, count: number): Promise<Images> {
  const pixels = await bytesOf(join(folder, "train-images-idx3-ubyte.gz"), count, [SIDE, SIDE]);
  const labels = await bytesOf(join(folder, "train-labels-idx1-ubyte.gz"), count, []);
  const data = new Float64Array(count * FASHION_SIDE * FASHION_SIDE);
  pixels.forEach((pixel, at) => {
    const x = at % SIDE;
    // Rows of all pictures stand one below the other, and their number in a picture is even.
    const y = Math.floor(at / SIDE);
    data[(y >> 1) * FASHION_SIDE + (x >> 1)]! += pixel / 255 / 4;
  });
  return {
    count,
    pixels: FASHION_SIDE * FASHION_SIDE,
    classes: 10,
    data,
    labels: Uint8Array.from(labels),
  };
}
