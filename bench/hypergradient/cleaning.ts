/**
 * Data hyper-cleaning (Franceschi et al. 2017, section 5.1): half of the training labels are wrong, and reverse hypergradients
 * of the validation error find which. Accuracy of softmax regression on test pictures, trained on what is clean in truth
 * (oracle), on all (baseline), on the validation pictures alone, and on what the cleaning has left (DH-R).
 *
 *   npm run bench -- hypergradient cleaning [--splits 10] [--seed 0] [--radii 200,300,400,500] [--validation 200]
 *     [--fashion DIR] [--json FILE]
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDigits } from "../../src/learning/data/digits.ts";
import { readFashion } from "../../src/learning/data/fashion.ts";
import { type Images, pick, shuffled } from "../../src/learning/data/images.ts";
import {
  cleanLabels,
  corrupt,
  detection,
  LEAST_WEIGHT,
  regressionAccuracy,
} from "../../src/learning/hypergradient/cleaning.ts";
import { random } from "../../src/space/random.ts";
import { mean, standardError } from "../quality/statistics.ts";
import { markdown } from "../quality/table.ts";

const ROOT = join(import.meta.dirname, "../..");
/**
 * Of the last training, the same for all rows. Much shorter, and it ends before the wrong labels are learned: the baseline is
 * then no minimizer, and there is little to be cleaned.
 */
const FINAL_STEPS = 1000;
/** Learning rates go by the mean squared length of a picture: 15 of the digits, 37 of Fashion-MNIST. */
const RATES = { digits: 1, fashion: 0.4 };
/** Pictures of Fashion-MNIST to test on; of the digits it is all that are left. */
const FASHION_TEST = 2000;
const INNER = { steps: 60, iterations: 100, step: 0.02 };

interface Row {
  readonly name: string;
  readonly accuracy: number;
  /** After the same training with the weights that were found, as the authors' code has it. */
  readonly weighted?: number;
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
  const order = shuffled(all, random(seed, 0));
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
  { radii, rate }: { readonly radii: readonly number[]; readonly rate: number },
): Row[] {
  const final = { steps: FINAL_STEPS, rate };
  const { corrupted, validation, test } = split(all, seed, counts);
  const { images, isWrong } = corrupted;
  const accuracy = (kept: Images, weights?: Float64Array): number =>
    regressionAccuracy(kept, test, weights === undefined ? final : { ...final, weights });
  const right = pick(
    images,
    where(images.count, (i) => !isWrong[i]),
  );
  const rows: Row[] = [
    { name: "oracle", accuracy: accuracy(joined(right, validation)) },
    { name: "baseline", accuracy: accuracy(joined(images, validation)) },
    { name: "validation only", accuracy: accuracy(validation) },
  ];
  for (const radius of radii) {
    const { weights } = [...cleanLabels({ training: images, validation }, { ...INNER, rate, radius })].at(
      -1,
    )!;
    const numbers = where(images.count, (i) => weights[i]! >= LEAST_WEIGHT);
    const kept = joined(pick(images, numbers), validation);
    const keptWeights = new Float64Array(kept.count).fill(1);
    numbers.forEach((number, i) => {
      keptWeights[i] = weights[number]!;
    });
    rows.push({
      name: `DH-${radius}`,
      accuracy: accuracy(kept),
      weighted: accuracy(kept, keptWeights),
      f1: detection(weights, isWrong).f1,
    });
  }
  return rows;
}

/** In percent, with the standard error where there is more than one. */
function percent(values: readonly number[]): string {
  const middle = (100 * mean(values)).toFixed(1);
  return values.length < 2 ? middle : `${middle} ± ${(100 * standardError(values)).toFixed(1)}`;
}

const CONTROL = "validation only";

/** Means over the splits, each split's rows in the same order. */
function table(splits: readonly (readonly Row[])[]): string {
  const names = splits[0]!.map(({ name }) => name);
  const of = (name: string): Row[] => splits.map((rows) => rows.find((row) => row.name === name)!);
  const accuracies = (name: string): number[] => of(name).map(({ accuracy }) => accuracy);
  const [oracle, baseline] = [mean(accuracies("oracle")), mean(accuracies("baseline"))];
  const control = accuracies(CONTROL);
  const rows = names.map((name) => {
    const own = accuracies(name);
    const f1 = of(name).flatMap((row) => row.f1 ?? []);
    const weighted = of(name).flatMap((row) => row.weighted ?? []);
    const isDH = f1.length > 0;
    return [
      name,
      percent(own),
      isDH || name === CONTROL ? `${Math.round((100 * (mean(own) - baseline)) / (oracle - baseline))} %` : "",
      isDH ? percent(own.map((accuracy, i) => accuracy - control[i]!)) : "",
      isDH ? percent(weighted) : "",
      isDH ? mean(f1).toFixed(3) : "",
    ];
  });
  const head = ["", "accuracy, %", "of the gap closed", `above ${CONTROL}`, "weighted, %", "F1"];
  return markdown(head, rows);
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      splits: { type: "string", default: "10" },
      seed: { type: "string", default: "0" },
      radii: { type: "string", default: "200,300,400,500" },
      validation: { type: "string", default: "200" },
      fashion: { type: "string" },
      json: { type: "string" },
    },
  });
  const [training, validation] = [1000, Number(values.validation)];
  const isFashion = values.fashion !== undefined;
  const all = isFashion
    ? await readFashion(values.fashion!, training + validation + FASHION_TEST)
    : await readDigits(join(ROOT, "examples"));
  const counts = { training, validation, test: all.count - training - validation };
  const trial = {
    radii: values.radii.split(",").map(Number),
    rate: isFashion ? RATES.fashion : RATES.digits,
  };
  const seeds = Array.from({ length: Number(values.splits) }, (_, i) => Number(values.seed) + i);
  const begun = performance.now();
  const splits = seeds.map((seed) => oneSplit(all, seed, counts, trial));
  console.log(table(splits));
  const seconds = (performance.now() - begun) / 1000 / seeds.length;
  console.log(`\n${seeds.length} splits, ${counts.test} test pictures, ${seconds.toFixed(0)} s each.`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ splits })}\n`);
}
