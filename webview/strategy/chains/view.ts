import type { ChainsInsight } from "../../../src/protocol/strategyInsight.ts";
import { Chart } from "../../shared/chart.ts";
import { chartHolder, KEYS, keyboardCursor, type SpotRow } from "../../shared/cursor.ts";
import { element } from "../../shared/dom.ts";
import type { ChartTheme } from "../../shared/theme.ts";
import type { MakeView, ViewHost } from "../view.ts";
import { type ChainScene, chainParameter, chainScores, type VisitRow, visitRows } from "./collect.ts";
import { chainSpec } from "./spec.ts";
import { chainLines, chainTables, LEGEND, nextWords, summary, visitTip } from "./words.ts";

const HEIGHT = 170;

/** The score, or one parameter. */
interface Section {
  readonly element: HTMLElement;
  readonly chart: Chart;
  /** `index`: of the parameter; undefined: the score. */
  draw(insight: ChainsInsight, index: number | undefined, theme: ChartTheme): void;
  select(): void;
}

/** Chains of gradient steps: the score, and each parameter, over their iterations. */
export const chains: MakeView<"chains"> = (host) => {
  const words = element("p", { id: "summary" });
  const next = element("p", { id: "next", class: "number" });
  const legend = element("p", { id: "legend", class: "quiet" }, LEGEND);
  const list = element("ul", { id: "chains", class: "quiet" });
  const grid = element("div", { class: "cards" });
  const sections: Section[] = [];
  let shown: readonly Section[] = [];
  return {
    element: element("div", {}, words, next, legend, grid, list),
    charts: () => shown.map(({ chart }) => chart),
    draw(insight, theme) {
      const hasVisits = insight.chains.some(({ visits }) => visits.length > 0);
      const count = hasVisits ? 1 + insight.parameters.length : 0;
      words.textContent = summary(insight);
      next.textContent = nextWords(insight);
      next.hidden = next.textContent === "";
      legend.hidden = !hasVisits;
      list.replaceChildren(...chainLines(insight).map((line) => element("li", {}, line)));
      while (sections.length < count) sections.push(section(host, sections.length));
      shown = sections.slice(0, count);
      grid.replaceChildren(...shown.map((one) => one.element));
      for (const [i, one] of shown.entries()) one.draw(insight, i === 0 ? undefined : i - 1, theme);
    },
    select: () => {
      for (const one of shown) one.select();
    },
    tables: chainTables,
  };
};

function section({ page, selected }: ViewHost, at: number): Section {
  const title = element("h2", {});
  const holder = chartHolder(`chain-${at}`, "chains over iterations");
  let insight: ChainsInsight | undefined;
  let scene: ChainScene | undefined;
  const rows = (): VisitRow[] => (scene === undefined ? [] : visitRows(scene));
  const chart = new Chart(holder, {
    pick: (row) => page.select(row.trial!),
    hover: (row, x, y) => {
      const visit = rows().find(({ trial }) => trial === row?.trial);
      if (visit === undefined || insight === undefined) page.tooltip.hide();
      else page.tooltip.show(visitTip(insight, visit.trial), x, y);
    },
  });
  const tip = ({ trial }: VisitRow) => visitTip(insight!, trial);
  const cursor = keyboardCursor<VisitRow>({ chart, holder, page, rows, tip });
  const rings = (): SpotRow[] =>
    rows()
      .filter(({ trial }) => trial === selected())
      .map(({ x, y }) => ({ key: "ring", x, y }));
  return {
    element: element("section", {}, element("div", { class: "heading" }, title), holder),
    chart,
    draw(now, index, theme) {
      insight = now;
      const scores = index === undefined ? chainScores(now) : undefined;
      const axis = index === undefined ? undefined : now.parameters[index]!;
      scene = scores ?? chainParameter(now, index!);
      title.textContent = axis?.name ?? now.metric;
      holder.setAttribute("aria-label", `${title.textContent} over the iterations of each chain. ${KEYS}`);
      const { data, low, high, end } = scene;
      chart.draw({
        spec: chainSpec(theme, axis ?? { metric: now.metric, isLog: scores?.isLog ?? false }),
        data: { ...data, rings: rings(), cursor: cursor() },
        width: Math.max(200, holder.clientWidth),
        height: HEIGHT,
        params: { low, high, end },
      });
    },
    select: () => chart.overlay("rings", rings()),
  };
}
