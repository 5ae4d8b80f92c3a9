import "../shared/theme.css";
import "../shared/panel.css";
import "./importance.css";
import type { ImportanceInsight, ImportanceQuery } from "../../src/protocol/insight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { Chart, type Row } from "../shared/chart.ts";
import { element } from "../shared/dom.ts";
import { isRecord } from "../shared/messages.ts";
import { openPage, type Page, type PanelParts, type Snapshot } from "../shared/page.ts";
import type { ChartTheme } from "../shared/theme.ts";
import type { TooltipContent } from "../shared/tooltip.ts";
import type { SpotRow } from "../surface/collect.ts";
import { mapSpec } from "../surface/spec.ts";
import { collectBars, collectEffect, collectPair, collectPairs } from "./collect.ts";
import { barsSpec, effectSpec } from "./spec.ts";
import {
  cellTip,
  EXPLAINED,
  effectNote,
  effectTitle,
  importanceTable,
  pairTip,
  parameterTip,
  source,
  trialTip,
} from "./words.ts";

const EFFECT_HEIGHT = 300;
/** Height of one parameter's two bars, of one pair's bar, and of the legend above the former. */
const BAR = 32;
const PAIR_BAR = 22;
const LEGEND = 26;
/** What the second picker says where one parameter is shown alone. */
const ALONE = "";

