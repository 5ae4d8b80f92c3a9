import { parseNumber } from "./looseObject.ts";
import { LONGEST_TEXT } from "./metricTokens.ts";

/** What comes after this word are derivatives: "hypergradient lr=…", "hypergradients: {…}", `"hypergradients": {…}`. */
const WORD = /(?<![\p{L}\p{N}_/.-])hypergradients?(?![\p{L}\p{N}_/.-])["']?\s*[:=]?\s*(\{)?/iu;

const NUMBER = String.raw`[-+]?(?:nan|inf(?:inity)?|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)`;

/** A name and its number: `lr=-0.12`, `"lr": -0.12`, `'lr': np.float64(-0.12)`. Begins only where a name may begin. */
const PAIR = new RegExp(
  String.raw`(?<=^|[\s"'=:,;{}()[\]])(?:"([^"]+)"|'([^']+)'|([^\s"'=:,;{}()[\]]+))\s*[:=]\s*` +
    String.raw`(?:(${NUMBER})|[\w.]+\((${NUMBER})[^)]{0,200})`,
  "giu",
);

/**
 * The derivatives of the objective that a line tells, ∂E/∂λ by the name of the parameter as it stands there; undefined where it
 * tells none. They come after the word "hypergradient" up to the end of the line, or of the object that follows. NaN and
 * ±Infinity are handed on as printed.
 */
export function readHypergradients(line: string): ReadonlyMap<string, number> | undefined {
  const text = line.slice(0, LONGEST_TEXT);
  const word = WORD.exec(text);
  if (word === null) return undefined;
  const rest = text.slice(word.index + word[0].length);
  const told = word[1] === undefined ? rest : rest.split("}", 1)[0]!;
  const pairs = [...told.matchAll(PAIR)].map(
    ([, double, single, bare, number, wrapped]) =>
      [(double ?? single ?? bare)!, parseNumber((number ?? wrapped)!)] as const,
  );
  return pairs.length === 0 ? undefined : new Map(pairs);
}
