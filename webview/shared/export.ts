import type { TopLevelSpec } from "vega-lite";
import type { Chart } from "./chart.ts";

/** The rows of a panel in words and numbers: behind the chart as a table, and in the CSV. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** The trial that the row is about, if it is about one. */
  readonly trial?: number;
  readonly cells: readonly (string | number | boolean | null | undefined)[];
}

/** RFC 4180; numbers with all their digits. */
export function toCsv({ columns, rows }: Table): string {
  const lines = [columns, ...rows.map(({ cells }) => cells)].map((cells) => cells.map(csvCell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function csvCell(value: string | number | boolean | null | undefined): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The charts, one under the other, as one vega-lite spec with its data inside. */
export function toSpec(charts: readonly Chart[]): TopLevelSpec {
  const drawn = charts.flatMap((chart) => (chart.drawn === undefined ? [] : [chart.drawn]));
  const whole = drawn.map(({ spec, width, height, params }) => {
    const { $schema: _, config: __, ...unit } = spec as unknown as Record<string, unknown>;
    return { ...unit, width, height, params: withValues(unit.params, params) };
  });
  const [first] = drawn.map(({ spec }) => spec as unknown as Record<string, unknown>);
  const datasets = Object.assign({}, ...drawn.map(({ data }) => data));
  const body = whole.length === 1 ? whole[0] : { vconcat: whole };
  return { $schema: first?.$schema, ...body, config: first?.config, datasets } as unknown as TopLevelSpec;
}

function withValues(params: unknown, values: Readonly<Record<string, unknown>> | undefined): unknown {
  if (!Array.isArray(params)) return undefined;
  return params.map((param: { name: string }) => ({ ...param, value: values?.[param.name] }));
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
