import type { Rule, RulePoint } from "./rules.ts";

/** Added to the root, as in PyTorch. */
const EPSILON = 1e-8;

/**
 * One weight's step and its derivatives, with p = m̂ / (√û + ε), m̂ = m′ / (1 − β₁ᵗ) and û = u′ / (1 − β₂ᵗ):
 * m′ = β₁ m + (1 − β₁) g, u′ = β₂ u + (1 − β₂) g², w′ = w − η p.
 */
interface Coordinate {
  m: number;
  u: number;
  p: number;
  /** ∂p/∂m̂ and ∂p/∂û. */
  byMean: number;
  bySquare: number;
}

/** 1 − βᵗ, and its derivative by β. */
const correction = (beta: number, t: number) => ({ value: 1 - beta ** t, slope: -t * beta ** (t - 1) });

function at(
  { n, state, gradient, momentum, beta2 }: RulePoint,
  i: number,
  c1: number,
  c2: number,
  into: Coordinate,
) {
  const g = gradient[i]!;
  const m = momentum * state[n + i]! + (1 - momentum) * g;
  const u = beta2 * state[2 * n + i]! + (1 - beta2) * g * g;
  const root = Math.sqrt(u / c2);
  into.m = m;
  into.u = u;
  into.p = m / c1 / (root + EPSILON);
  into.byMean = 1 / (root + EPSILON);
  // A weight that never had a gradient: p is smooth there by g, and its slope by û counts for nothing.
  into.bySquare = root === 0 ? 0 : -into.p / (root + EPSILON) / (2 * root);
}

const coordinate = (): Coordinate => ({ m: 0, u: 0, p: 0, byMean: 0, bySquare: 0 });

/** Adam (Kingma & Ba 2015); a state is w, m, u. */
export const adam: Rule = {
  vectors: 3,
  step(point, into) {
    const { n, t, state, rate, momentum, beta2 } = point;
    const [c1, c2] = [correction(momentum, t).value, correction(beta2, t).value];
    const own = coordinate();
    for (let i = 0; i < n; i++) {
      at(point, i, c1, c2, own);
      into[i] = state[i]! - rate * own.p;
      into[n + i] = own.m;
      into[2 * n + i] = own.u;
    }
  },
  forward(point, change, into) {
    const { n, t, state, gradient, rate, momentum, beta2 } = point;
    const [c1, c2] = [correction(momentum, t), correction(beta2, t)];
    const [dc1, dc2] = [c1.slope * change.momentum, c2.slope * change.beta2];
    const own = coordinate();
    for (let i = 0; i < n; i++) {
      at(point, i, c1.value, c2.value, own);
      const [g, dg] = [gradient[i]!, change.gradient[i]!];
      const dm =
        momentum * change.state[n + i]! + (1 - momentum) * dg + change.momentum * (state[n + i]! - g);
      const du =
        beta2 * change.state[2 * n + i]! +
        (1 - beta2) * 2 * g * dg +
        change.beta2 * (state[2 * n + i]! - g * g);
      const dMean = (dm - (own.m / c1.value) * dc1) / c1.value;
      const dSquare = (du - (own.u / c2.value) * dc2) / c2.value;
      into[n + i] = dm;
      into[2 * n + i] = du;
      into[i] = change.state[i]! - change.rate * own.p - rate * (own.byMean * dMean + own.bySquare * dSquare);
    }
  },
  backward(point, alpha, slopes) {
    const { n, t, state, gradient, rate, momentum, beta2 } = point;
    const [c1, c2] = [correction(momentum, t), correction(beta2, t)];
    const own = coordinate();
    slopes.rate = slopes.momentum = slopes.beta2 = 0;
    for (let i = 0; i < n; i++) {
      at(point, i, c1.value, c2.value, own);
      const g = gradient[i]!;
      const byMean = (-rate * alpha[i]! * own.byMean) / c1.value;
      const bySquare = (-rate * alpha[i]! * own.bySquare) / c2.value;
      const [byM, byU] = [alpha[n + i]! + byMean, alpha[2 * n + i]! + bySquare];
      slopes.state[i] = alpha[i]!;
      slopes.state[n + i] = momentum * byM;
      slopes.state[2 * n + i] = beta2 * byU;
      slopes.gradient[i] = (1 - momentum) * byM + (1 - beta2) * 2 * g * byU;
      slopes.rate -= alpha[i]! * own.p;
      slopes.momentum += byM * (state[n + i]! - g) - byMean * (own.m / c1.value) * c1.slope;
      slopes.beta2 += byU * (state[2 * n + i]! - g * g) - bySquare * (own.u / c2.value) * c2.slope;
    }
  },
};