openPage((page: Page): PanelParts => {
  let insight: ImportanceInsight | undefined;
  let selected: TrialNumber | undefined;
  let query: ImportanceQuery = {};

  const ask = (next: ImportanceQuery) => {
    query = next;
    page.send({ type: "query", query });
  };
  const note = element("p", { id: "note", class: "quiet", hidden: true });
  const from = element("p", { id: "source", class: "quiet" });
  const picker = (id: string, label: string) => element("select", { id, "aria-label": label });
  const first = picker("effect-x", "Parameter whose effect is shown");
  const second = picker("effect-y", "Second parameter of the effect");
  const asked = () => ask({ x: first.value, ...(second.value !== ALONE && { y: second.value }) });
  first.addEventListener("change", () => {
    if (second.value === first.value) second.value = ALONE;
    asked();
  });
  second.addEventListener("change", asked);

  const holder = (id: string) => element("div", { id, class: "chart", role: "img" });
  const [barsHolder, pairsHolder, effectHolder] = [
    holder("bars-chart"),
    holder("pairs-chart"),
    holder("effect-chart"),
  ];
  const sentence = (name: string, text: string) =>
    element("p", { class: "quiet" }, element("strong", {}, name), `: ${text}.`);
  const pairsSection = element(
    "div",
    { id: "pairs" },
    element("h2", {}, "Pairs"),
    element("p", { class: "quiet" }, `Share of the ${EXPLAINED.pairs}.`),
    pairsHolder,
  );
  const title = element("h2", { id: "effect-title" });
  const legend = element("p", { id: "effect-note", class: "quiet" });
  const parts = element(
    "div",
    { class: "importance" },
    element(
      "section",
      {},
      element("h2", {}, "Parameters"),
      sentence("fANOVA", EXPLAINED.fanova),
      sentence("PED-ANOVA", EXPLAINED.ped),
      barsHolder,
      pairsSection,
    ),
    element(
      "section",
      {},
      title,
      element("div", { class: "pick" }, first, element("span", { class: "quiet" }, "×"), second),
      effectHolder,
      legend,
    ),
  );
  page.body.append(note, from, parts);

  /** A chart of bars or of an effect: what a mark says, and what a click on one does. */
  const chart = (
    of: HTMLElement,
    tip: (insight: ImportanceInsight, row: Row) => TooltipContent | undefined,
    pick: (insight: ImportanceInsight, row: Row) => void,
  ) =>
    new Chart(of, {
      pick: (row) => insight && pick(insight, row),
      hover: (row, x, y) => {
        const content = row && insight && tip(insight, row);
        if (content === undefined) page.tooltip.hide();
        else page.tooltip.show(content, x, y);
      },
    });
  const bars = chart(
    barsHolder,
    (known, { cell }) => parameterTip(known, cell!),
    ({ parameters }, { cell }) => ask({ x: parameters[cell!]!.name }),
  );
  const pairs = chart(
    pairsHolder,
    (known, { cell }) => pairTip(known, cell!),
    (known, { cell }) => {
      const { x, y } = known.pairs[cell!]!;
      ask({ x, y });
    },
  );
  const effect = chart(
    effectHolder,
    (known, { trial, cell }) => (typeof trial === "number" ? trialTip(known, trial) : cellTip(known, cell!)),
    (_, { trial }) => {
      if (typeof trial === "number") page.select(trial);
    },
  );

  function showPickers({ parameters, effect: shown }: ImportanceInsight): void {
    const names = parameters.map(({ name }) => name);
    fill(
      first,
      names.map((name) => [name, name]),
    );
    fill(second, [[ALONE, "alone"], ...names.map((name): [string, string] => [name, name])]);
    first.value = shown?.x.name ?? names[0] ?? "";
    second.value = shown?.y?.name ?? ALONE;
    second.hidden = names.length < 2;
  }

  function draw(snapshot: Snapshot, theme: ChartTheme): void {
    if (snapshot.insight.kind !== "importance") return;
    insight = snapshot.insight;
    const hasModel = insight.effect !== undefined && insight.effect !== null;
    for (const part of [from, parts]) part.hidden = !hasModel;
    note.hidden = hasModel;
    note.textContent = `Importance needs ${insight.needed} scored trials at least; there are ${insight.scored}.`;
    if (!hasModel) return;
    from.textContent = source(insight);
    showPickers(insight);
    drawBars(insight, theme);
    drawEffect(insight, theme);
  }

  function drawBars(known: ImportanceInsight, theme: ChartTheme): void {
    const rows = collectBars(known);
    const names = new Set(rows.map(({ name }) => name)).size;
    barsHolder.setAttribute("aria-label", `Importance of ${names} parameters`);
    const width = Math.max(220, barsHolder.clientWidth);
    const pairRows = collectPairs(known);
    // One scale for both, so that a bar's length means the same everywhere.
    const params = { most: Math.max(0.05, ...[...rows, ...pairRows].map(({ share }) => share)) };
    const ofBars = { spec: barsSpec(theme, "bars"), data: { bars: rows } };
    bars.draw({ ...ofBars, width, height: LEGEND + BAR * names, params });
    pairsSection.hidden = pairRows.length === 0;
    pairsHolder.setAttribute("aria-label", `Importance of ${pairRows.length} pairs of parameters`);
    const height = PAIR_BAR * pairRows.length;
    pairs.draw({ spec: barsSpec(theme, "pairs"), data: { pairs: pairRows }, width, height, params });
  }

  function drawEffect(known: ImportanceInsight, theme: ChartTheme): void {
    const { x, y } = known.effect!;
    title.textContent = effectTitle(known);
    legend.textContent = effectNote(known);
    effectHolder.setAttribute("aria-label", effectTitle(known));
    const { data, low, high } = y ? collectPair(known) : collectEffect(known);
    effect.draw({
      spec: y ? mapSpec(theme, { kind: "mean", x, y, goal: known.goal }) : effectSpec(theme, x, known.metric),
      data: { ...data, rings: rings() },
      width: Math.max(220, effectHolder.clientWidth),
      height: EFFECT_HEIGHT,
      params: { low, high },
    });
  }

  function rings(): SpotRow[] {
    if (!insight || selected === undefined) return [];
    const { data } = insight.effect?.y ? collectPair(insight) : collectEffect(insight);
    return ([...data.points, ...data.best] as SpotRow[])
      .filter(({ trial }) => trial === selected)
      .map((row) => ({ ...row, key: `ring ${row.key}`, size: 240 }));
  }

  return {
    kind: "importance",
    charts: [bars, pairs, effect],
    controls: [],
    draw,
    select: (trial) => {
      selected = trial;
      effect.overlay("rings", rings());
    },
    table: (snapshot) => importanceTable(snapshot.insight as ImportanceInsight),
    options: () => ({ query }),
    restore: ({ query: kept }) => {
      if (!isRecord(kept)) return;
      ask(kept as ImportanceQuery);
    },
  };
});

function fill(select: HTMLSelectElement, options: readonly (readonly [string, string])[]): void {
  const now = [...select.options].map(({ value }) => value).join("\n");
  if (now === options.map(([value]) => value).join("\n")) return;
  select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
}
