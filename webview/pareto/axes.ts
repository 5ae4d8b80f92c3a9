import type { ParetoInsight } from "../../src/protocol/insight.ts";
import { element } from "../shared/dom.ts";
import type { Axes } from "./collect.ts";

/** Pickers of the two objectives on the axes; hidden while there are two only. */
export interface AxesPicker {
  readonly element: HTMLElement;
  /** The objectives to draw, as picked before where that is possible. */
  axes(insight: ParetoInsight): Axes;
  options(): Readonly<Record<string, unknown>>;
  restore(options: Readonly<Record<string, unknown>>): void;
}

export function createAxes(changed: () => void): AxesPicker {
  /** Picked by name: objectives may come in another order after a reload. */
  const picked: { x?: string; y?: string } = {};
  const picker = (axis: "x" | "y") => {
    const select = element("select", {
      id: `axis-${axis}`,
      "aria-label": `Objective along ${axis}`,
      onchange: () => {
        picked[axis] = select.value;
        changed();
      },
    });
    return select;
  };
  const [x, y] = [picker("x"), picker("y")];
  const holder = element(
    "div",
    { class: "axes", hidden: true },
    x,
    element("span", { class: "quiet" }, "×"),
    y,
  );
  return {
    element: holder,
    axes({ objectives }) {
      const names = objectives.map(({ metric }) => metric);
      const at = (name: string | undefined, otherwise: number) =>
        name !== undefined && names.includes(name) ? names.indexOf(name) : otherwise;
      const first = at(picked.x, 0);
      const second = at(picked.y, 1);
      // The same objective on both axes would be a diagonal: the other axis moves out of the way.
      const axes = { x: first, y: second === first ? (first === 0 ? 1 : 0) : second };
      holder.hidden = names.length < 3;
      for (const select of [x, y]) {
        if ([...select.options].map(({ value }) => value).join("\n") === names.join("\n")) continue;
        select.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
      }
      x.value = names[axes.x] ?? "";
      y.value = names[axes.y] ?? "";
      return axes;
    },
    options: () => ({ ...picked }),
    restore(options) {
      if (typeof options.x === "string") picked.x = options.x;
      if (typeof options.y === "string") picked.y = options.y;
    },
  };
}
