import "../shared/theme.css";
import "../shared/panel.css";
import "./brackets.css";
import type { BracketsInsight } from "../../src/protocol/insight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { Chart } from "../shared/chart.ts";
import { element } from "../shared/dom.ts";
import { openPage, type Page, type PanelParts, type Snapshot } from "../shared/page.ts";
import type { ChartTheme } from "../shared/theme.ts";
import { collectBrackets, collectSelection, nearestSpot, ring } from "./collect.ts";
import { type CurveRow, type CurveScene, collectCurves } from "./curves.ts";
import { move } from "./keyboard.ts";
import { INSET } from "./layout.ts";
import { createPager } from "./pager.ts";
import type { NodeRow, Scene, Spot } from "./scene.ts";
import { bracketsSpec, curvesSpec } from "./spec.ts";
import { bracketsTable, curveTip, spotTip } from "./words.ts";

const CURVES_HEIGHT = 240;

openPage((page: Page): PanelParts => {
  const chartElement = element("div", {
    id: "chart",
    class: "chart",
    tabindex: "0",
    role: "application",
    "aria-roledescription": "bracket tree",
    "aria-label": "Brackets. Arrow keys move between trials, Enter selects one.",
  });
  const curvesElement = element("div", {
    id: "curves",
    class: "chart",
    role: "img",
    "aria-label": "Learning curves",
  });
  const curvesSection = element("section", {}, element("h2", {}, "Learning curves"), curvesElement);
  const note = element("p", { id: "note", class: "quiet", hidden: true });
  page.body.append(note, chartElement, curvesSection);

  let insight: BracketsInsight | undefined;
  let scene: Scene | undefined;
  let curveScene: CurveScene | undefined;
  let cursor: Spot | undefined;
  let selected: TrialNumber | undefined;

  const chart = new Chart(chartElement, {
    pick: (row) => page.select(row.trial!),
    hover: (row, x, y) => {
      const spot = row === undefined ? undefined : nearestSpot(scene, row as NodeRow);
      if (spot === undefined || insight === undefined) page.tooltip.hide();
      else page.tooltip.show(spotTip(spot, insight), x, y);
    },
  });
  const curves = new Chart(curvesElement, {
    pick: (row) => page.select(row.trial!),
    hover: (row, x, y) => {
      if (row === undefined || insight === undefined) page.tooltip.hide();
      else page.tooltip.show(curveTip(row as CurveRow, insight), x, y);
    },
  });
  const pager = createPager(() => page.redraw());

  function showCursor(spot: Spot | undefined): void {
    cursor = spot;
    chart.overlay("cursor", spot === undefined ? [] : [ring(spot, "cursor")]);
    if (spot === undefined || insight === undefined) {
      page.tooltip.hide();
      return;
    }
    const tip = spotTip(spot, insight);
    const { left, top } = chartElement.getBoundingClientRect();
    page.tooltip.show(tip, left + spot.x, top + spot.y);
    page.announce([tip.title, ...tip.lines.map(([name, value]) => `${name} ${value}`)].join(", "));
  }

  chartElement.addEventListener("keydown", (event) => {
    if (event.key === "Escape") showCursor(undefined);
    else if ((event.key === "Enter" || event.key === " ") && cursor !== undefined) page.select(cursor.trial);
    else {
      const next = move(scene?.spots ?? [], cursor, event.key);
      if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      showCursor(next);
    }
    event.preventDefault();
  });
  chartElement.addEventListener("blur", () => showCursor(undefined));

  function draw(snapshot: Snapshot, theme: ChartTheme): void {
    if (snapshot.insight.kind !== "brackets") return;
    insight = snapshot.insight;
    const available = Math.max(240, page.body.clientWidth);
    const shown = pager.show(insight);
    const hasBrackets = insight.brackets.length > 0;
    chartElement.hidden = !hasBrackets;
    note.hidden = hasBrackets;
    note.textContent = `No brackets here: ${snapshot.study.strategy} runs every trial to its end. The incumbent panel shows the best score over its trials.`;
    if (hasBrackets) {
      const width = available + 2 * INSET;
      scene = collectBrackets(insight, shown, width);
      cursor = scene.spots.find(({ key }) => key === cursor?.key);
      const overlay = {
        ...collectSelection(scene, selected),
        cursor: cursor ? [ring(cursor, "cursor")] : [],
      };
      chart.draw({
        spec: bracketsSpec(theme),
        data: { ...scene.data, ...overlay },
        width,
        height: scene.height,
      });
    }
    drawCurves(insight, theme, available);
  }

  function drawCurves(now: BracketsInsight, theme: ChartTheme, width: number): void {
    curvesSection.hidden = now.curves.length === 0;
    if (curvesSection.hidden) return;
    curveScene = collectCurves(now);
    const { data, low, high, from, to, rungs, logBudget } = curveScene;
    curves.draw({
      spec: curvesSpec(theme, { unit: now.unit, metric: now.metric, rungs, logBudget }),
      data: { ...data, chosen: chosenCurve() },
      width,
      height: CURVES_HEIGHT,
      params: { low, high, from, to },
    });
  }

  function chosenCurve(): readonly CurveRow[] {
    const rows = curveScene?.data.curves.filter(({ trial }) => trial === selected) ?? [];
    return rows.map((row) => ({ ...row, key: `chosen ${row.key}` }));
  }

  return {
    kind: "brackets",
    charts: [chart, curves],
    controls: [pager.element],
    draw,
    select: (trial) => {
      selected = trial;
      if (scene !== undefined) {
        const { rings, path } = collectSelection(scene, trial);
        chart.overlay("rings", rings);
        chart.overlay("path", path);
      }
      curves.overlay("chosen", chosenCurve());
    },
    table: (snapshot) => bracketsTable(snapshot.insight as BracketsInsight),
    options: () => pager.options(),
    restore: (options) => pager.restore(options),
  };
});
