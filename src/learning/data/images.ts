import type { Random } from "../../space/random.ts";

/** Labelled pictures, pixels in [0, 1], one picture after the other. */
export interface Images {
  readonly count: number;
  readonly pixels: number;
  readonly classes: number;
  /** count × pixels. */
  readonly data: Float64Array;
  readonly labels: Uint8Array;
}

/** The pictures with these numbers. */
export function pick(images: Images, numbers: readonly number[]): Images {
  const { pixels } = images;
  const data = new Float64Array(numbers.length * pixels);
  numbers.forEach((number, i) => {
    data.set(images.data.subarray(number * pixels, (number + 1) * pixels), i * pixels);
  });
  const labels = Uint8Array.from(numbers, (number) => images.labels[number]!);
  return { ...images, count: numbers.length, data, labels };
}

/** The numbers of all pictures in an order that is drawn. */
export const shuffled = ({ count }: Images, draws: Random): number[] =>
  draws.shuffle(Array.from({ length: count }, (_, i) => i));
