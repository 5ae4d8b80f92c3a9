import type { SurfaceInsight, SurfaceQuery } from "../../src/protocol/insight.ts";
import { element } from "../shared/dom.ts";
import { createPast } from "../shared/past.ts";
import { fill, parameterOptions, picker } from "../shared/select.ts";

const ACQUISITIONS = [
  ["log-ei", "log EI"],
  ["ei", "expected improvement"],
  ["pi", "probability of improvement"],
  ["ucb", "confidence bound"],
] as const;
const OTHERS = [
  ["incumbent", "others as in the best"],
  ["average", "others averaged"],
] as const;
/** Where playing begins: a model needs one score more. */
const FIRST = 3;

/** Pickers of axes, acquisition and others, and the slider through the study's past. */
export interface SurfaceControls {
  readonly element: HTMLElement;
  query(): SurfaceQuery;
  restore(query: SurfaceQuery): void;
  show(insight: SurfaceInsight): void;
}

export function createControls(changed: () => void): SurfaceControls {
  let query: SurfaceQuery = {};
  const set = (part: SurfaceQuery) => {
    query = { ...query, ...part };
    changed();
  };
  const x = picker("axis-x", "Parameter along x", (value) => set({ x: value }));
  const y = picker("axis-y", "Parameter along y", (value) => set({ y: value }));
  const acquisition = picker("acquisition", "Acquisition", (value) =>
    set({ acquisition: value as NonNullable<SurfaceQuery["acquisition"]> }),
  );
  const others = picker("others", "Other parameters", (value) =>
    set({ others: value as NonNullable<SurfaceQuery["others"]> }),
  );
  fill(acquisition, ACQUISITIONS);
  fill(others, OTHERS);
  const past = createPast("Scored trials that are known", FIRST, changed);

  return {
    element: element(
      "div",
      { id: "controls", class: "controls" },
      element("span", { class: "pick" }, x, element("span", { class: "quiet" }, "×"), y),
      acquisition,
      others,
      past.element,
    ),
    query: () => {
      const at = past.at();
      return { ...query, ...(at !== undefined && { at }) };
    },
    restore: ({ at, ...kept }) => {
      query = kept;
      past.restore(at);
    },
    show(insight) {
      const names = parameterOptions(insight.parameters);
      fill(x, names);
      fill(y, names);
      x.value = insight.surface?.x.name ?? x.value;
      y.value = insight.surface?.y?.name ?? y.value;
      y.hidden = names.length < 2;
      acquisition.value = insight.acquisition;
      others.value = insight.others;
      past.show(insight.at, insight.total);
    },
  };
}
