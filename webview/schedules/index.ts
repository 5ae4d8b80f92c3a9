import "../shared/theme.css";
import "../shared/panel.css";
import "./schedules.css";
import type { SchedulesInsight } from "../../src/protocol/insight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { Chart } from "../shared/chart.ts";
import { element } from "../shared/dom.ts";
import { openPage, type Page, type PanelParts, type Snapshot } from "../shared/page.ts";
import type { ChartTheme } from "../shared/theme.ts";
import { collectQuantity, collectScores, type LineRow, stepSpan, type Track } from "./collect.ts";
import { trackSpec } from "./spec.ts";
import { lineTip, schedulesTable } from "./words.ts";

const NONE =
  "The trials of this study keep their parameters to the end. Strategies that change them on the way, such as population-based training, are drawn here.";
const EARLY = "The members' schedules will be drawn here as soon as the first trial has a score.";

openPage((page: Page): PanelParts => {
  let insight: SchedulesInsight | undefined;
  let selected: TrialNumber | undefined;
  /** The name of the quantity that is shown; undefined: the one that changes most. */
  let wanted: string | undefined;
  let tracks: readonly Track[] = [];

  const picker = element("select", {
    id: "quantity",
    "aria-label": "Parameter",
    onchange: () => {
      wanted = picker.value;
      page.redraw();
    },
  });
  const note = element("p", { id: "note", class: "quiet", hidden: true });
  const legend = element(
    "p",
    { id: "legend", class: "quiet" },
    element("span", { class: "winner-key" }),
    " the way to the best · thin: members, faint where they were replaced · dashed arrow: copy of another member",
  );
  const holders = ["quantity", "score"].map((name) =>
    element("div", { id: `track-${name}`, class: "chart" }),
  );
  // Vega gives the element that it draws into a name of its own.
  const sections = holders.map((holder) => element("section", { role: "figure" }, holder));
  const controls = element("div", { class: "controls" }, picker, legend);
  page.body.append(note, controls, ...sections);

  const charts = holders.map(
    (holder) =>
      new Chart(holder, {
        pick: (row) => page.select(row.trial!),
        hover: (row, x, y) => {
          const tip = row && insight && lineTip(insight, row.trial!);
          if (tip === undefined) page.tooltip.hide();
          else page.tooltip.show(tip, x, y);
        },
      }),
  );

  const selectedRows = ({ data }: Track): LineRow[] =>
    data.lines
      .filter(({ trial }) => trial === selected)
      .map((row) => ({ ...row, key: `selected ${row.key}`, line: "selected" }));

  function draw(snapshot: Snapshot, theme: ChartTheme): void {
    if (snapshot.insight.kind !== "schedules") return;
    insight = snapshot.insight;
    const { series, quantities, metric, unit } = insight;
    const has = series.some(({ lines }) => lines.some(({ scores }) => scores.length > 0));
    note.hidden = has;
    note.textContent = series.length === 0 ? NONE : EARLY;
    for (const part of [controls, ...sections]) part.hidden = !has;
    const quantity = quantities.find(({ name }) => name === wanted) ?? quantities[0];
    if (!has || quantity === undefined) return;
    fill(
      picker,
      quantities.map(({ name }) => name),
    );
    picker.value = quantity.name;
    tracks = [collectQuantity(insight, quantity), collectScores(insight)];
    const end = stepSpan(insight);
    const width = Math.max(240, page.body.clientWidth);
    const titles = [quantity.name, metric];
    tracks.forEach(({ data, low, high, isLog }, i) => {
      const isLower = i === 1;
      sections[i]!.setAttribute("aria-label", `${titles[i]} of each member over ${unit || "the budget"}`);
      charts[i]!.draw({
        spec: trackSpec(theme, {
          title: titles[i]!,
          isLog,
          choices: isLower ? undefined : quantity.choices,
          unit: isLower ? unit || "budget" : undefined,
        }),
        data: { ...data, selected: selectedRows(tracks[i]!) },
        width,
        height: Math.round(Math.min(isLower ? 240 : 300, Math.max(170, width * 0.3))),
        params: { low, high, end },
      });
    });
  }

  return {
    kind: "schedules",
    charts,
    controls: [],
    draw,
    select: (trial) => {
      selected = trial;
      tracks.forEach((track, i) => {
        charts[i]!.overlay("selected", selectedRows(track));
      });
    },
    table: (snapshot) => schedulesTable(snapshot.insight as SchedulesInsight),
    options: () => ({ quantity: wanted }),
    restore: ({ quantity }) => {
      wanted = typeof quantity === "string" ? quantity : undefined;
    },
  };
});

function fill(select: HTMLSelectElement, names: readonly string[]): void {
  if ([...select.options].map(({ value }) => value).join("\n") === names.join("\n")) return;
  select.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
}
