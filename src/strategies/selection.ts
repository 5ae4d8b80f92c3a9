import type { Observation } from "./observations.ts";

/**
 * At most `most` observations for a model, in their order: the best half of them, and of the others those that are
 * spread evenly over the study. What is far from good needs no detail, and a model of all would take too long.
 */
export function select<T extends Pick<Observation, "loss">>(
  observations: readonly T[],
  most: number,
): readonly T[] {
  if (observations.length <= most) return observations;
  const order = [...observations.keys()].sort((a, b) => observations[a]!.loss - observations[b]!.loss);
  const kept = new Set(order.slice(0, most / 2));
  const others = order.slice(most / 2).sort((a, b) => a - b);
  const step = others.length / (most / 2);
  for (let i = 0; i < most / 2; i++) kept.add(others[Math.floor(i * step)]!);
  return observations.filter((_, i) => kept.has(i));
}

/**
 * The number of observations, out of `count`, that something costly is made from: all at first, later only when 5 %
 * more have come in. It depends on their number alone, so a replayed study has the same.
 */
export function checkpoint(count: number): number {
  let at = 1;
  for (let next = at; next <= count; next = at + Math.max(1, Math.floor(at / 20))) at = next;
  return at;
}
