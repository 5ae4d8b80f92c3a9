import type { BanditInsight } from "../../../src/protocol/strategyInsight.ts";
import { Chart, type Row } from "../../shared/chart.ts";
import { chartHolder, KEYS, keyboardCursor, type SpotRow } from "../../shared/cursor.ts";
import { element } from "../../shared/dom.ts";
import type { TooltipContent } from "../../shared/tooltip.ts";
import { toggle } from "../toggle.ts";
import type { MakeView } from "../view.ts";
import { type ArmRow, type ArmsScene, collectArms, collectRegret, type PullRow } from "./collect.ts";
import { armsSpec, countsSpec, regretSpec } from "./spec.ts";
import { armTip, banditTables, legend, pullTip, REGRET_WORDS, summary } from "./words.ts";

const ROW = 24;
/** For the axis under the rows. */
const FOOT = 44;
const REGRET_HEIGHT = 260;
const NARROW = 520;

/** Arms with their means and bounds, how often each was pulled, and the regret. */
export const bandit: MakeView<"bandit"> = ({ page, selected, option, keep }) => {
  const words = element("p", { id: "summary" });
  const legendWords = element("p", { id: "legend", class: "quiet" });
  const holder = chartHolder("arms", "arms and their mean scores");
  const countHolder = element("div", {
    id: "counts",
    class: "chart",
    role: "img",
    "aria-label": "Pulls of each arm, in the same order",
  });
  const regretHolder = chartHolder("regret", "regret over results");
  const log = toggle("log", "Log", "Logarithmic axis of results", (isOn) => keep("log", isOn));
  let insight: BanditInsight | undefined;
  let scene: ArmsScene | undefined;
  let pulls: readonly PullRow[] = [];

  const hover =
    (tipOf: (row: Row) => TooltipContent | undefined) => (row: Row | undefined, x: number, y: number) => {
      const tip = row && tipOf(row);
      if (tip === undefined) page.tooltip.hide();
      else page.tooltip.show(tip, x, y);
    };
  const tipOfArm = (row: Row) => {
    const at = scene?.data.means.find(({ trial }) => trial === row.trial);
    const arm = insight?.arms.find((one) => one.arm === at?.arm);
    return arm && armTip(arm, insight!.metric);
  };
  const pick = (row: Row) => page.select(row.trial!);
  const arms = new Chart(holder, { pick, hover: hover(tipOfArm) });
  const counts = new Chart(countHolder, { pick: () => {}, hover: () => {} });
  const regret = new Chart(regretHolder, {
    pick,
    hover: hover((row) => insight && pullTip(insight, row.trial!)),
  });
  const armCursor = keyboardCursor<ArmRow>({
    chart: arms,
    holder,
    page,
    rows: () => scene?.data.means ?? [],
    tip: ({ arm }) => armTip(insight!.arms.find((one) => one.arm === arm)!, insight!.metric),
  });
  const pullCursor = keyboardCursor<PullRow>({
    chart: regret,
    holder: regretHolder,
    page,
    rows: () => pulls,
    tip: ({ trial }) => pullTip(insight!, trial),
  });

  const pullRings = (): SpotRow[] =>
    pulls.filter(({ trial }) => trial === selected()).map(({ x, y }) => ({ key: "ring", x, y }));
  /** The arm that the selected trial has pulled. */
  const armRings = (): SpotRow[] => {
    const pulled = insight?.pulls.find(({ trial }) => trial === selected())?.arm;
    return (scene?.data.means ?? [])
      .filter(({ arm }) => arm === pulled)
      .map(({ x, y }) => ({ key: "ring", x, y }));
  };

  const title = element("h2", {});
  return {
    element: element(
      "div",
      {},
      words,
      legendWords,
      element(
        "div",
        { class: "pair" },
        element("section", {}, title, holder),
        element("section", {}, element("h2", {}, "Pulls"), countHolder),
      ),
      element(
        "section",
        {},
        element("div", { class: "heading" }, element("h2", {}, "Regret"), log.element),
        regretHolder,
      ),
      element("p", { class: "quiet" }, REGRET_WORDS),
    ),
    charts: () => [arms, counts, regret],
    draw(now, theme) {
      insight = now;
      scene = collectArms(now);
      const { data, low, high, labels, most } = scene;
      words.textContent = summary(now);
      legendWords.textContent = legend(now.policy);
      title.textContent = `Mean ${now.metric} of each arm`;
      holder.setAttribute("aria-label", `Mean ${now.metric} of each arm, best first. ${KEYS}`);
      regretHolder.setAttribute("aria-label", `Regret in ${now.metric} over results. ${KEYS}`);
      const width = Math.max(220, holder.clientWidth);
      const labelLimit = Math.min(260, Math.round(width * 0.45));
      const height = ROW * labels.length + FOOT;
      arms.draw({
        spec: armsSpec(theme, { metric: now.metric, labels, labelLimit }),
        data: { ...data, rings: armRings(), cursor: armCursor() },
        width,
        height,
        params: { low, high },
      });
      // Under each other, the second chart needs the words again.
      const isStacked = page.body.clientWidth < 2 * 340 + 24;
      counts.draw({
        spec: countsSpec(theme, labels, isStacked ? labelLimit : 0),
        data: scene.counts,
        width: Math.max(200, countHolder.clientWidth),
        height,
        params: { most },
      });
      const isLog = option("log") === true;
      log.show(isLog);
      const drawn = collectRegret(now);
      pulls = drawn.data.pulls;
      regret.draw({
        spec: regretSpec(theme, now.metric, isLog),
        data: { ...drawn.data, rings: pullRings(), cursor: pullCursor() },
        width: Math.max(220, Math.min(900, regretHolder.clientWidth)),
        height: page.body.clientWidth < NARROW ? 200 : REGRET_HEIGHT,
        params: { low: drawn.low, high: drawn.high, end: drawn.end },
      });
    },
    select: () => {
      arms.overlay("rings", armRings());
      regret.overlay("rings", pullRings());
    },
    tables: banditTables,
  };
};
