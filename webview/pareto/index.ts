import "../shared/theme.css";
import "../shared/panel.css";
import "./pareto.css";
import type { ParetoInsight } from "../../src/protocol/insight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { Chart } from "../shared/chart.ts";
import { element } from "../shared/dom.ts";
import { openPage, type Page, type PanelParts, type Snapshot } from "../shared/page.ts";
import type { ChartTheme } from "../shared/theme.ts";
import { createAxes } from "./axes.ts";
import { collectPareto, collectVolume, type ParetoScene, type SpotRow } from "./collect.ts";
import { paretoSpec, volumeSpec } from "./spec.ts";
import { frontWords, paretoTable, pointLine, pointTip, referenceWords } from "./words.ts";

const VOLUME_HEIGHT = 150;

openPage((page: Page): PanelParts => {
  let insight: ParetoInsight | undefined;
  let scene: ParetoScene | undefined;
  let cursor: SpotRow | undefined;
  let selected: TrialNumber | undefined;

  const axes = createAxes(() => page.redraw());
  const note = element("p", { id: "note", class: "quiet", hidden: true });
  const count = element("p", { id: "count", class: "quiet number" });
  const chartElement = element("div", {
    id: "chart",
    class: "chart",
    tabindex: "0",
    role: "application",
    "aria-roledescription": "Pareto front",
    "aria-label": "Trials over two objectives. Left and right move along the front, Enter selects a trial.",
  });
  const use = element("button", { id: "use", class: "button", type: "button" }, "Use this configuration");
  const where = element("span", { id: "where", class: "number" });
  const here = element("div", { class: "here" }, use, where);
  const volumeTitle = element("h2", {}, "Hypervolume");
  const volumeElement = element("div", {
    id: "volume",
    class: "chart",
    role: "img",
    "aria-label": "Hypervolume over trials",
  });
  const reference = element("p", { id: "reference", class: "quiet" });
  const volumePart = element("section", {}, volumeTitle, volumeElement, reference);
  const drawn = element("div", {}, count, chartElement, here, volumePart);
  page.body.append(axes.element, note, drawn);

  const chart = new Chart(chartElement, {
    pick: (row) => page.select(row.trial!),
    hover: (row, x, y) => {
      const tip = tipOf(row?.trial);
      if (tip === undefined) page.tooltip.hide();
      else page.tooltip.show(tip, x, y);
    },
  });
  const volume = new Chart(volumeElement, { pick: () => {}, hover: () => {} });

  const pointOf = (trial: number | null | undefined) =>
    insight?.points.find((point) => point.trial === trial);
  const tipOf = (trial: number | null | undefined) => {
    const point = pointOf(trial);
    return insight && point && pointTip(insight, point);
  };

  function showHere(): void {
    const point = pointOf(selected);
    use.disabled = point === undefined;
    use.title =
      point === undefined ? "Select a trial first" : "Writes its values into the script, which can be undone";
    where.textContent =
      insight !== undefined && point !== undefined
        ? pointLine(insight, point)
        : "Select a trial to see its configuration.";
  }
  use.addEventListener("click", () => {
    if (selected !== undefined) page.send({ type: "use", trial: selected });
  });

  function showCursor(spot: SpotRow | undefined): void {
    cursor = spot;
    chart.overlay("cursor", marks(spot, "cursor"));
    const tip = tipOf(spot?.trial);
    const at = spot && chart.locate(spot.x, spot.y);
    if (tip === undefined || at === undefined) {
      page.tooltip.hide();
      return;
    }
    const { left, top } = chartElement.getBoundingClientRect();
    page.tooltip.show(tip, left + at.x, top + at.y);
    page.announce([tip.title, ...tip.lines.map(([name, value]) => `${name} ${value}`)].join(", "));
  }

  chartElement.addEventListener("keydown", (event) => {
    if (event.key === "Escape") showCursor(undefined);
    else if ((event.key === "Enter" || event.key === " ") && cursor !== undefined) page.select(cursor.trial);
    else {
      const next = step(scene?.data.points ?? [], cursor, event.key);
      if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      showCursor(next);
    }
    event.preventDefault();
  });
  chartElement.addEventListener("blur", () => showCursor(undefined));

  function draw(snapshot: Snapshot, theme: ChartTheme): void {
    if (snapshot.insight.kind !== "pareto") return;
    insight = snapshot.insight;
    const why = emptyWords(insight);
    note.hidden = why === undefined;
    note.textContent = why ?? "";
    drawn.hidden = why !== undefined;
    if (why !== undefined) return;
    const chosen = axes.axes(insight);
    scene = collectPareto(insight, chosen);
    cursor = scene.data.points.find(({ key }) => key === cursor?.key);
    count.textContent = frontWords(insight);
    reference.textContent = referenceWords(insight);
    showHere();
    const width = Math.max(240, page.body.clientWidth);
    const [x, y] = [insight.objectives[chosen.x]!, insight.objectives[chosen.y]!];
    chart.draw({
      spec: paretoSpec(theme, { x, y, states: scene.states }),
      data: { ...scene.data, rings: rings(), cursor: marks(cursor, "cursor") },
      width,
      height: Math.round(Math.min(460, Math.max(260, width * 0.5))),
      params: { lowX: scene.x.low, highX: scene.x.high, lowY: scene.y.low, highY: scene.y.high },
    });
    const rows = collectVolume(insight);
    volumePart.hidden = rows.length === 0;
    volume.draw({
      spec: volumeSpec(theme, scene.states.includes("infeasible")),
      data: { volume: rows },
      width,
      height: VOLUME_HEIGHT,
      params: { end: Math.max(1, rows.at(-1)?.order ?? 1) },
    });
  }

  const rings = () =>
    marks(
      scene?.data.points.find(({ trial }) => trial === selected),
      "selected",
    );

  return {
    kind: "pareto",
    charts: [chart, volume],
    controls: [],
    draw,
    select: (trial) => {
      selected = trial;
      chart.overlay("rings", rings());
      showHere();
    },
    table: (snapshot) => paretoTable(snapshot.insight as ParetoInsight),
    options: () => axes.options(),
    restore: (options) => axes.restore(options),
  };
});

/** Why there is nothing to draw. */
function emptyWords({ objectives, points }: ParetoInsight): string | undefined {
  if (objectives.length < 2) {
    return "This study has one objective, so it has one best trial and no front. Add an objective to its definition to weigh several against each other.";
  }
  return points.length === 0 ? "The front will be drawn here as soon as a trial is complete." : undefined;
}

function marks(spot: SpotRow | undefined, name: string): readonly SpotRow[] {
  return spot === undefined ? [] : [{ ...spot, key: `${name} ${spot.key}` }];
}

/** From trial to trial along x, those on the front only: they are what one chooses among. */
function step(points: readonly SpotRow[], from: SpotRow | undefined, key: string): SpotRow | undefined {
  const front = points.filter(({ state }) => state === "front").sort((a, b) => a.x - b.x || a.y - b.y);
  const at = from === undefined ? -1 : front.findIndex((spot) => spot.key === from.key);
  switch (key) {
    case "ArrowRight":
      return front[at + 1];
    case "ArrowLeft":
      return at < 0 ? front.at(-1) : front[at - 1];
    case "Home":
      return front[0];
    case "End":
      return front.at(-1);
    default:
      return undefined;
  }
}
