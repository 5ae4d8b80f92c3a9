import type { FrameDown, FrameUp } from "../../src/protocol/panel.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import type { Chart } from "./chart.ts";
import { element } from "./dom.ts";
import { type Table, toCsv, toPng, toSpec, toSvg } from "./export.ts";
import { formatNumber } from "./format.ts";
import { menuButton } from "./menu.ts";
import { connect, type Host, isRecord } from "./messages.ts";
import { type ChartTheme, readTheme, watchTheme } from "./theme.ts";
import { Tooltip } from "./tooltip.ts";

/** Rows that a table on the page shows; the CSV has them all. */
const MOST_TABLE_ROWS = 500;

/** What the bar of a page says of what is shown. */
export interface Heading {
  /** Tells one thing that is shown from another: what was picked for one says nothing of the other. */
  readonly id: string;
  readonly title: string;
  readonly facts: string;
  readonly status: string;
  /** What files that are saved from the page are called after. */
  readonly name: string;
}

/** What one kind of chart panel does; the page around it is the same for all. */
export interface FrameParts<Shown> {
  readonly kind: string;
  readonly charts: readonly Chart[];
  /** Controls of this panel alone, left of the common ones. */
  readonly controls: readonly HTMLElement[];
  heading(shown: Shown): Heading;
  draw(shown: Shown, theme: ChartTheme): void;
  /** A trial was selected, here or elsewhere; absent where nothing on the page is of a trial. */
  select?(trial: TrialNumber | undefined): void;
  /** Something else is about to be shown. */
  other?(): void;
  /** One, or several under titles. */
  table(shown: Shown): Table | readonly Table[];
  /** What to keep over a reload, beside what is shown. */
  options(): Readonly<Record<string, unknown>>;
  restore(options: Readonly<Record<string, unknown>>): void;
}

/** What the page offers to its panel. */
export interface Frame<Up> {
  readonly body: HTMLElement;
  readonly tooltip: Tooltip;
  /** Speaks to screen readers. */
  announce(text: string): void;
  select(trial: TrialNumber): void;
  /** Tells the host what else is wanted, and keeps the panel's options. */
  send(message: Up): void;
  /** Draws the last snapshot again, after an option has changed. */
  redraw(): void;
}

/**
 * Builds the page (bar, charts, table, empty state), opens the line to the host, and keeps both in step. `make`
 * builds the panel itself into `page.body`; `accepts` knows the messages that are for it.
 */
