/** A hidden layer's activation σ, with its slopes as functions of its value a = σ(z). */
export interface Activation {
  value(z: number): number;
  /** σ′(z). */
  slope(a: number): number;
  /** σ″(z). */
  curvature(a: number): number;
}

export const ACTIVATIONS = ["tanh", "sigmoid", "relu"] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

export const activations: Readonly<Record<ActivationName, Activation>> = {
  tanh: {
    value: Math.tanh,
    slope: (a) => 1 - a * a,
    curvature: (a) => -2 * a * (1 - a * a),
  },
  sigmoid: {
    value: (z) => 1 / (1 + Math.exp(-z)),
    slope: (a) => a * (1 - a),
    curvature: (a) => a * (1 - a) * (1 - 2 * a),
  },
  /** Its corner, which no training comes upon but by chance, has slope 0. */
  relu: {
    value: (z) => (z > 0 ? z : 0),
    slope: (a) => (a > 0 ? 1 : 0),
    curvature: () => 0,
  },
};
