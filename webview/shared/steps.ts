/** Charts over the steps of a training that stand above each other: their axes are the same. */

/** Room for the labels of the vertical axes: the same in all, so that their steps stand above each other. */
const LABELS = 62;
/** Of that, what a label may take. */
export const LABEL_LIMIT = LABELS - 12;

/** What the axes ask for, besides the rows: set by the page with each drawing. */
export const STEP_PARAMS = [
  { name: "low", value: 0.1 },
  { name: "high", value: 1 },
  { name: "end", value: 1 },
];

/** The steps. `title`: of the lowest chart, which has them written under it; the others have none. */
export const stepAxis = (title: string | undefined, format?: string) =>
  ({
    field: "step",
    type: "quantitative",
    scale: { nice: false, zero: true, domainMin: 0, domainMax: { expr: "end" } },
    axis: {
      title: title ?? null,
      labels: title !== undefined,
      grid: false,
      labelFlush: true,
      labelOverlap: true,
      ...(format !== undefined && { format }),
    },
  }) as const;

/** The values, from `low` to `high`. `more`: what a chart says of its axis beyond that. */
export function valueAxis(title: string, isLog: boolean, more: object): object {
  return {
    field: "y",
    type: "quantitative",
    scale: {
      ...(isLog ? { type: "log" } : { type: "linear", zero: false }),
      nice: false,
      clamp: true,
      domainMin: { expr: "low" },
      domainMax: { expr: "high" },
    },
    axis: {
      title,
      format: isLog ? "~g" : "~r",
      // Nine lines a decade.
      ...(isLog && { gridOpacity: 0.12 }),
      labelOverlap: true,
      minExtent: LABELS,
      maxExtent: LABELS,
      ...more,
    },
  };
}