export function openFrame<Shown extends { readonly type: "snapshot" }, Up extends { readonly type: string }>(
  accepts: (message: unknown) => message is Shown | FrameDown,
  make: (page: Frame<Up | FrameUp>) => FrameParts<Shown>,
): void {
  const heading = element("h1", { id: "title" });
  const facts = element("p", { id: "facts", class: "quiet number" });
  const tools = element("div", { class: "tools" });
  const bar = element("header", { class: "bar", hidden: true }, element("div", {}, heading, facts), tools);
  const body = element("div", { id: "charts" });
  const tableHolder = element("div", { id: "table", hidden: true, tabindex: "0" });
  const main = element("main", { hidden: true }, body, tableHolder);
  const emptyText = element("p", { id: "empty-text" });
  const start = element("button", { id: "start", class: "button", type: "button", hidden: true });
  const empty = element("div", { id: "empty", class: "empty", hidden: true }, emptyText, start);
  const live = element("div", { id: "announce", class: "visually-hidden", "aria-live": "polite" });
  const tooltip = new Tooltip();
  document.body.append(bar, main, empty, live, tooltip.element);

  let snapshot: Shown | undefined;
  let drawnWidth = 0;
  let selected: TrialNumber | undefined;
  let theme = readTheme();
  let host: Host<Up | FrameUp> | undefined;
  /** What the page before this one kept, until it is restored. */
  let kept: unknown;

  const page: Frame<Up | FrameUp> = {
    body,
    tooltip,
    announce: (text) => {
      live.textContent = text;
    },
    select: (trial) => {
      setSelected(trial);
      host?.send({ type: "select", trial });
    },
    send: (message) => {
      host?.send(message);
      keep();
    },
    redraw: () => {
      if (snapshot !== undefined) show(snapshot);
      keep();
    },
  };
  const parts = make(page);
  const tableButton = element(
    "button",
    { id: "show-table", class: "button plain", type: "button", "aria-pressed": "false" },
    "Table",
  );
  tableButton.title = "Show as table";
  tools.append(...parts.controls, tableButton, saveMenu());

  function show(next: Shown): void {
    snapshot = next;
    const { title, facts: told, status } = parts.heading(next);
    document.body.dataset.status = status;
    empty.hidden = true;
    bar.hidden = false;
    main.hidden = false;
    heading.textContent = title;
    facts.textContent = told;
    draw();
    if (!tableHolder.hidden) fillTable();
  }

  /** A page that is not laid out (hidden, or behind its table) has no width: it is drawn once it has one. */
  function draw(): void {
    drawnWidth = body.clientWidth;
    if (snapshot !== undefined && drawnWidth > 0) parts.draw(snapshot, theme);
  }

  function showEmpty(message: Extract<FrameDown, { type: "empty" }>): void {
    snapshot = undefined;
    bar.hidden = true;
    main.hidden = true;
    empty.hidden = false;
    emptyText.textContent = message.text;
    start.hidden = message.button === undefined;
    start.textContent = message.button?.label ?? "";
  }

  function setSelected(trial: TrialNumber | undefined): void {
    selected = trial;
    parts.select?.(trial);
    for (const row of tableHolder.querySelectorAll<HTMLElement>("tr[data-trial]")) {
      row.setAttribute("aria-selected", String(row.dataset.trial === String(trial)));
    }
  }

  function receive(message: Shown | FrameDown): void {
    if (message.type === "empty") showEmpty(message);
    else if (message.type === "selected") setSelected(message.trial ?? undefined);
    else take(message);
  }

  function take(next: Shown): void {
    const { id } = parts.heading(next);
    const isOther = snapshot === undefined || id !== parts.heading(snapshot).id;
    if (isOther && snapshot !== undefined) parts.other?.();
    restore(id);
    show(next);
    if (isOther) keep();
    if ("selected" in next) setSelected((next.selected as TrialNumber | null) ?? undefined);
  }

  /** Once, before the first thing is drawn: a query was meant for what was shown then. */
  function restore(id: string): void {
    const state = kept;
    kept = undefined;
    if (!isRecord(state) || !isRecord(state.options)) return;
    const { query, ...options } = state.options;
    parts.restore(state.study === id ? { ...options, query } : options);
  }

  /** What a window that is reloaded needs to show the same again. */
  function keep(): void {
    if (snapshot === undefined) return;
    host?.setState({ panel: parts.kind, study: parts.heading(snapshot).id, options: parts.options() });
  }

  function fillTable(): void {
    if (snapshot === undefined) return;
    const tables = tablesOf(snapshot).map((table) => tableElement(table, selected, page.select));
    tableHolder.replaceChildren(...tables);
  }

  tableButton.addEventListener("click", () => {
    tableHolder.hidden = !tableHolder.hidden;
    body.hidden = !tableHolder.hidden;
    tableButton.setAttribute("aria-pressed", String(!tableHolder.hidden));
    if (!tableHolder.hidden) fillTable();
  });
  start.addEventListener("click", () => host?.send({ type: "start" }));

  function saveMenu(): HTMLElement {
    const save = (format: "svg" | "png" | "csv" | "json", content: () => string | Promise<string>) => () => {
      const of = snapshot === undefined ? "study" : parts.heading(snapshot).name;
      const name = `${of}-${parts.kind}.${format === "json" ? "vl.json" : format}`;
      Promise.resolve(content()).then(
        (text) => host?.send({ type: "save", format, content: text, name }),
        (error: unknown) => console.error(error),
      );
    };
    return menuButton("save", "Save as…", [
      { id: "save-svg", label: "SVG image", run: save("svg", () => toSvg(parts.charts)) },
      { id: "save-png", label: "PNG image", run: save("png", () => toPng(parts.charts)) },
      { id: "save-csv", label: "CSV data", run: save("csv", () => csv()) },
      {
        id: "save-json",
        label: "Vega-Lite spec",
        run: save("json", () => JSON.stringify(toSpec(parts.charts), undefined, 2)),
      },
    ]);
  }

  function csv(): string {
    return snapshot === undefined ? "" : toCsv(tablesOf(snapshot));
  }

  function tablesOf(of: Shown): readonly Table[] {
    const tables = parts.table(of);
    return "columns" in tables ? [tables] : tables;
  }

  watchTheme(() => {
    theme = readTheme();
    if (snapshot !== undefined) show(snapshot);
    parts.select?.(selected);
  });
  new ResizeObserver(() => {
    if (body.clientWidth !== drawnWidth) draw();
  }).observe(body);

  host = connect<Shown | FrameDown, Up | FrameUp>(accepts, receive);
  kept = host.state();
}

function tableElement(
  { title, columns, rows }: Table,
  selected: TrialNumber | undefined,
  select: (trial: TrialNumber) => void,
): HTMLElement {
  const caption = element(
    "caption",
    {},
    rows.length > MOST_TABLE_ROWS
      ? `The first ${MOST_TABLE_ROWS} of ${rows.length.toLocaleString("en-US")} rows. Save as CSV for all.`
      : `${title === undefined ? "" : `${title} · `}${rows.length} rows`,
  );
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const body = rows.slice(0, MOST_TABLE_ROWS).map(({ trial, cells }) => {
    const data = cells.map((cell) =>
      element("td", { class: typeof cell === "number" ? "number" : "" }, cellText(cell)),
    );
    if (trial === undefined) return element("tr", { class: "plain" }, ...data);
    return element(
      "tr",
      trial === undefined ? {} : rowAttributes(trial, selected, select),
      ...cells.map((cell) =>
        element("td", { class: typeof cell === "number" ? "number" : "" }, cellText(cell)),
      ),
    );
  });
  return element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...body));
}

function rowAttributes(
  trial: TrialNumber,
  selected: TrialNumber | undefined,
  select: (trial: TrialNumber) => void,
): Parameters<typeof element>[1] {
  return {
    "data-trial": String(trial),
    tabindex: "0",
    "aria-selected": String(trial === selected),
    onclick: () => select(trial),
    onkeydown: (event) => {
      if ((event as KeyboardEvent).key === "Enter") select(trial);
    },
  };
}

function cellText(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? String(value) : formatNumber(value);
}
