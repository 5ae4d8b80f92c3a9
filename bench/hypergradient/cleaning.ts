/**
 * Data hyper-cleaning (Franceschi et al. 2017, section 5.1): half of the training labels are wrong, and reverse hypergradients
 * of the validation error find which. Accuracy of softmax regression on test pictures, trained on what is clean in truth
 * (oracle), on all (baseline), on the validation pictures alone, and on what the cleaning has left (DH-R).
 *
 *   npm run bench -- hypergradient cleaning [--splits 10] [--seed 0] [--radii 300,400,500,600] [--validation 200]
 *     [--fashion DIR] [--json FILE]
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDigits } from "../../src/learning/data/digits.ts";
import { readFashion } from "../../src/learning/data/fashion.ts";
import { type Images, pick } from "../../src/learning/data/images.ts";
import {
  cleanLabels,
  corrupt,
  detection,
  LEAST_WEIGHT,
  regressionAccuracy,
} from "../../src/learning/hypergradient/cleaning.ts";
import { random } from "../../src/space/random.ts";
import { mean } from "../quality/statistics.ts";
import { markdown } from "../quality/table.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Of the last training, the same for all rows. */
const FINAL = { steps: 400, rate: 1 };
const INNER = { steps: 60, rate: 0.5, iterations: 80, step: 0.03 };

interface Row {
  readonly name: string;
  readonly accuracy: number;
  readonly f1?: number;
}

/** Two sets of pictures in one. */
function joined(a: Images, b: Images): Images {
  const data = new Float64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { ...a, count: a.count + b.count, data, labels: Uint8Array.from([...a.labels, ...b.labels]) };
}

const where = (count: number, keep: (i: number) => boolean): number[] =>
  Array.from({ length: count }, (_, i) => i).filter(keep);

function split(all: Images, seed: number, counts: { training: number; validation: number; test: number }) {
  const order = random(seed, 0).shuffle(Array.from({ length: all.count }, (_, i) => i));
  const { training, validation, test } = counts;
  const clean = pick(all, order.slice(0, training));
  return {
    corrupted: corrupt(clean, 0.5, random(seed, 1)),
    validation: pick(all, order.slice(training, training + validation)),
    test: pick(all, order.slice(training + validation, training + validation + test)),
  };
}

function oneSplit(
  all: Images,
  seed: number,
  counts: Parameters<typeof split>[2],
  radii: readonly number[],
): Row[] {
  const { corrupted, validation, test } = split(all, seed, counts);
  const { images, isWrong } = corrupted;
  const accuracy = (kept: Images): number => regressionAccuracy(kept, test, FINAL);
  const rows: Row[] = [
    {
      name: "oracle",
      accuracy: accuracy(
        joined(
          pick(
            images,
            where(images.count, (i) => !isWrong[i]),
          ),
          validation,
        ),
      ),
    },
    { name: "baseline", accuracy: accuracy(joined(images, validation)) },
    { name: "validation only", accuracy: accuracy(validation) },
  ];
  for (const radius of radii) {
    const { weights } = [...cleanLabels({ training: images, validation }, { ...INNER, radius })].at(-1)!;
    const kept = pick(
      images,
      where(images.count, (i) => weights[i]! >= LEAST_WEIGHT),
    );
    rows.push({
      name: `DH-${radius}`,
      accuracy: accuracy(joined(kept, validation)),
      f1: detection(weights, isWrong).f1,
    });
  }
  return rows;
}

const error = (values: readonly number[]): number => {
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
};

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      splits: { type: "string", default: "10" },
      seed: { type: "string", default: "0" },
      radii: { type: "string", default: "300,400,500,600" },
      validation: { type: "string", default: "200" },
      fashion: { type: "string" },
      json: { type: "string" },
    },
  });
  const counts = { training: 1000, validation: Number(values.validation), test: 597 };
  const all =
    values.fashion === undefined
      ? await readDigits(join(ROOT, "examples"))
      : await readFashion(values.fashion, counts.training + counts.validation + counts.test);
  const radii = values.radii.split(",").map(Number);
  const seeds = Array.from({ length: Number(values.splits) }, (_, i) => Number(values.seed) + i);
  const begun = performance.now();
  const splits = seeds.map((seed) => oneSplit(all, seed, counts, radii));
  const names = splits[0]!.map(({ name }) => name);
  const of = (name: string): Row[] => splits.map((rows) => rows.find((row) => row.name === name)!);
  const accuracies = (name: string): number[] => of(name).map(({ accuracy }) => accuracy);
  const [oracle, baseline] = [mean(accuracies("oracle")), mean(accuracies("baseline"))];
  const percent = (value: number): string => (100 * value).toFixed(1);
  console.log(
    markdown(
      ["", "accuracy, %", "± standard error", "of the gap closed", "F1"],
      names.map((name) => {
        const f1 = of(name).flatMap((row) => row.f1 ?? []);
        const share = (mean(accuracies(name)) - baseline) / (oracle - baseline);
        return [
          name,
          percent(mean(accuracies(name))),
          percent(error(accuracies(name))),
          name === "oracle" || name === "baseline" ? "" : `${Math.round(100 * share)} %`,
          f1.length === 0 ? "" : mean(f1).toFixed(3),
        ];
      }),
    ),
  );
  console.log(
    `\n${seeds.length} splits, ${((performance.now() - begun) / 1000 / seeds.length).toFixed(0)} s each.`,
  );
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ splits })}\n`);
}
