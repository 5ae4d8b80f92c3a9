import type { Random } from "./random.ts";

/** Initial direction numbers of dimensions 2 to 21 (Joe & Kuo 2008, new-joe-kuo-6), in the order of the polynomials. */
const INITIAL: readonly (readonly number[])[] = [
  [1],
  [1, 3],
  [1, 3, 1],
  [1, 1, 1],
  [1, 1, 3, 3],
  [1, 3, 5, 13],
  [1, 1, 5, 5, 17],
  [1, 1, 5, 5, 5],
  [1, 1, 7, 11, 19],
  [1, 1, 5, 1, 1],
  [1, 1, 1, 3, 11],
  [1, 3, 5, 5, 31],
  [1, 3, 3, 9, 7, 49],
  [1, 1, 1, 15, 21, 21],
  [1, 3, 1, 13, 27, 49],
  [1, 1, 1, 15, 7, 5],
  [1, 3, 1, 15, 13, 25],
  [1, 1, 5, 5, 19, 61],
  [1, 3, 7, 11, 23, 15, 103],
  [1, 3, 7, 13, 13, 15, 69],
];

const BITS = 32;

/** Whether a polynomial over GF(2), its coefficients as bits, is primitive: x has the order 2^degree − 1 modulo it. */
export function isPrimitive(polynomial: number, degree: number): boolean {
  const order = 2 ** degree - 1;
  let power = 1;
  for (let exponent = 1; exponent <= order; exponent++) {
    power <<= 1;
    if (power & (1 << degree)) power ^= polynomial;
    if (power === 1) return exponent === order;
  }
  return false;
}

/** Primitive polynomials by degree, then by value. */
function* polynomials(): Generator<{ readonly polynomial: number; readonly degree: number }> {
  for (let degree = 1; ; degree++) {
    for (let polynomial = 2 ** degree + 1; polynomial < 2 ** (degree + 1); polynomial += 2) {
      if (isPrimitive(polynomial, degree)) yield { polynomial, degree };
    }
  }
}

/** Direction numbers of one dimension (Bratley & Fox 1988, eq. 2): the first m are free, the others follow. */
function directions(initial: readonly number[], polynomial: number, degree: number): Uint32Array {
  const m = [...initial];
  for (let k = degree; k < BITS; k++) {
    let value = m[k - degree]! ^ (m[k - degree]! * 2 ** degree);
    for (let i = 1; i < degree; i++) {
      if ((polynomial >>> (degree - i)) & 1) value ^= (m[k - i]! * 2 ** i) | 0;
    }
    m.push(value >>> 0);
  }
  return Uint32Array.from(m, (value, k) => (value * 2 ** (BITS - 1 - k)) >>> 0);
}

/** Dimensions that were made before: they do not depend on anything. */
const known: Uint32Array[] = [Uint32Array.from({ length: BITS }, (_, k) => 2 ** (BITS - 1 - k))];
const source = polynomials();

function dimension(index: number): Uint32Array {
  while (known.length <= index) {
    const { polynomial, degree } = source.next().value!;
    // Beyond the table any odd numbers will do: the scrambling breaks up what bad pairs there are.
    const initial =
      INITIAL[known.length - 1] ??
      Array.from({ length: degree }, (_, k) => ((known.length * 2654435761) >>> (31 - k)) | 1);
    known.push(directions(initial, polynomial, degree));
  }
  return known[index]!;
}

/**
 * Points of the unit cube that cover it evenly: Sobol's sequence with a random linear scrambling and a digital
 * shift (Matoušek 1998), so that each point alone is uniform.
 */
export class Sobol {
  readonly #columns: readonly Uint32Array[];
  readonly #shifts: readonly number[];

  constructor(dimensions: number, random: Random) {
    const word = () => Math.floor(random.uniform() * 2 ** BITS) >>> 0;
    this.#columns = Array.from({ length: dimensions }, (_, index) => {
      const matrix = Uint32Array.from({ length: BITS }, (_, row) => {
        // Row `row` of a lower triangular matrix with ones on the diagonal: digit `row` from the digits before it.
        const above = row === 0 ? 0 : (0xffffffff << (BITS - row)) >>> 0;
        return ((word() & above) | (1 << (BITS - 1 - row))) >>> 0;
      });
      return dimension(index).map((column) => scrambled(matrix, column));
    });
    this.#shifts = Array.from({ length: dimensions }, word);
  }

  /** The `index`-th point, from 0. */
  point(index: number): Float64Array {
    const gray = index ^ (index >>> 1);
    return Float64Array.from(this.#columns, (columns, d) => {
      let x = this.#shifts[d]!;
      for (let k = 0, bits = gray; bits !== 0; k++, bits >>>= 1) if (bits & 1) x ^= columns[k]!;
      return ((x >>> 0) + 0.5) / 2 ** BITS;
    });
  }
}

/** A matrix over GF(2) times a column. */
function scrambled(matrix: Uint32Array, column: number): number {
  let result = 0;
  for (let row = 0; row < BITS; row++) {
    let bits = matrix[row]! & column;
    bits ^= bits >>> 16;
    bits ^= bits >>> 8;
    bits ^= bits >>> 4;
    bits ^= bits >>> 2;
    bits ^= bits >>> 1;
    if (bits & 1) result |= 1 << (BITS - 1 - row);
  }
  return result >>> 0;
}
