import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A stream of random draws. Every method advances it. */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number;
  /** Uniform whole number in [0, n). */
  int(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** One item of a list that is not empty. */
  choice<T>(items: readonly T[]): T;
  /** A new, shuffled list (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** 32-bit finaliser of MurmurHash3: every input bit changes every output bit with probability ½. */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const low = (n: number): number => n | 0;
const high = (n: number): number => Math.floor(n / 2 ** 32) | 0;

/**
 * The `stream`-th independent stream of a seed: xoroshiro128+ whose 128 bits of state are hashed from the
 * 64 bits of the seed and the 64 bits of the stream. The same two numbers give the same draws in every process.
 */
export function random(seed: number, stream: number): Random {
  const words = [low(seed), high(seed), low(stream), high(stream)];
  let h: number = 0x9e3779b9;
  const state: number[] = [];
  for (let i = 0; i < 12; i++) {
    h = mix(h + Math.imul(words[i % 4]!, 0x9e3779b1) + i);
    if (i >= 8) state.push(h);
  }
  // The state of all zeros is the generator's only fixed point.
  if (!state.some((word) => word !== 0)) state[0] = 1;
  const generator = xoroshiro128plusFromState(state);
  const uniform = (): number => uniformFloat64(generator);
  const int = (n: number): number => uniformInt(generator, 0, n - 1);
  return {
    uniform,
    int,
    // Box–Muller; 1 - u is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    choice: (items) => items[int(items.length)]!,
    shuffle: (items) => {
      const shuffled = [...items];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
      }
      return shuffled;
    },
  };
}
