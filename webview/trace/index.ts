import "../shared/theme.css";
import "../shared/panel.css";
import "../shared/controls.css";
import "./trace.css";
import type { TraceInsight, TraceLine, TraceQuantity } from "../../src/protocol/insight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { Chart, type Row } from "../shared/chart.ts";
import { element } from "../shared/dom.ts";
import { formatNumber } from "../shared/format.ts";
import { openPage, type Page, type PanelParts, type Snapshot } from "../shared/page.ts";
import { createPast } from "../shared/past.ts";
import { fill, picker } from "../shared/select.ts";
import type { ChartTheme } from "../shared/theme.ts";
import {
  type Choice,
  chosenLines,
  collectTrack,
  type EventRow,
  newestPair,
  stepSpan,
  type TraceRow,
  type Track,
} from "./collect.ts";
import { traceSpec } from "./spec.ts";
import {
  driverOf,
  EVENTS,
  pairLabel,
  pointTip,
  READINGS,
  readings,
  readingsSeen,
  traceTables,
  verdictText,
  whoOf,
} from "./words.ts";

const NONE =
  "Nobody watches the trainings of this study. The strategy Step-size policy runs each configuration as the script has it and with its learning rate set by a learned policy, and draws both here, step by step.";
const EARLY =
  "The trainings will be drawn here from their first step on. Those of scripts that train with none of PyTorch, Keras (on JAX) and scikit-learn cannot be watched.";

/** The charts from top to bottom: what each may show, the first by default. */
const CHARTS: readonly (readonly TraceQuantity["name"][])[] = [
  ["rate"],
  ["loss"],
  [
    "hypergradient",
    "momentum",
    "decay",
    "validation",
    "hypergradientOfMomentum",
    "hypergradientOfDecay",
    "change",
    "spread",
  ],
];

/** The signals are logarithms of variances. */
const axisTitle = ({ name, title }: TraceQuantity): string =>
  name === "change" || name === "spread" ? `${title.slice(0, 2)} (log variance)` : title;

