import "../shared/theme.css";
import "../shared/panel.css";
import type { IncumbentInsight } from "../../src/protocol/insight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { Chart } from "../shared/chart.ts";
import { chartHolder, keyboardCursor, type SpotRow } from "../shared/cursor.ts";
import { element } from "../shared/dom.ts";
import { openPage, type Page, type PanelParts, type Snapshot } from "../shared/page.ts";
import type { ChartTheme } from "../shared/theme.ts";
import { type Across, collectIncumbent, type IncumbentScene, type PointRow } from "./collect.ts";
import { incumbentSpec, legendWidth } from "./spec.ts";
import { incumbentTable, pointTip } from "./words.ts";

openPage((page: Page): PanelParts => {
  const chartElement = chartHolder("chart", "incumbent trajectory");
  chartElement.setAttribute(
    "aria-label",
    "Best score. Left and right move between runs, Enter selects the trial.",
  );
  page.body.append(chartElement);

  let insight: IncumbentInsight | undefined;
  let scene: IncumbentScene | undefined;
  let across: Across = "runs";
  let wantsLog = false;
  let selected: TrialNumber | undefined;

  const chart = new Chart(chartElement, {
    pick: (row) => page.select(row.trial!),
    hover: (row, x, y) => {
      const point = pointOf(row?.key) ?? scene?.data.points.findLast(({ trial }) => trial === row?.trial);
      if (row === undefined || point === undefined || insight === undefined) page.tooltip.hide();
      else page.tooltip.show(pointTip(point, insight.metric), x, y);
    },
  });

  const pointOf = (key: string | undefined) => scene?.data.points.find((point) => point.key === key);
  const cursor = keyboardCursor<PointRow & SpotRow>({
    chart,
    holder: chartElement,
    page,
    rows: () => scene?.data.points.map((point) => ({ ...point, y: point.score })) ?? [],
    tip: (point) => pointTip(point, insight?.metric ?? ""),
  });
  const { choice, sync } = acrossChoice((value) => {
    across = value;
    page.redraw();
  });
  const log = element(
    "button",
    {
      id: "log",
      class: "button plain",
      type: "button",
      "aria-pressed": "false",
      title: "Logarithmic score axis",
    },
    "Log",
  );
  log.addEventListener("click", () => {
    wantsLog = !wantsLog;
    page.redraw();
  });

  function draw(snapshot: Snapshot, theme: ChartTheme): void {
    if (snapshot.insight.kind !== "incumbent") return;
    insight = snapshot.insight;
    scene = collectIncumbent(insight, across, wantsLog);
    sync(across);
    log.hidden = !scene.canLog;
    log.setAttribute("aria-pressed", String(scene.isLog));
    const { data, low, high, end, unit, isLog, states } = scene;
    const width = Math.max(240, page.body.clientWidth);
    chart.draw({
      spec: incumbentSpec(theme, {
        metric: insight.metric,
        goal: insight.goal,
        across,
        unit,
        isLog,
        states,
        isNarrow: legendWidth(states) > width,
      }),
      data: { ...data, rings: rings(), cursor: cursor() },
      width,
      height: Math.round(Math.min(460, Math.max(260, width * 0.5))),
      params: { low, high, end },
    });
  }

  const rings = (): PointRow[] =>
    (scene?.data.points ?? [])
      .filter(({ trial }) => trial === selected)
      .map((point) => ({ ...point, key: `selected ${point.key}` }));

  return {
    kind: "incumbent",
    charts: [chart],
    controls: [choice, log],
    draw,
    select: (trial) => {
      selected = trial;
      chart.overlay("rings", rings());
    },
    table: (snapshot) => incumbentTable(snapshot.insight as IncumbentInsight),
    options: () => ({ across, log: wantsLog }),
    restore: (options) => {
      across = options.across === "time" ? "time" : "runs";
      wantsLog = options.log === true;
      sync(across);
    },
  };
});

/** Over runs or over time. */
function acrossChoice(changed: (across: Across) => void): {
  choice: HTMLElement;
  sync(across: Across): void;
} {
  const inputs = (["runs", "time"] as const).map((value) =>
    element("input", {
      type: "radio",
      name: "across",
      value,
      id: `across-${value}`,
      onchange: () => changed(value),
    }),
  );
  const labels = inputs.map((input) =>
    element("label", {}, input, element("span", {}, input.value === "runs" ? "Runs" : "Time")),
  );
  const choice = element(
    "div",
    { class: "choice", role: "radiogroup", "aria-label": "Over runs or time" },
    ...labels,
  );
  return {
    choice,
    sync: (across) => {
      for (const input of inputs) input.checked = input.value === across;
    },
  };
}
