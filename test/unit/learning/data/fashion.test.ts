import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FASHION_FOLDER, readFashion } from "../../../../src/learning/data/fashion.ts";
import { optimizerLearner } from "../../../../src/learning/optimizer/learner.ts";
import { completeOptions } from "../../../../src/strategies/options.ts";

const IMAGES = "train-images-idx3-ubyte.gz";
const LABELS = "train-labels-idx1-ubyte.gz";
const HINT = "Install Debian's dataset-fashion-mnist, or name another folder.";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-fashion-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An IDX file of bytes. */
function idx(sizes: readonly number[], byte: (at: number) => number): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x800 + sizes.length);
  sizes.forEach((size, k) => {
    header.writeUInt32BE(size, 4 + 4 * k);
  });
  const length = sizes.reduce((a, b) => a * b, 1);
  return gzipSync(Buffer.concat([header, Uint8Array.from({ length }, (_, at) => byte(at))]));
}

const missing = (path: string) => ({
  code: "bad-input",
  message: expect.stringMatching(`^${path} cannot be read: ENOENT`),
  next: HINT,
});

describe("Fashion-MNIST", () => {
  test("is read from Debian's package, or its absence told", async () => {
    const read = readFashion(FASHION_FOLDER, 10);
    if (!existsSync(join(FASHION_FOLDER, IMAGES))) {
      await expect(read).rejects.toMatchObject(missing(join(FASHION_FOLDER, IMAGES)));
      return;
    }
    const { count, pixels, data, labels } = await read;
    expect([count, pixels, data.length]).toEqual([10, 196, 1960]);
    expect([...labels]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    expect(Math.min(...data)).toBe(0);
    expect(Math.max(...data)).toBeGreaterThan(0.9);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
  });

  test("that is missing is told by its file and its package", async () => {
    await expect(readFashion(join(folder, "none"), 10)).rejects.toMatchObject(
      missing(join(folder, "none", IMAGES)),
    );
    const options = { problem: "fashion", data: join(folder, "none") };
    await expect(
      optimizerLearner.learn(completeOptions(optimizerLearner, options), {
        seed: 1,
        examples: folder,
        report: () => undefined,
        stopped: () => false,
      }),
    ).rejects.toMatchObject(missing(join(folder, "none", IMAGES)));
  });

  test("is halved to means of four pixels, and fewer pictures or labels than asked for are told", async () => {
    // The second picture is white in its right half, the first nowhere but in its first pixel.
    const white = (at: number) => at === 0 || (at >= 784 && at % 28 >= 14);
    await writeFile(
      join(folder, IMAGES),
      idx([2, 28, 28], (at) => (white(at) ? 255 : 0)),
    );
    await expect(readFashion(folder, 2)).rejects.toMatchObject(missing(join(folder, LABELS)));
    await writeFile(
      join(folder, LABELS),
      idx([1], () => 4),
    );
    const one = await readFashion(folder, 1);
    expect([one.data[0], Math.max(...one.data.subarray(1)), one.labels]).toEqual([0.25, 0, Uint8Array.of(4)]);
    await expect(readFashion(folder, 2)).rejects.toThrow(
      `${join(folder, LABELS)} is not an IDX file of 2 or more labels.`,
    );
    await writeFile(
      join(folder, LABELS),
      idx([2], (at) => at),
    );
    const { data } = await readFashion(folder, 2);
    const line = Array.from({ length: 14 }, (_, x) => (x < 7 ? 0 : 1));
    expect([...data.subarray(196)]).toEqual(Array.from({ length: 14 }, () => line).flat());
    await expect(readFashion(folder, 3)).rejects.toThrow(
      `${join(folder, IMAGES)} is not an IDX file of 3 or more pictures of 28 × 28 pixels.`,
    );
  });
});
