/** The ways from a gradient to a direction d; a step is −λd. */
export const DIRECTIONS = ["sgd", "momentum", "rmsprop", "adam"] as const;
export type DirectionName = (typeof DIRECTIONS)[number];

/** Turns the gradient in place into the step's direction; remembers what it needs of earlier ones. */
export type Direction = (gradient: Float64Array) => void;

const CLIP = 1;

/** Gradients are clipped to ±1, as in the experiments of Daniel et al. 2016. */
export function directionOf(name: DirectionName, size: number): Direction {
  const turn = MAKE[name](size);
  return (gradient) => {
    for (let i = 0; i < size; i++) gradient[i] = Math.min(CLIP, Math.max(-CLIP, gradient[i]!));
    turn(gradient);
  };
}

const MAKE: Readonly<Record<DirectionName, (size: number) => Direction>> = {
  sgd: () => () => {},
  momentum: (size) => {
    const velocity = new Float64Array(size);
    return (g) => {
      for (let i = 0; i < size; i++) g[i] = velocity[i] = 0.9 * velocity[i]! + g[i]!;
    };
  },
  /** Tieleman & Hinton 2012. */
  rmsprop: (size) => {
    const squares = new Float64Array(size);
    return (g) => {
      for (let i = 0; i < size; i++) {
        squares[i] = 0.9 * squares[i]! + 0.1 * g[i]! * g[i]!;
        g[i]! /= Math.sqrt(squares[i]!) + 1e-6;
      }
    };
  },
  /** Kingma & Ba 2015. */
  adam: (size) => {
    const means = new Float64Array(size);
    const squares = new Float64Array(size);
    let step = 0;
    return (g) => {
      step++;
      const [m, v] = [1 - 0.9 ** step, 1 - 0.999 ** step];
      for (let i = 0; i < size; i++) {
        means[i] = 0.9 * means[i]! + 0.1 * g[i]!;
        squares[i] = 0.999 * squares[i]! + 0.001 * g[i]! * g[i]!;
        g[i] = means[i]! / m / (Math.sqrt(squares[i]! / v) + 1e-8);
      }
    };
  },
};
