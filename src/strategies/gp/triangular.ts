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

/** Solves L·x = b, in place: four rows at a time, whose sums do not wait for each other. */
export function forward({ n, rows }: Factor, b: Float64Array): Float64Array {
  let first = 0;
  for (; first + 4 <= n; first += 4) {
    const r0 = first * n;
    const r1 = r0 + n;
    const r2 = r1 + n;
    const r3 = r2 + n;
    let s0 = b[first]!;
    let s1 = b[first + 1]!;
    let s2 = b[first + 2]!;
    let s3 = b[first + 3]!;
    for (let j = 0; j < first; j++) {
      const x = b[j]!;
      s0 -= rows[r0 + j]! * x;
      s1 -= rows[r1 + j]! * x;
      s2 -= rows[r2 + j]! * x;
      s3 -= rows[r3 + j]! * x;
    }
    s0 /= rows[r0 + first]!;
    s1 = (s1 - rows[r1 + first]! * s0) / rows[r1 + first + 1]!;
    s2 = (s2 - rows[r2 + first]! * s0 - rows[r2 + first + 1]! * s1) / rows[r2 + first + 2]!;
    s3 =
      (s3 - rows[r3 + first]! * s0 - rows[r3 + first + 1]! * s1 - rows[r3 + first + 2]! * s2) /
      rows[r3 + first + 3]!;
    b[first] = s0;
    b[first + 1] = s1;
    b[first + 2] = s2;
    b[first + 3] = s3;
  }
  for (let i = first; i < n; i++) {
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
