import { TuningForkError } from "../../protocol/errors.ts";
import { type Random, random } from "../../space/random.ts";
import type { Learned } from "../learner.ts";

/** How a gradient enters the network: as it is, or as logarithm and sign (Andrychowicz et al. 2016, appendix A). */
export const PREPROCESSING = ["none", "log-sign"] as const;
export type Preprocessing = (typeof PREPROCESSING)[number];

/** What the network is, apart from its weights. */
export interface Architecture {
  readonly preprocessing: Preprocessing;
  /** Units of each of the two layers. */
  readonly units: number;
  /** The network's output times this is added to a parameter. */
  readonly scale: number;
}

/** The length of the logarithm-and-sign preprocessing, p. */
export const LOG_SIGN_P = 10;

export const inputsOf = ({ preprocessing }: Architecture): number => (preprocessing === "none" ? 1 : 2);

/**
 * All weights, one array each, row by row. The columns of a layer are its gates, `units` wide each:
 * input, forget, output, candidate. The rows of a layer are its inputs, then its own last output.
 */
export interface Weights {
  /** [inputs + units, 4 units] */
  readonly kernel1: Float32Array;
  readonly bias1: Float32Array;
  /** [units + units, 4 units] */
  readonly kernel2: Float32Array;
  readonly bias2: Float32Array;
  /** [units, 1] */
  readonly kernelOut: Float32Array;
  readonly biasOut: Float32Array;
}

export const WEIGHT_NAMES = ["kernel1", "bias1", "kernel2", "bias2", "kernelOut", "biasOut"] as const;

/** Rows and columns of each array of weights. */
export function shapesOf(architecture: Architecture): Record<keyof Weights, readonly [number, number]> {
  const { units } = architecture;
  return {
    kernel1: [inputsOf(architecture) + units, 4 * units],
    bias1: [1, 4 * units],
    kernel2: [2 * units, 4 * units],
    bias2: [1, 4 * units],
    kernelOut: [units, 1],
    biasOut: [1, 1],
  };
}

export function mapWeights(make: (name: keyof Weights) => Float32Array): Weights {
  return {
    kernel1: make("kernel1"),
    bias1: make("bias1"),
    kernel2: make("kernel2"),
    bias2: make("bias2"),
    kernelOut: make("kernelOut"),
    biasOut: make("biasOut"),
  };
}

/** Glorot's uniform kernels; biases 0, those of the forget gates 1. */
export function initialWeights(architecture: Architecture, seed: number): Weights {
  const draws: Random = random(seed, 0);
  const shapes = shapesOf(architecture);
  return mapWeights((name) => {
    const [rows, columns] = shapes[name];
    if (name.startsWith("bias")) {
      const { units } = architecture;
      return Float32Array.from({ length: columns }, (_, k) =>
        name !== "biasOut" && k >= units && k < 2 * units ? 1 : 0,
      );
    }
    const limit = Math.sqrt(6 / (rows + columns));
    return Float32Array.from({ length: rows * columns }, () => limit * (2 * draws.uniform() - 1));
  });
}

/** A trained optimizer as JSON: every array of weights as base64 of its little-endian 32-bit floats. */
export interface LearnedOptimizer extends Learned, Architecture {
  readonly system: "optimizer";
  readonly weights: Readonly<Record<keyof Weights, string>>;
}

export function encodeWeights(weights: Weights): Record<keyof Weights, string> {
  const encode = (values: Float32Array): string => {
    const bytes = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, k) => {
      bytes.setFloat32(4 * k, value, true);
    });
    return btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)));
  };
  const entries = WEIGHT_NAMES.map((name) => [name, encode(weights[name])] as const);
  return Object.fromEntries(entries) as Record<keyof Weights, string>;
}

/** @throws TuningForkError `bad-input` where the arrays are not of the architecture's shapes */
export function decodeWeights(learned: LearnedOptimizer): Weights {
  const shapes = shapesOf(learned);
  return mapWeights((name) => {
    const [rows, columns] = shapes[name];
    const bytes = Uint8Array.from(atob(learned.weights[name] ?? ""), (character) => character.charCodeAt(0));
    if (bytes.length !== 4 * rows * columns)
      throw new TuningForkError(
        "bad-input",
        `The weights "${name}" are ${bytes.length} bytes; ${rows} × ${columns} numbers need ${4 * rows * columns}.`,
        "Use a file that tuning-fork learn optimizer has written.",
      );
    const view = new DataView(bytes.buffer);
    return Float32Array.from({ length: rows * columns }, (_, k) => view.getFloat32(4 * k, true));
  });
}
