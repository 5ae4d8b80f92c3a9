import "../shared/theme.css";
import "../shared/panel.css";
import "../shared/controls.css";
import "./surface.css";
import type { SurfaceInsight, SurfaceQuery } from "../../src/protocol/insight.ts";
import type { Configuration } from "../../src/protocol/space.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { Chart, type Row } from "../shared/chart.ts";
import { element } from "../shared/dom.ts";
import { formatConfiguration, formatNumber } from "../shared/format.ts";
import { isRecord } from "../shared/messages.ts";
import { openPage, type Page, type PanelParts, type Snapshot } from "../shared/page.ts";
import type { ChartTheme } from "../shared/theme.ts";
import { type CellRow, collectMap, collectSlice, type MapKind, type SpotRow } from "./collect.ts";
import { createControls } from "./controls.ts";
import { mapSpec, sliceSpec } from "./spec.ts";
import { acquisitionName, cellTip, cellValues, nextWords, pointTip, surfaceTable } from "./words.ts";

const MAP_HEIGHT = 270;
const SLICE_HEIGHT = 150;
const KINDS: readonly MapKind[] = ["mean", "sd", "worth"];

openPage((page: Page): PanelParts => {
  let insight: SurfaceInsight | undefined;
  let selected: TrialNumber | undefined;
  /** The cell that is to be evaluated; undefined: the model's own proposal. */
  let chosen: CellRow | undefined;
  let isRunning = false;

  const controls = createControls(() => {
    chosen = undefined;
    page.send({ type: "query", query: controls.query() });
  });
  const note = element("p", { id: "note", class: "quiet", hidden: true });
  const where = element("span", { id: "where", class: "number" });
  const evaluate = element("button", { id: "evaluate", class: "button", type: "button" }, "Evaluate here");
  const here = element("div", { class: "here" }, evaluate, where);
  const legend = element(
    "p",
    { id: "legend", class: "quiet" },
    "○ trial, the larger the newer · ring: best · dashed square: running · ★ next",
  );
  const titles = KINDS.map(() => element("h2", {}));
  const holders = KINDS.map((kind) => element("div", { id: `map-${kind}`, class: "chart", role: "img" }));
  const maps = element(
    "div",
    { class: "maps" },
    ...holders.map((holder, i) => element("section", {}, titles[i]!, holder)),
  );
  const sliceHolders = ["x", "y"].map((axis) =>
    element("div", { id: `slice-${axis}`, class: "chart", role: "img" }),
  );
  const slices = element(
    "div",
    { class: "slices" },
    ...sliceHolders.map((holder) => element("section", {}, holder)),
  );
  page.body.append(controls.element, note, maps, legend, here, slices);

  const charts = holders.map(
    (holder) =>
      new Chart(holder, {
        pick: (row) => {
          if (typeof row.trial === "number") page.select(row.trial);
          else choose(row as CellRow);
        },
        hover: (row, x, y) => {
          const tip = row && tipOf(row);
          if (tip === undefined) page.tooltip.hide();
          else page.tooltip.show(tip, x, y);
        },
      }),
  );
  const lines = sliceHolders.map((holder) => new Chart(holder, { pick: () => {}, hover: () => {} }));

  const tipOf = (row: Row) => {
    if (insight?.surface === undefined || insight.surface === null) return undefined;
    return typeof row.trial === "number" ? pointTip(insight, row.trial) : cellTip(insight, row.cell!);
  };

  function choose(cell: CellRow | undefined): void {
    chosen = cell;
    for (const chart of charts) chart.overlay("chosen", marks());
    showHere();
  }

  const marks = (): SpotRow[] =>
    chosen === undefined
      ? []
      : [{ key: "chosen", x: (chosen.x + chosen.x2) / 2, y: (chosen.y + chosen.y2) / 2, size: 110 }];

  function wanted(): Configuration | undefined {
    if (!insight?.surface) return undefined;
    if (chosen !== undefined) return { ...insight.surface.base, ...cellValues(insight, chosen.cell) };
    return insight.surface.next?.configuration;
  }

  function showHere(): void {
    const configuration = wanted();
    here.hidden = configuration === undefined;
    evaluate.disabled = !isRunning;
    evaluate.title = isRunning ? "Tries this configuration next" : "The study does not run";
    const next = insight?.surface?.next;
    const belief =
      chosen === undefined && next ? ` · expected ${formatNumber(next.mean)} ± ${formatNumber(next.sd)}` : "";
    const values = formatConfiguration(configuration ?? {});
    where.textContent = `${chosen === undefined ? nextWords(insight) : "✚ chosen"}: ${values}${belief}`;
  }
  evaluate.addEventListener("click", () => {
    const configuration = wanted();
    if (configuration === undefined) return;
    page.send({ type: "enqueue", configuration });
    page.announce("The configuration is the next to be tried.");
  });

  function draw(snapshot: Snapshot, theme: ChartTheme): void {
    if (snapshot.insight.kind !== "surface") return;
    insight = snapshot.insight;
    isRunning = snapshot.study.status === "running";
    controls.show(insight);
    const { surface } = insight;
    const has = surface !== undefined && surface !== null;
    for (const part of [maps, legend, slices]) part.hidden = !has;
    note.hidden = has;
    note.textContent =
      "A model needs four scored trials at least. They will be drawn here as soon as they are in.";
    showHere();
    if (!has) return;
    const width = Math.max(220, holders[0]!.clientWidth);
    const names = [
      insight.metric,
      `Uncertainty of ${insight.metric}`,
      `Acquisition: ${acquisitionName(insight)}`,
    ];
    KINDS.forEach((kind, i) => {
      titles[i]!.textContent = names[i]!;
      holders[i]!.setAttribute(
        "aria-label",
        `${names[i]} over ${surface.x.name} and ${surface.y?.name ?? ""}`,
      );
      const { data, low, high } = collectMap(insight!, kind);
      charts[i]!.draw({
        spec: mapSpec(theme, { kind, x: surface.x, y: surface.y ?? undefined, goal: insight!.goal }),
        data: { ...data, rings: rings(data.points, data.best), chosen: marks() },
        width,
        height: surface.y ? MAP_HEIGHT : 120,
        params: { low, high },
      });
    });
    drawSlices(insight, theme);
  }

  function drawSlices({ surface, metric }: SurfaceInsight, theme: ChartTheme): void {
    const axes = [surface!.x, surface!.y] as const;
    const bands = [surface!.slices.x, surface!.slices.y];
    axes.forEach((axis, i) => {
      sliceHolders[i]!.parentElement!.hidden = !axis;
      if (!axis) return;
      sliceHolders[i]!.setAttribute("aria-label", `${metric} along ${axis.name}, with its uncertainty`);
      lines[i]!.draw({
        spec: sliceSpec(theme, axis, metric),
        data: { band: collectSlice(bands[i]!) },
        width: Math.max(220, sliceHolders[i]!.clientWidth),
        height: SLICE_HEIGHT,
      });
    });
  }

  const rings = (points: readonly SpotRow[], best: readonly SpotRow[]): SpotRow[] =>
    [...points, ...best]
      .filter(({ trial }) => trial !== undefined && trial === selected)
      .map((row) => ({ ...row, key: `ring ${row.key}`, size: 260 }));

  return {
    kind: "surface",
    charts: [...charts, ...lines],
    controls: [],
    draw,
    select: (trial) => {
      selected = trial;
      if (insight === undefined) return;
      const { data } = collectMap(insight, "mean");
      for (const chart of charts) chart.overlay("rings", rings(data.points, data.best));
    },
    other: () => {
      chosen = undefined;
      controls.restore({});
    },
    table: (snapshot) => surfaceTable(snapshot.insight as SurfaceInsight),
    options: () => ({ query: controls.query() }),
    restore: ({ query }) => {
      if (!isRecord(query)) return;
      controls.restore(query as SurfaceQuery);
      page.send({ type: "query", query: query as SurfaceQuery });
    },
  };
});
