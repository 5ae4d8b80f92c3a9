import type { DistributionInsight } from "../../../src/protocol/strategyInsight.ts";
import { Chart } from "../../shared/chart.ts";
import { chartHolder, KEYS, keyboardCursor, type SpotRow } from "../../shared/cursor.ts";
import { element } from "../../shared/dom.ts";
import { fill, parameterOptions, picker } from "../../shared/select.ts";
import type { MakeView } from "../view.ts";
import { collectSearch, collectSigma, type SampleRow, type SearchScene } from "./collect.ts";
import { searchSpec, sigmaSpec } from "./spec.ts";
import { distributionTables, LEGEND, NO_AXES, nextWords, SIGMA_WORDS, sampleTip, summary } from "./words.ts";

const MOST_WIDTH = 620;

/** The search distribution of CMA-ES over two parameters, and its step size over generations. */
export const distribution: MakeView<"distribution"> = ({ page, selected, axes }) => {
  const words = element("p", { id: "summary" });
  const next = element("p", { id: "next", class: "number" });
  const x = picker("axis-x", "Parameter along x", (value) => axes({ x: value }));
  const y = picker("axis-y", "Parameter along y", (value) => axes({ y: value }));
  const times = element("span", { class: "quiet" }, "×");
  const holder = chartHolder("search", "search distribution");
  const sigmaHolder = element("div", {
    id: "sigma",
    class: "chart",
    role: "img",
    "aria-label": "Step size over results",
  });
  const none = element("p", { id: "note", class: "quiet" }, NO_AXES);
  const map = element(
    "section",
    {},
    element(
      "div",
      { class: "heading" },
      element("h2", {}, "Search distribution"),
      element("span", { class: "controls pick" }, x, times, y),
    ),
    holder,
    element("p", { id: "legend", class: "quiet" }, LEGEND),
  );
  let insight: DistributionInsight | undefined;
  let scene: SearchScene | undefined;
  const rows = (): SampleRow[] => {
    if (scene === undefined) return [];
    const { earlier, newest, running } = scene.data;
    return [...earlier, ...newest, ...running].sort((a, b) => a.trial - b.trial);
  };
  const chart = new Chart(holder, {
    pick: (row) => page.select(row.trial!),
    hover: (row, left, top) => {
      if (row === undefined || insight === undefined) page.tooltip.hide();
      else page.tooltip.show(sampleTip(insight, row.trial!), left, top);
    },
  });
  const sigma = new Chart(sigmaHolder, { pick: () => {}, hover: () => {} });
  const tip = ({ trial }: SampleRow) => sampleTip(insight!, trial);
  const cursor = keyboardCursor<SampleRow>({ chart, holder, page, rows, tip });
  const rings = (): SpotRow[] =>
    rows()
      .filter(({ trial }) => trial === selected())
      .map((row) => ({ key: "ring", x: row.x, y: row.y }));

  return {
    element: element(
      "div",
      {},
      words,
      next,
      none,
      element(
        "div",
        { class: "pair" },
        map,
        element(
          "section",
          {},
          element("div", { class: "heading" }, element("h2", {}, "Step size")),
          sigmaHolder,
          element("p", { class: "quiet" }, SIGMA_WORDS),
        ),
      ),
    ),
    charts: () => (insight?.search ? [chart, sigma] : [sigma]),
    draw(now, theme) {
      insight = now;
      scene = collectSearch(now);
      const { search } = now;
      words.textContent = summary(now);
      next.textContent = nextWords(now);
      next.hidden = next.textContent === "";
      none.hidden = Boolean(search);
      map.hidden = !search;
      if (search) {
        const options = parameterOptions(now.parameters);
        fill(x, options);
        fill(y, options);
        x.value = search.x.name;
        y.value = search.y?.name ?? y.value;
        for (const part of [y, times]) part.hidden = !search.y;
        const over = [search.x.name, ...(search.y ? [search.y.name] : [])].join(" and ");
        holder.setAttribute("aria-label", `Search distribution over ${over}. ${KEYS}`);
        const width = Math.max(220, Math.min(MOST_WIDTH, holder.clientWidth));
        chart.draw({
          spec: searchSpec(theme, search.x, search.y ?? undefined),
          data: { ...scene.data, rings: rings(), cursor: cursor() },
          width,
          height: search.y ? Math.round(Math.min(420, Math.max(260, width * 0.75))) : 140,
        });
      }
      const { data, low, high, end } = collectSigma(now);
      sigma.draw({
        spec: sigmaSpec(theme),
        data,
        width: Math.max(220, Math.min(MOST_WIDTH, sigmaHolder.clientWidth)),
        height: 240,
        params: { low, high, end },
      });
    },
    select: () => chart.overlay("rings", rings()),
    tables: distributionTables,
  };
};
