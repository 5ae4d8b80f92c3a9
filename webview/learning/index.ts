import "../shared/theme.css";
import "../shared/panel.css";
import "../shared/controls.css";
import "./learning.css";
import type { LearningCurve, LearningDown, LearningUp } from "../../src/protocol/learning.ts";
import { Chart, type Row } from "../shared/chart.ts";
import { element } from "../shared/dom.ts";
import { formatNumber, formatScore } from "../shared/format.ts";
import { type Frame, type FrameParts, openFrame } from "../shared/frame.ts";
import { isLearningDown } from "../shared/guards.ts";
import type { ChartTheme } from "../shared/theme.ts";
import { type BinRow, cleaningText, gallery, weightBins, weightSpec } from "./cleaning.ts";
import { type CurveRow, collectTracks, iterationSpan } from "./collect.ts";
import { learningSpec } from "./spec.ts";
import { factsOf, fileOf, learningTables, readings, titleOf } from "./words.ts";

type Snapshot = Extract<LearningDown, { type: "snapshot" }>;

const EARLY = "Its curve begins with the first iteration.";

openFrame<Snapshot, LearningUp>(isLearningDown, (page: Frame<LearningUp>): FrameParts<Snapshot> => {
  const charts: Chart[] = [];
  const found = element("p", { id: "found" });
  const weightsHolder = element("div", { id: "weights", class: "chart" });
  const pictures = element("div", { id: "pictures" });
  const cleaned = element(
    "section",
    { id: "cleaned", hidden: true, "aria-label": "weights of the pictures" },
    found,
    element(
      "p",
      { class: "quiet" },
      element("span", { class: "box wrong" }),
      "wrong labels",
      element("span", { class: "box" }),
      "right labels",
    ),
    weightsHolder,
    pictures,
  );
  /** Made when it is first needed. */
  let weightChart: Chart | undefined;
  const note = element("p", { id: "note", class: "quiet", hidden: true }, EARLY);
  const holder = element("div", { id: "tracks" });
  const readout = element("table", { id: "readout", "aria-live": "off" });
  const stop = element(
    "button",
    {
      id: "stop",
      class: "button plain",
      type: "button",
      hidden: true,
      onclick: () => page.send({ type: "stop" }),
    },
    "Stop and keep",
  );
  stop.title = "Ends learning; the file gets what was learned by then";
  page.body.append(note, holder, cleaned, element("div", { class: "scroll" }, readout));

  /** As many charts as there are kinds of figures. */
  function chartAt(i: number): Chart {
    charts[i] ??= new Chart(addHolder(i), {
      pick: () => undefined,
      hover: (row, x, y) => {
        if (row === undefined) page.tooltip.hide();
        else page.tooltip.show(tipOf(row), x, y);
      },
    });
    return charts[i];
  }

  function addHolder(i: number): HTMLElement {
    const chart = element("div", { id: `track-${i}`, class: "chart" });
    holder.append(element("section", { role: "figure" }, chart));
    return chart;
  }

  function tipOf(row: Row) {
    const { name, step, y } = row as CurveRow;
    return {
      title: name,
      lines: [
        ["iteration", formatNumber(step)],
        ["value", formatScore(y)],
      ] as const,
    };
  }

  function draw({ learning }: Snapshot, theme: ChartTheme): void {
    stop.hidden = learning.status !== "running";
    const tracks = collectTracks(learning);
    note.hidden = tracks.length > 0;
    holder.hidden = tracks.length === 0;
    const end = iterationSpan(learning);
    const width = Math.max(240, page.body.clientWidth);
    tracks.forEach((track, i) => {
      const { title, isLog, lines, labels, low, high } = track;
      const chart = chartAt(i);
      const section = holder.children[i] as HTMLElement;
      section.hidden = false;
      section.setAttribute("aria-label", `${title} over the iterations`);
      chart.draw({
        spec: learningSpec(theme, {
          title,
          isLog,
          isLast: i === tracks.length - 1,
          isLabelled: labels.length > 0,
        }),
        data: { lines, labels },
        width,
        height: Math.round(Math.min(tracks.length === 1 ? 380 : 240, Math.max(150, width * 0.4))),
        params: { low, high, end },
      });
    });
    for (let i = tracks.length; i < holder.children.length; i++)
      (holder.children[i] as HTMLElement).hidden = true;
    fillReadout(learning);
    drawCleaned(learning, theme, width);
  }

  function drawCleaned({ cleaned: of }: LearningCurve, theme: ChartTheme, width: number): void {
    cleaned.hidden = of === undefined;
    if (of === undefined) return;
    found.textContent = cleaningText(of);
    weightChart ??= new Chart(weightsHolder, {
      pick: () => undefined,
      hover: (row, x, y) => {
        if (row === undefined) page.tooltip.hide();
        else page.tooltip.show(binTip(row as BinRow), x, y);
      },
    });
    const bins = weightBins(of);
    const kind = (name: BinRow["kind"]) => bins.filter((bin) => bin.kind === name);
    const height = Math.round(Math.min(220, Math.max(150, width * 0.35)));
    const data = { wrong: kind("wrong"), right: kind("right") };
    weightChart.draw({ spec: weightSpec(theme), data, width, height });
    pictures.replaceChildren(
      gallery("Wrong labels that were kept", of.missed),
      gallery("Right labels that were given up", of.accused),
    );
  }

  const binTip = ({ kind, low, high, count }: BinRow) => ({
    title: `${kind} labels`,
    lines: [
      ["weight", `${formatNumber(low)} to ${formatNumber(high)}`],
      ["pictures", formatNumber(count)],
    ] as const,
  });

  function fillReadout(learning: LearningCurve): void {
    const head = ["figure", "whose", "now"].map((name) => element("th", { scope: "col" }, name));
    const rows = readings(learning).map(([name, role, now]) =>
      element(
        "tr",
        {},
        element("td", {}, name),
        element("td", {}, role),
        element("td", { class: "number" }, now),
      ),
    );
    readout.replaceChildren(element("tr", {}, ...head), ...rows);
    readout.hidden = rows.length === 0;
  }

  return {
    kind: "learning",
    get charts() {
      return weightChart === undefined ? charts : [...charts, weightChart];
    },
    controls: [stop],
    heading: ({ learning }) => ({
      id: learning.file,
      title: `${titleOf(learning)} · ${fileOf(learning)}`,
      facts: factsOf(learning),
      status: learning.status,
      name: fileOf(learning).replace(/\.json$/, ""),
    }),
    draw,
    table: ({ learning }) => learningTables(learning),
    options: () => ({}),
    restore: () => undefined,
  };
});
