import "../shared/theme.css";
import "../shared/panel.css";
import "../shared/controls.css";
import "./strategy.css";
import type { StrategyInsight, StrategyQuery } from "../../src/protocol/strategyInsight.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { element } from "../shared/dom.ts";
import { isRecord } from "../shared/messages.ts";
import { openPage, type Page, type PanelParts } from "../shared/page.ts";
import { createPast } from "../shared/past.ts";
import { bandit } from "./bandit/view.ts";
import { chains } from "./chains/view.ts";
import { densities } from "./densities/view.ts";
import { distribution } from "./distribution/view.ts";
import { other } from "./other.ts";
import { population } from "./population/view.ts";
import type { MakeView, View, ViewHost, ViewName } from "./view.ts";

const VIEWS: { readonly [V in ViewName]: MakeView<V> } = {
  densities,
  bandit,
  population,
  distribution,
  chains,
  other,
};

openPage((page: Page): PanelParts => {
  let selected: TrialNumber | undefined;
  let axes: Pick<StrategyQuery, "x" | "y"> = {};
  let options: Readonly<Record<string, unknown>> = {};
  /** Views are made when a strategy needs them first. */
  const made = new Map<ViewName, View<ViewName>>();
  let shown: View<ViewName> | undefined;

  const query = (): StrategyQuery => {
    const at = past.at();
    return { ...axes, ...(at !== undefined && { at }) };
  };
  const ask = () => page.send({ type: "query", query: query() });
  const past = createPast("Results that are known", 1, ask);
  const controls = element("div", { id: "controls", class: "controls" }, past.element);
  const holder = element("div", { id: "view" });
  page.body.append(controls, holder);

  const host: ViewHost = {
    page,
    selected: () => selected,
    axes: (wanted) => {
      axes = { ...axes, ...wanted };
      ask();
    },
    option: (name) => options[name],
    keep: (name, value) => {
      options = { ...options, [name]: value };
      page.redraw();
    },
  };

  function viewOf(name: ViewName): View<ViewName> {
    const view = made.get(name) ?? (VIEWS[name](host) as View<ViewName>);
    made.set(name, view);
    return view;
  }

  return {
    kind: "strategy",
    get charts() {
      return shown?.charts() ?? [];
    },
    controls: [],
    draw({ insight }, theme) {
      if (insight.kind !== "strategy") return;
      past.show(insight.at, insight.total);
      controls.hidden = insight.view === "other" || insight.total === 0;
      document.body.dataset.view = insight.view;
      const view = viewOf(insight.view);
      if (view !== shown) {
        shown = view;
        holder.replaceChildren(view.element);
      }
      view.draw(insight, theme);
    },
    select: (trial) => {
      selected = trial;
      shown?.select(trial);
    },
    other: () => {
      axes = {};
      past.restore(undefined);
    },
    table: ({ insight }) => viewOf((insight as StrategyInsight).view).tables(insight as StrategyInsight),
    options: () => ({ query: query(), ...options }),
    restore: ({ query: kept, ...rest }) => {
      options = rest;
      if (!isRecord(kept)) return;
      const { at, x, y } = kept as StrategyQuery;
      axes = { ...(x !== undefined && { x }), ...(y !== undefined && { y }) };
      past.restore(at);
      page.send({ type: "query", query: kept as StrategyQuery });
    },
  };
});
