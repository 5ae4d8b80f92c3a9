import type { DensitiesInsight } from "../../../src/protocol/strategyInsight.ts";
import { Chart } from "../../shared/chart.ts";
import { chartHolder, KEYS, keyboardCursor, type SpotRow } from "../../shared/cursor.ts";
import { element } from "../../shared/dom.ts";
import type { ChartTheme } from "../../shared/theme.ts";
import type { MakeView, ViewHost } from "../view.ts";
import { collectDensity, type DensityScene, type TickRow } from "./collect.ts";
import { densitySpec, ratioSpec } from "./spec.ts";
import { activeWords, densityTables, legendWords, nextWords, summary, tickTip } from "./words.ts";

const HEIGHT = 150;
const RATIO_HEIGHT = 92;

/** One parameter: its name, its densities, their ratio. */
interface Section {
  readonly element: HTMLElement;
  readonly charts: readonly Chart[];
  draw(insight: DensitiesInsight, index: number, theme: ChartTheme): void;
  select(): void;
}

/** Where good trials lie and where the others do, a section for each parameter. */
export const densities: MakeView<"densities"> = (host) => {
  const words = element("p", { id: "summary" });
  const next = element("p", { id: "next", class: "number" });
  const legend = element("p", { id: "legend", class: "quiet" });
  const grid = element("div", { class: "cards" });
  const sections: Section[] = [];
  let shown: readonly Section[] = [];
  return {
    element: element("div", {}, words, next, legend, grid),
    charts: () => shown.flatMap(({ charts }) => charts),
    draw(insight, theme) {
      const parameters = insight.model?.parameters ?? [];
      words.textContent = summary(insight);
      legend.textContent = legendWords(insight);
      next.textContent = nextWords(insight);
      next.hidden = next.textContent === "";
      legend.hidden = parameters.length === 0;
      while (sections.length < parameters.length) sections.push(section(host, sections.length));
      shown = sections.slice(0, parameters.length);
      grid.replaceChildren(...shown.map((one) => one.element));
      for (const [index, one] of shown.entries()) one.draw(insight, index, theme);
    },
    select: () => {
      for (const one of shown) one.select();
    },
    tables: densityTables,
  };
};

function section({ page, selected }: ViewHost, at: number): Section {
  const title = element("h2", {});
  const active = element("span", { class: "quiet" });
  const holder = chartHolder(`density-${at}`, "densities");
  const ratioHolder = element("div", { id: `ratio-${at}`, class: "chart", role: "img" });
  let scene: DensityScene | undefined;
  let metric = "";
  const ticks = (): TickRow[] =>
    [...(scene?.data.good ?? []), ...(scene?.data.others ?? []), ...(scene?.data.running ?? [])].sort(
      (a, b) => a.x - b.x,
    );
  const chart = new Chart(holder, {
    pick: (row) => page.select(row.trial!),
    hover: (row, x, y) => {
      const tick = ticks().find(({ trial }) => trial === row?.trial);
      if (tick === undefined) page.tooltip.hide();
      else page.tooltip.show(tickTip(tick, metric), x, y);
    },
  });
  const ratio = new Chart(ratioHolder, { pick: () => {}, hover: () => {} });
  const tip = (row: TickRow) => tickTip(row, metric);
  const cursor = keyboardCursor<TickRow>({ chart, holder, page, rows: ticks, tip });
  const rings = (): SpotRow[] =>
    ticks()
      .filter(({ trial }) => trial === selected())
      .map(({ x, y }) => ({ key: "ring", x, y }));
  return {
    element: element("section", {}, element("div", { class: "heading" }, title, active), holder, ratioHolder),
    charts: [chart, ratio],
    draw(insight, index, theme) {
      const { parameters, good, others } = insight.model!;
      const curves = parameters[index]!;
      const { axis } = curves;
      ({ metric } = insight);
      scene = collectDensity(insight, index);
      title.textContent = axis.name;
      active.textContent = activeWords(curves, [good, others]);
      holder.setAttribute("aria-label", `Densities of good and of other trials over ${axis.name}. ${KEYS}`);
      ratioHolder.setAttribute("aria-label", `Ratio of the densities over ${axis.name}`);
      const width = Math.max(200, holder.clientWidth);
      const { data, low, high } = scene;
      chart.draw({
        spec: densitySpec(theme, axis),
        data: { ...data, rings: rings(), cursor: cursor() },
        width,
        height: HEIGHT,
        params: { low, high },
      });
      ratio.draw({
        spec: ratioSpec(theme, axis),
        data: scene.ratio.data,
        width,
        height: RATIO_HEIGHT,
        params: { low: scene.ratio.low, high: scene.ratio.high },
      });
    },
    select: () => chart.overlay("rings", rings()),
  };
}