openPage((page: Page): PanelParts => {
  let insight: TraceInsight | undefined;
  let selected: TrialNumber | undefined;
  /** What was picked; undefined: the newest pair. */
  let picked: Choice | undefined;
  /** What is shown in the lowest chart; undefined: the first that there is. */
  let signal: TraceQuantity["name"] | undefined;
  let end = 1;
  let lines: readonly TraceLine[] = [];
  let tracks: readonly (Track | undefined)[] = [];

  const pairs = picker("pair", "Trainings", (value) => {
    picked = value === "all" ? "all" : { policy: Number(value) };
    page.redraw();
  });
  const signals = picker("signal", "What else is seen", (value) => {
    signal = value as TraceQuantity["name"];
    page.redraw();
  });
  const past = createPast("Step of the training", 0, () => {
    point();
    page.redraw();
  });
  const note = element("p", { id: "note", class: "quiet", hidden: true });
  const verdict = element("p", { id: "verdict" });
  const driver = element("span", {});
  const legend = element(
    "p",
    { id: "legend", class: "quiet" },
    element("span", { class: "key" }),
    driver,
    element("span", { class: "key own" }),
    "as the script has it",
    element("span", { class: "key schedule" }),
    "what the script would have set",
  );
  const readout = element("table", { id: "readout", "aria-live": "off" });
  const holders = CHARTS.map((_, i) => element("div", { id: `track-${i}`, class: "chart" }));
  const sections = holders.map((holder) => element("section", { role: "figure" }, holder));
  const controls = element("div", { class: "controls" }, pairs, signals, past.element);
  const scroll = element("div", { class: "scroll" }, readout);
  const all = [verdict, controls, legend, ...sections, scroll];
  page.body.append(note, ...all);

  const charts = holders.map(
    (holder) =>
      new Chart(holder, {
        pick: (row) => page.select(row.trial!),
        hover: (row, x, y) => {
          const line = lines.find(({ trial }) => trial === row?.trial);
          if (row === undefined || line === undefined) page.tooltip.hide();
          else page.tooltip.show(tipOf(line, row), x, y);
        },
      }),
  );

  function tipOf(line: TraceLine, row: Row) {
    const { step, text, kind } = row as TraceRow & Partial<EventRow>;
    return text === undefined || kind === undefined
      ? pointTip(line, step)
      : {
          title: `#${line.trial} at step ${formatNumber(step)}`,
          lines: [[EVENTS[kind], text]] as const,
        };
  }

  const selectedRows = (track: Track | undefined): readonly TraceRow[] =>
    (track?.lines ?? [])
      .filter(({ trial, voice }) => trial === selected && voice !== "schedule")
      .map((row) => ({ ...row, key: `selected ${row.key}`, line: "selected" }));

  /** Where the slider stands: at the end, also while that moves on, unless it was moved. */
  const at = (): number => Math.min(past.at() ?? end, end);
  const cursor = () => [{ key: "cursor", step: at() }];

  /** The slider's place in all charts, and what is known there. */
  function point(): void {
    for (const chart of charts) chart.overlay("cursor", cursor());
    past.show(at(), end);
    const seen = readingsSeen(lines);
    const names = ["training", ...seen.map((i) => READINGS[i]!)];
    readout.replaceChildren(
      element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name))),
      ...lines.map((line) =>
        element(
          "tr",
          {},
          element("td", {}, `#${line.trial} ${whoOf(line)}`),
          ...seen.map((i) => element("td", { class: "number" }, readings(line, at())[i]!)),
        ),
      ),
    );
  }

  function draw(snapshot: Snapshot, theme: ChartTheme): void {
    if (snapshot.insight.kind !== "trace") return;
    insight = snapshot.insight;
    const has = insight.lines.some((line) => line.steps.length > 0);
    note.hidden = has;
    note.textContent = insight.lines.length === 0 ? NONE : EARLY;
    for (const part of all) part.hidden = !has;
    if (!has) return;
    verdict.textContent = verdictText(insight);
    driver.textContent = `under ${driverOf(insight)}`;
    const choice = fillPairs(insight);
    lines = chosenLines(insight, choice);
    end = stepSpan(lines);
    const quantities = quantitiesOf(insight);
    tracks = quantities.map((one) => one && collectTrack(insight!, one, lines));
    const width = Math.max(240, page.body.clientWidth);
    const last = quantities.findLastIndex((one) => one !== undefined);
    quantities.forEach((quantity, i) => {
      const track = tracks[i];
      sections[i]!.hidden = track === undefined;
      if (quantity === undefined || track === undefined) return;
      const { low, high, isLog } = track;
      sections[i]!.setAttribute("aria-label", `${quantity.title} over the steps of the training`);
      charts[i]!.draw({
        spec: traceSpec(theme, {
          title: axisTitle(quantity),
          isLog,
          holds: quantity.name === "rate",
          isLast: i === last,
        }),
        data: { lines: track.lines, events: track.events, selected: selectedRows(track), cursor: cursor() },
        width,
        height: Math.round(Math.min(i === 0 ? 260 : 190, Math.max(130, width * 0.24))),
        params: { low, high, end },
      });
    });
    point();
  }

  /** One a chart; undefined where no training lets it be seen. */
  function quantitiesOf(of: TraceInsight): readonly (TraceQuantity | undefined)[] {
    const find = (name: TraceQuantity["name"]) => of.quantities.find((one) => one.name === name);
    const offered = CHARTS[2]!.flatMap((name) => find(name) ?? []);
    fill(
      signals,
      offered.map(({ name, title }) => [name, title]),
    );
    signals.hidden = offered.length < 2;
    const shown = offered.find(({ name }) => name === signal) ?? offered[0];
    if (shown !== undefined) signals.value = shown.name;
    return [find("rate"), find("loss"), shown];
  }

  function fillPairs(of: TraceInsight): Choice {
    const drawn = new Set(of.lines.map(({ trial }) => trial));
    const offered = of.pairs.filter(({ own, policy }) => drawn.has(own) && drawn.has(policy));
    const isOffered = (choice: Choice) =>
      choice === "all" || offered.some(({ policy }) => policy === choice.policy);
    const choice = picked !== undefined && isOffered(picked) ? picked : newestPair(of);
    const name = of.earlier > 0 ? `The newest ${of.lines.length} trainings` : "All trainings";
    fill(pairs, [["all", name], ...offered.map((pair) => [String(pair.policy), pairLabel(pair)] as const)]);
    pairs.value = choice === "all" ? "all" : String(choice.policy);
    return choice;
  }

  return {
    kind: "trace",
    charts,
    controls: [],
    draw,
    select: (trial) => {
      selected = trial;
      tracks.forEach((track, i) => {
        charts[i]!.overlay("selected", selectedRows(track));
      });
    },
    other: () => {
      picked = undefined;
      past.restore(undefined);
    },
    table: (snapshot) => traceTables(snapshot.insight as TraceInsight),
    options: () => ({ picked, signal, at: past.at() }),
    restore: (options) => {
      const {
        picked: choice,
        signal: name,
        at: kept,
      } = options as {
        picked?: Choice;
        signal?: TraceQuantity["name"];
        at?: number;
      };
      if (choice === "all" || typeof choice?.policy === "number") picked = choice;
      if (name !== undefined && CHARTS[2]!.includes(name)) signal = name;
      if (typeof kept === "number") past.restore(kept);
    },
  };
});
