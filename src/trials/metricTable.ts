import type { Leaf } from "./looseObject.ts";
import { counterLevel, metricName, saysMetric } from "./metricNames.ts";

const CELL_NAME = /^[\p{L}_][\p{L}\p{N}_@%²/. ()-]{0,29}$/u;
const NUMBER_CELL = /^[-+]?(?:nan|inf|(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)%?$/i;
/** What may stand in a row beside its numbers. */
const OTHER_CELL = /^(?:\d+(?::\d\d){1,2}|\d+\/\d+|[\d.]+[A-Za-z]+|-+|)$/;
const LONGEST_ROW = 1_000;

/**
 * Follows tables with a header line, as fastai and CSV writers print them: names first, then rows of as many
 * numbers. A table ends at the first line that is no such row.
 */
export class TableReader {
  #names: readonly string[] | undefined;

  /** The cells of a row, or undefined for a line that is none. */
  read(line: string): readonly Leaf[] | undefined {
    if (line.length > LONGEST_ROW || line.trim() === "") return undefined;
    const leaves = this.#row(line);
    if (leaves !== undefined) return leaves;
    // A ruler between header and rows leaves the table open.
    if (this.#names !== undefined && /^[\s|+:─━═=┼╪-]+$/.test(line)) return undefined;
    this.#names = headerOf(line);
    return undefined;
  }

  #row(line: string): readonly Leaf[] | undefined {
    const names = this.#names;
    if (names === undefined) return undefined;
    const wide = cellsOf(line);
    const cells = wide.length === names.length ? wide : line.trim().split(/\s+/);
    if (cells.length !== names.length) return undefined;
    if (!cells.every((cell) => NUMBER_CELL.test(cell) || OTHER_CELL.test(cell))) return undefined;
    const leaves: Leaf[] = [];
    for (const [i, cell] of cells.entries()) {
      if (NUMBER_CELL.test(cell)) leaves.push({ name: names[i]!, value: numberOf(cell) });
    }
    return leaves.length > 0 ? leaves : undefined;
  }
}

function headerOf(line: string): readonly string[] | undefined {
  const cells = cellsOf(line);
  if (cells.length < 2 || !cells.every((cell) => CELL_NAME.test(cell))) return undefined;
  const names = cells.map(metricName);
  const isTable = names.some(saysMetric) && (counterLevel(names[0]!) !== undefined || names.length > 2);
  return isTable && new Set(names).size === names.length ? names : undefined;
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\s*[|│┃]/, "")
    .replace(/[|│┃]\s*$/, "")
    .trim()
    .split(/\s*[,;|│┃\t]\s*|\s{2,}/);
}

function numberOf(cell: string): number {
  const text = cell.replace("%", "").toLowerCase();
  if (text.includes("nan")) return Number.NaN;
  return text.includes("inf") ? Number(text.replace("inf", "Infinity")) : Number(text);
}
