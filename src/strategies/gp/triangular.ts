import { CholeskyDecomposition, type Matrix } from "ml-matrix";

/** A lower triangular matrix, its rows one behind the other: element (i, j) is at i·n + j. */
export interface Factor {
  readonly n: number;
  readonly rows: Float64Array;
}

/** L with L·Lᵀ = matrix; undefined where the matrix is not positive definite. */
export function cholesky(matrix: Matrix): Factor | undefined {
  const decomposition = new CholeskyDecomposition(matrix);
  if (!decomposition.isPositiveDefinite()) return undefined;
  const lower = decomposition.lowerTriangularMatrix;
  const n = lower.rows;
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) rows[i * n + j] = lower.get(i, j);
  return { n, rows };
}

/** Solves L·x = b, in place. */
export function forward({ n, rows }: Factor, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    const at = i * n;
    for (let j = 0; j < i; j++) sum -= rows[at + j]! * b[j]!;
    b[i] = sum / rows[at + i]!;
  }
  return b;
}

/** Solves Lᵀ·x = b, in place. */
export function backward({ n, rows }: Factor, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    const x = b[i]! / rows[i * n + i]!;
    b[i] = x;
    const at = i * n;
    for (let j = 0; j < i; j++) b[j]! -= rows[at + j]! * x;
  }
  return b;
}

/** L⁻¹, lower triangular: each row from the rows before it. */
function inverseFactor({ n, rows }: Factor): Float64Array {
  const inverted = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const own = i * n;
    for (let k = 0; k < i; k++) {
      const factor = rows[own + k]!;
      const other = k * n;
      for (let j = 0; j <= k; j++) inverted[own + j]! -= factor * inverted[other + j]!;
    }
    const diagonal = rows[own + i]!;
    for (let j = 0; j < i; j++) inverted[own + j]! /= diagonal;
    inverted[own + i] = 1 / diagonal;
  }
  return inverted;
}

/** (L·Lᵀ)⁻¹, symmetric; only the elements (i, j ≤ i), at i·n + j, are filled in. */
export function inverse(lower: Factor): Float64Array {
  const { n } = lower;
  const inverted = inverseFactor(lower);
  const product = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const row = k * n;
    for (let i = 0; i <= k; i++) {
      const factor = inverted[row + i]!;
      const at = i * n;
      for (let j = 0; j <= i; j++) product[at + j]! += factor * inverted[row + j]!;
    }
  }
  return product;
}

/** ln det(L·Lᵀ). */
export function logDeterminant({ n, rows }: Factor): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(rows[i * n + i]!);
  return 2 * sum;
}
