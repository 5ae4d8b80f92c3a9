import type { BracketsInsight } from "../../src/protocol/insight.ts";
import { element } from "../shared/dom.ts";
import type { Bracket } from "./layout.ts";
import { pageOf } from "./pages.ts";

/** Back and forth through the brackets of a long study. It follows the newest one until the user pages away. */
export interface Pager {
  readonly element: HTMLElement;
  show(insight: BracketsInsight): readonly Bracket[];
  options(): Readonly<Record<string, unknown>>;
  restore(options: Readonly<Record<string, unknown>>): void;
}

export function createPager(changed: () => void): Pager {
  /** Number of a bracket on the page; undefined: follow the newest. */
  let wanted: number | undefined;
  let brackets: readonly Bracket[] = [];

  const button = (id: string, text: string, label: string, run: () => void) =>
    element(
      "button",
      { id, class: "button plain", type: "button", "aria-label": label, title: label, onclick: run },
      text,
    );
  const back = button("page-back", "‹", "Earlier brackets", () => turn(-1));
  const forth = button("page-forth", "›", "Later brackets", () => turn(1));
  const label = element("span", { class: "quiet number" });
  const holder = element("div", { id: "pager", class: "pager", hidden: true }, back, label, forth);

  const position = () => {
    const at = brackets.findIndex(({ bracket }) => bracket === wanted);
    return pageOf(brackets, at < 0 ? undefined : at);
  };

  function turn(step: 1 | -1): void {
    const { first, count } = position();
    const next = brackets[step > 0 ? first + count : first - 1];
    if (next === undefined) return;
    const isNewest = pageOf(brackets, brackets.indexOf(next)).first === pageOf(brackets, undefined).first;
    wanted = isNewest ? undefined : next.bracket;
    changed();
  }

  return {
    element: holder,
    show: (insight) => {
      ({ brackets } = insight);
      const { first, count } = position();
      const shown = brackets.slice(first, first + count);
      const from = shown[0]?.bracket ?? 0;
      const to = shown.at(-1)?.bracket ?? 0;
      const all = brackets.length + insight.earlier;
      label.textContent = `Brackets ${from}–${to} of ${all}`;
      holder.hidden = count === brackets.length && insight.earlier === 0;
      back.disabled = first === 0;
      forth.disabled = first + count >= brackets.length;
      return shown;
    },
    options: () => ({ bracket: wanted }),
    restore: ({ bracket }) => {
      if (typeof bracket === "number") wanted = bracket;
    },
  };
}
