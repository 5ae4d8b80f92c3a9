/** What to add to the parameters, by the gradient there; keeps its own memory of what came before. */
export type Rule = (gradient: Float32Array) => Float32Array;

/** A hand-designed optimizer for n parameters, by its learning rate. */
export interface HandDesigned {
  readonly name: string;
  make(n: number, learningRate: number): Rule;
}

const zeros = (n: number): Float64Array => new Float64Array(n);

const sgd: HandDesigned = {
  name: "SGD",
  make: (_, rate) => (gradient) => gradient.map((g) => -rate * g),
};

/** Heavy ball and Nesterov's momentum in the form of Sutskever et al. 2013 as PyTorch has it, μ = 0.9. */
const withMomentum = (name: string, nesterov: boolean): HandDesigned => ({
  name,
  make: (n, rate) => {
    const velocity = zeros(n);
    return (gradient) =>
      gradient.map((g, k) => {
        velocity[k] = 0.9 * velocity[k]! + g;
        return -rate * (nesterov ? g + 0.9 * velocity[k]! : velocity[k]!);
      });
  },
});

/** RMSprop with α = 0.99 and ε = 1e-8, PyTorch's defaults. */
const rmsprop: HandDesigned = {
  name: "RMSprop",
  make: (n, rate) => {
    const squares = zeros(n);
    return (gradient) =>
      gradient.map((g, k) => {
        squares[k] = 0.99 * squares[k]! + 0.01 * g * g;
        return (-rate * g) / (Math.sqrt(squares[k]!) + 1e-8);
      });
  },
};

/** Adam (Kingma and Ba 2015, algorithm 1). */
const adam: HandDesigned = {
  name: "Adam",
  make: (n, rate) => {
    const [first, second] = [zeros(n), zeros(n)];
    let count = 0;
    return (gradient) => {
      count++;
      const corrected = (rate * Math.sqrt(1 - 0.999 ** count)) / (1 - 0.9 ** count);
      return gradient.map((g, k) => {
        first[k] = 0.9 * first[k]! + 0.1 * g;
        second[k] = 0.999 * second[k]! + 0.001 * g * g;
        return (-corrected * first[k]!) / (Math.sqrt(second[k]!) + 1e-8);
      });
    };
  },
};

/** The five that the paper of the learned optimizer compares with (Andrychowicz et al. 2016, section 3). */
export const handDesigned: readonly HandDesigned[] = [
  sgd,
  withMomentum("momentum", false),
  withMomentum("Nesterov", true),
  rmsprop,
  adam,
];

/**
 * Prodigy (Mishchenko and Defazio 2024, algorithm 4, Adam form, d₀ = 1e-6), which finds its own step size; the
 * learning rate multiplies it. One step size for all n parameters.
 */
const prodigy: HandDesigned = {
  name: "Prodigy",
  make: (n, rate) => {
    const [first, second, sum, moved] = [zeros(n), zeros(n), zeros(n), zeros(n)];
    const [beta1, beta2] = [0.9, 0.999];
    const root = Math.sqrt(beta2);
    let d = 1e-6;
    let numerator = 0;
    return (gradient) => {
      let dot = 0;
      let length = 0;
      // `moved` is x − x₀.
      for (let k = 0; k < n; k++) dot -= gradient[k]! * moved[k]!;
      numerator = root * numerator + (1 - root) * rate * d * d * dot;
      for (let k = 0; k < n; k++) {
        const g = gradient[k]!;
        first[k] = beta1 * first[k]! + (1 - beta1) * d * g;
        second[k] = beta2 * second[k]! + (1 - beta2) * d * d * g * g;
        sum[k] = root * sum[k]! + (1 - root) * rate * d * d * g;
        length += Math.abs(sum[k]!);
      }
      const step = d;
      if (length > 0) d = Math.max(d, numerator / length);
      return gradient.map((_, k) => {
        const update = (-rate * step * first[k]!) / (Math.sqrt(second[k]!) + step * 1e-8);
        moved[k]! += update;
        return update;
      });
    };
  },
};

/**
 * Schedule-Free AdamW without weight decay (Defazio et al. 2024, algorithm 1, β₁ = 0.9, no warm-up). The parameters
 * are where gradients are taken, y = (1 − β₁) z + β₁ x.
 */
const scheduleFree: HandDesigned = {
  name: "Schedule-Free",
  make: (n, rate) => {
    // All relative to the start.
    const [fast, average, at, second] = [zeros(n), zeros(n), zeros(n), zeros(n)];
    let count = 0;
    let weights = 0;
    return (gradient) => {
      count++;
      const correction = 1 - 0.999 ** count;
      weights += rate * rate;
      const share = (rate * rate) / weights;
      return gradient.map((g, k) => {
        second[k] = 0.999 * second[k]! + 0.001 * g * g;
        fast[k]! -= (rate * g) / (Math.sqrt(second[k]! / correction) + 1e-8);
        average[k] = (1 - share) * average[k]! + share * fast[k]!;
        const next = 0.1 * fast[k]! + 0.9 * average[k]!;
        const update = next - at[k]!;
        at[k] = next;
        return update;
      });
    };
  },
};

/** Newer ones that promise to need no schedule, or no learning rate. */
export const scheduleless: readonly HandDesigned[] = [prodigy, scheduleFree];
