import type { PopulationInsight } from "../../../src/protocol/strategyInsight.ts";
import { Chart, type Row } from "../../shared/chart.ts";
import { chartHolder, KEYS, keyboardCursor, type SpotRow } from "../../shared/cursor.ts";
import { element } from "../../shared/dom.ts";
import { toggle } from "../toggle.ts";
import type { MakeView } from "../view.ts";
import { collectPopulation, lineage, type MemberRow, type PopulationScene } from "./collect.ts";
import { populationSpec } from "./spec.ts";
import { LEGEND, memberTip, nextWords, populationTables, summary } from "./words.ts";

/** The population of an evolution over its trials, with lineages. */
export const population: MakeView<"population"> = ({ page, selected, option, keep }) => {
  const words = element("p", { id: "summary" });
  const next = element("p", { id: "next", class: "number" });
  const title = element("h2", {});
  const holder = chartHolder("population", "population over trials");
  const log = toggle("log", "Log", "Logarithmic score axis", (isOn) => keep("log", isOn));
  let insight: PopulationInsight | undefined;
  let scene: PopulationScene | undefined;

  const rows = (): MemberRow[] => {
    if (scene === undefined) return [];
    const { dead, alive, failed } = scene.data;
    return [...dead, ...alive, ...failed].sort((a, b) => a.x - b.x);
  };
  const chart = new Chart(holder, {
    pick: (row) => page.select(row.trial!),
    hover: (row, x, y) => {
      if (row === undefined || insight === undefined) page.tooltip.hide();
      else page.tooltip.show(memberTip(insight, row.trial!), x, y);
    },
  });
  const cursor = keyboardCursor<MemberRow>({
    chart,
    holder,
    page,
    rows,
    tip: ({ trial }) => memberTip(insight!, trial),
  });
  const rings = (): SpotRow[] =>
    rows()
      .filter(({ trial }) => trial === selected())
      .map(({ x, y }) => ({ key: "ring", x, y }));
  const own = (): readonly Row[] => (insight && scene ? lineage(insight, scene, selected()) : []);

  return {
    element: element(
      "div",
      {},
      words,
      next,
      element(
        "section",
        {},
        element("div", { class: "heading" }, title, log.element),
        holder,
        element("p", { id: "legend", class: "quiet" }, LEGEND),
      ),
    ),
    charts: () => [chart],
    draw(now, theme) {
      insight = now;
      scene = collectPopulation(now, option("log") === true);
      const { data, low, high, start, end, canLog, isLog } = scene;
      words.textContent = summary(now);
      next.textContent = nextWords(now);
      next.hidden = next.textContent === "";
      title.textContent = `${now.metric} over trials`;
      holder.setAttribute("aria-label", `${now.metric} of each trial, with parents. ${KEYS}`);
      log.element.hidden = !canLog;
      log.show(isLog);
      const width = Math.max(240, page.body.clientWidth);
      chart.draw({
        spec: populationSpec(theme, { metric: now.metric, isLog }),
        data: { ...data, lineage: own(), rings: rings(), cursor: cursor() },
        width,
        height: Math.round(Math.min(460, Math.max(260, width * 0.5))),
        params: { low, high, start, end },
      });
    },
    select: () => {
      chart.overlay("lineage", own());
      chart.overlay("rings", rings());
    },
    tables: populationTables,
  };
};
