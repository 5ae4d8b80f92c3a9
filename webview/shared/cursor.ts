import type { Chart, Row } from "./chart.ts";
import { element } from "./dom.ts";
import type { Page } from "./page.ts";
import type { TooltipContent } from "./tooltip.ts";

/** A row that stands at a place of its chart. */
export interface SpotRow extends Row {
  readonly x: number;
  readonly y: number;
}

export interface CursorOptions<R extends SpotRow> {
  readonly chart: Chart;
  readonly holder: HTMLElement;
  readonly page: Page;
  /** In the order in which the arrow keys go through them. */
  rows(): readonly R[];
  tip(row: R): TooltipContent;
}

/** A chart's holder that the keyboard can get to; `label` says what is in it, and is followed by how it is worked. */
export function chartHolder(id: string, kind: string): HTMLElement {
  return element("div", {
    id,
    class: "chart",
    tabindex: "0",
    role: "application",
    "aria-roledescription": kind,
  });
}

export const KEYS = "Arrow keys move between trials, Enter selects.";

/**
 * Works a chart by keyboard: arrows, Home and End go from row to row, Enter selects its trial, Escape leaves. The
 * spec has a data set `cursor` with the place. Gives what marks the place again after the rows have changed.
 */
export function keyboardCursor<R extends SpotRow>(options: CursorOptions<R>): () => readonly SpotRow[] {
  const { chart, holder, page, rows, tip } = options;
  let key: string | undefined;
  const here = () => rows().find((row) => row.key === key);
  const marks = (): readonly SpotRow[] => {
    const row = here();
    return row === undefined ? [] : [{ key: "cursor", x: row.x, y: row.y }];
  };

  function go(row: R | undefined): void {
    key = row?.key;
    chart.overlay("cursor", marks());
    const at = row && chart.locate(row.x, row.y);
    if (row === undefined || at === undefined) {
      page.tooltip.hide();
      return;
    }
    const content = tip(row);
    const { left, top } = holder.getBoundingClientRect();
    page.tooltip.show(content, left + at.x, top + at.y);
    page.announce([content.title, ...content.lines.map(([name, value]) => `${name} ${value}`)].join(", "));
  }

  holder.addEventListener("keydown", (event) => {
    const trial = here()?.trial;
    if (event.key === "Escape") go(undefined);
    else if ((event.key === "Enter" || event.key === " ") && typeof trial === "number") page.select(trial);
    else {
      const next = step(rows(), here(), event.key);
      if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      go(next);
    }
    event.preventDefault();
  });
  holder.addEventListener("blur", () => go(undefined));
  return marks;
}

function step<R extends SpotRow>(rows: readonly R[], from: R | undefined, key: string): R | undefined {
  const at = from === undefined ? -1 : rows.findIndex(({ key: one }) => one === from.key);
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return rows[at + 1];
    case "ArrowLeft":
    case "ArrowUp":
      return at < 0 ? rows.at(-1) : rows[at - 1];
    case "Home":
      return rows[0];
    case "End":
      return rows.at(-1);
    default:
      return undefined;
  }
}
