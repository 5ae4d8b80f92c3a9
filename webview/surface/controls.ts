import type { SurfaceInsight, SurfaceQuery } from "../../src/protocol/insight.ts";
import { element } from "../shared/dom.ts";
import { formatNumber } from "../shared/format.ts";

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
/** Milliseconds from step to step while the study's past is played. */
const PLAY_STEP = 700;

/** Pickers of axes, acquisition and others, and the slider through the study's past. */
export interface SurfaceControls {
  readonly element: HTMLElement;
  query(): SurfaceQuery;
  restore(query: SurfaceQuery): void;
  show(insight: SurfaceInsight): void;
}

export function createControls(changed: () => void): SurfaceControls {
  let query: SurfaceQuery = {};
  let total = 0;
  let playing: ReturnType<typeof setInterval> | undefined;
  const set = (part: SurfaceQuery) => {
    query = { ...query, ...part };
    changed();
  };
  const picker = (id: string, label: string, pick: (value: string) => void) => {
    const select = element("select", { id, "aria-label": label, onchange: () => pick(select.value) });
    return select;
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
  const past = element("input", {
    id: "past",
    type: "range",
    min: "0",
    "aria-label": "Scored trials that are known",
    oninput: () => {
      stop();
      go(Number(past.value));
    },
  });
  const label = element("span", { id: "past-label", class: "quiet number" });
  const play = element("button", { id: "play", class: "button plain", type: "button" }, "Play");
  play.addEventListener("click", () => (playing === undefined ? start() : stop()));

  /** At the end it follows the study again. */
  function go(at: number): void {
    const { at: _, ...rest } = query;
    query = at >= total ? rest : { ...rest, at };
    changed();
  }
  function start(): void {
    let at = query.at === undefined || query.at >= total ? 3 : query.at;
    const step = Math.max(1, Math.round(total / 60));
    play.textContent = "Pause";
    playing = setInterval(() => {
      at += step;
      go(at);
      if (at >= total) stop();
    }, PLAY_STEP);
  }
  function stop(): void {
    clearInterval(playing);
    playing = undefined;
    play.textContent = "Play";
  }

  return {
    element: element(
      "div",
      { id: "controls", class: "controls" },
      element("span", { class: "pick" }, x, element("span", { class: "quiet" }, "×"), y),
      acquisition,
      others,
      element("span", { class: "past" }, play, past, label),
    ),
    query: () => query,
    restore: (kept) => {
      query = kept;
    },
    show(insight) {
      total = insight.total;
      const names = insight.parameters.map(({ name, importance }) => {
        const share =
          importance === undefined || importance === null ? "" : ` · ${Math.round(importance * 100)} %`;
        return [name, `${name}${share}`] as const;
      });
      fill(x, names);
      fill(y, names);
      x.value = insight.surface?.x.name ?? x.value;
      y.value = insight.surface?.y?.name ?? y.value;
      y.hidden = names.length < 2;
      acquisition.value = insight.acquisition;
      others.value = insight.others;
      past.max = String(total);
      past.value = String(insight.at);
      label.textContent =
        insight.at < total
          ? `after ${formatNumber(insight.at)} of ${formatNumber(total)}`
          : `all ${formatNumber(total)}`;
    },
  };
}

function fill(select: HTMLSelectElement, options: readonly (readonly [string, string])[]): void {
  const now = [...select.options].map(({ value, text }) => `${value} ${text}`).join("\n");
  if (now === options.map(([value, text]) => `${value} ${text}`).join("\n")) return;
  const { value: before } = select;
  select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  select.value = before;
}
