/** How a chain steps from its best point, given the gradients of the points that it has moved to. */
export interface Outer {
  /** Takes the gradient of the point that is now the best. NaN: a parameter that is not there. */
  learn(gradient: Float64Array): void;
  /** The last step was too far: from here on only the gradient of the best point counts, not where the chain came from. */
  restart(): void;
  /** What a step of 1 goes against, in the chain's coordinates. */
  readonly direction: Float64Array;
}

/** Forgetting of the mean and of the squares. A chain has tens of steps, not thousands: it cannot wait for 0.9 and 0.999. */
const [MEAN, SQUARES] = [0.5, 0.9];

/**
 * Kingma & Ba 2015 with β₁ = 0.5, β₂ = 0.9 and no ε. Parameters that are bound together share the mean of their squares: with a
 * step size of its own for each, projected steps would come to rest where there is no optimum.
 */
function adam(size: number, bound: readonly (readonly number[])[]): Outer {
  const [means, squares] = [new Float64Array(size), new Float64Array(size)];
  let latest = new Float64Array(size);
  let count = 0;
  return {
    learn(gradient) {
      count++;
      latest = gradient.map(orZero);
      for (const [i, slope] of latest.entries()) {
        means[i] = MEAN * means[i]! + (1 - MEAN) * slope;
        squares[i] = SQUARES * squares[i]! + (1 - SQUARES) * slope ** 2;
      }
      for (const places of bound) {
        const mean = places.reduce((sum, i) => sum + squares[i]!, 0) / places.length;
        for (const i of places) squares[i] = mean;
      }
    },
    restart() {
      for (const [i, slope] of latest.entries()) means[i] = (1 - MEAN ** count) * slope;
    },
    get direction() {
      return means.map((mean, i) => {
        const root = Math.sqrt(squares[i]! / (1 - SQUARES ** count));
        return root > 0 ? mean / (1 - MEAN ** count) / root : 0;
      });
    },
  };
}

/** The gradient, in such a unit that the first one is 1 where it is steepest: nobody knows the scale of a loss beforehand. */
function descent(size: number): Outer {
  let direction = new Float64Array(size);
  let unit: number | undefined;
  return {
    learn(gradient) {
      const known = gradient.map(orZero);
      unit ??= Math.max(...known.map(Math.abs)) || undefined;
      direction = known.map((slope) => slope / (unit ?? 1));
    },
    restart: () => {},
    get direction() {
      return direction;
    },
  };
}

const orZero = (slope: number): number => (Number.isNaN(slope) ? 0 : slope);

/** Each for vectors of a size. `bound`: places of parameters that are projected together. */
export const outers = { adam, gradient: descent } as const;
export type OuterName = keyof typeof outers;
