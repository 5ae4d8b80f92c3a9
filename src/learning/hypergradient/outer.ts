/** What moves hyperparameters along their hypergradient. */
export interface OuterOptimizer {
  /** Moves u in place. */
  move(u: Float64Array, gradient: Float64Array): void;
  /** Forgets earlier gradients. */
  reset(): void;
}

type Make = (size: number, step: number) => OuterOptimizer;

const descent: Make = (_, step) => ({
  move: (u, gradient) => {
    for (let i = 0; i < u.length; i++) u[i]! -= step * gradient[i]!;
  },
  reset: () => {},
});

/** Kingma & Ba 2015 with β₁ = 0.9 and β₂ = 0.999. No ε but for 0: in logarithms a tiny hypergradient still says which way. */
const adam: Make = (size, step) => {
  const [means, squares] = [new Float64Array(size), new Float64Array(size)];
  let count = 0;
  return {
    move: (u, gradient) => {
      count++;
      for (let i = 0; i < size; i++) {
        means[i] = 0.9 * means[i]! + 0.1 * gradient[i]!;
        squares[i] = 0.999 * squares[i]! + 0.001 * gradient[i]! ** 2;
        const root = Math.sqrt(squares[i]! / (1 - 0.999 ** count));
        if (root > 0) u[i]! -= (step * means[i]!) / (1 - 0.9 ** count) / root;
      }
    },
    reset: () => {
      means.fill(0);
      squares.fill(0);
      count = 0;
    },
  };
};

/**
 * Along the mean of the last ten or so signs. Hypergradients by a learning rate are small and negative for a long time, and
 * large and positive for a few steps where a training begins to shake: Adam then remembers those few for a thousand
 * steps, in which nothing moves.
 */
const sign: Make = (size, step) => {
  const means = new Float64Array(size);
  let count = 0;
  return {
    move: (u, gradient) => {
      count++;
      for (let i = 0; i < size; i++) {
        means[i] = 0.9 * means[i]! + 0.1 * Math.sign(gradient[i]!);
        u[i]! -= (step * means[i]!) / (1 - 0.9 ** count);
      }
    },
    reset: () => {
      means.fill(0);
      count = 0;
    },
  };
};

/** Each with a step size in the unit of the coordinates. */
export const outerOptimizers = { sign, adam, descent } as const;
export type OuterName = keyof typeof outerOptimizers;
