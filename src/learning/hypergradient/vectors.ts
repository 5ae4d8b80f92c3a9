/** into += factor · x. */
export function addScaled(into: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i]! += factor * x[i]!;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
