import type { TopLevelSpec } from "vega-lite";
import type { Chart, Drawing } from "./chart.ts";

/** The rows of a panel in words and numbers: behind the chart as a table, and in the CSV. */
export interface Table {
  /** What it is about, where a panel has several. */
  readonly title?: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** The trial that the row is about, if it is about one. */
  readonly trial?: number | undefined;
  readonly cells: readonly (string | number | boolean | null | undefined)[];
}

/** RFC 4180; numbers with all their digits. Several tables follow each other after an empty line, under their titles. */
export function toCsv(tables: readonly Table[]): string {
  const blocks = tables.map(({ title, columns, rows }) => {
    const head = tables.length > 1 && title !== undefined ? [[title], columns] : [columns];
    const lines = [...head, ...rows.map(({ cells }) => cells)].map((cells) => cells.map(csvCell).join(","));
    return `${lines.join("\r\n")}\r\n`;
  });
  return blocks.join("\r\n");
}

function csvCell(value: string | number | boolean | null | undefined): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The charts, one under the other, as one vega-lite spec with its data inside. */
export function toSpec(charts: readonly Chart[]): TopLevelSpec {
  return specOf(charts.flatMap((chart) => (chart.drawn === undefined ? [] : [chart.drawn])));
}

/**
 * Data sets, marks and parameters of different charts may have the same names: the data sets are numbered by
 * chart, marks go without a name, and parameters are replaced by their values.
 */
export function specOf(drawn: readonly Drawing[]): TopLevelSpec {
  const whole = drawn.map(({ spec, width, height, params }, chart) => {
    const { $schema: _, config: __, params: ___, ...unit } = spec as unknown as Record<string, unknown>;
    return { ...(embedded(unit, chart, params ?? {}) as object), width, height };
  });
  const [first] = drawn.map(({ spec }) => spec as unknown as Record<string, unknown>);
  const datasets = drawn.flatMap(({ data }, chart) =>
    Object.entries(data).map(([name, rows]) => [datasetName(name, chart), rows] as const),
  );
  const body = whole.length === 1 ? whole[0] : { vconcat: whole };
  return {
    $schema: first?.$schema,
    ...body,
    config: first?.config,
    datasets: Object.fromEntries(datasets),
  } as unknown as TopLevelSpec;
}

const datasetName = (name: string, chart: number): string => (chart === 0 ? name : `${name} ${chart + 1}`);

function embedded(part: unknown, chart: number, params: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(part)) return part.map((item) => embedded(item, chart, params));
  if (typeof part !== "object" || part === null) return part;
  const { expr } = part as { readonly expr?: unknown };
  if (typeof expr === "string" && Object.hasOwn(params, expr)) return params[expr];
  const entries = Object.entries(part).flatMap(([key, value]): [string, unknown][] => {
    if (key === "data") return [[key, { name: datasetName((value as { name: string }).name, chart) }]];
    // A name of a mark; that of a data set is within `data`.
    if (key === "name") return [];
    return [[key, embedded(value, chart, params)]];
  });
  return Object.fromEntries(entries);
}

/** The charts, one under the other, as one SVG document. */
export async function toSvg(charts: readonly Chart[]): Promise<string> {
  const images: { text: string; width: number; height: number }[] = [];
  for (const chart of charts) {
    const text = await (await chart.ready)?.toSVG();
    const size = /<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"/.exec(text ?? "");
    if (text !== undefined && size !== null) {
      images.push({ text, width: Number(size[1]), height: Number(size[2]) });
    }
  }
  if (images.length === 1) return images[0]!.text;
  const width = Math.max(...images.map((image) => image.width));
  let y = 0;
  const parts = images.map((image) => {
    const part = image.text.replace(/^<svg/, `<svg y="${y}"`);
    y += image.height;
    return part;
  });
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}">`;
  const page = `<rect width="${width}" height="${y}" fill="${background(charts)}"/>`;
  return `${open}${page}${parts.join("")}</svg>`;
}

/** The same as a PNG at twice the size, in base64. */
export async function toPng(charts: readonly Chart[]): Promise<string> {
  const images: HTMLCanvasElement[] = [];
  for (const chart of charts) {
    const canvas = await (await chart.ready)?.toCanvas(2);
    if (canvas !== undefined) images.push(canvas);
  }
  const whole = document.createElement("canvas");
  whole.width = Math.max(1, ...images.map((image) => image.width));
  whole.height = Math.max(
    1,
    images.reduce((sum, image) => sum + image.height, 0),
  );
  const context = whole.getContext("2d");
  if (context !== null) {
    context.fillStyle = background(charts);
    context.fillRect(0, 0, whole.width, whole.height);
  }
  let y = 0;
  for (const image of images) {
    context?.drawImage(image, 0, y);
    y += image.height;
  }
  return whole.toDataURL("image/png").split(",")[1] ?? "";
}

/** The charts may differ in width: what is free beside one has the page's colour. */
function background([first]: readonly Chart[]): string {
  const config = (first?.drawn?.spec as { config?: { background?: string } } | undefined)?.config;
  return config?.background ?? "none";
}
