import { element } from "./dom.ts";
import { formatNumber } from "./format.ts";

/** Milliseconds from step to step while the study's past is played. */
const PLAY_STEP = 700;

/** The slider through a study's past, and the button that plays it. */
export interface Past {
  readonly element: HTMLElement;
  /** How many results are to be known; undefined: all, also those that are still to come. */
  at(): number | undefined;
  restore(at: number | undefined): void;
  show(at: number, total: number): void;
}

/** `what`: what the slider counts, for screen readers. `first`: where playing begins. */
export function createPast(what: string, first: number, changed: () => void): Past {
  let wanted: number | undefined;
  let total = 0;
  let playing: ReturnType<typeof setInterval> | undefined;
  const past = element("input", {
    id: "past",
    type: "range",
    min: "0",
    "aria-label": what,
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
    wanted = at >= total ? undefined : at;
    changed();
  }
  function start(): void {
    let at = wanted === undefined || wanted >= total ? first : wanted;
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
    element: element("span", { class: "past" }, play, past, label),
    at: () => wanted,
    restore: (at) => {
      stop();
      wanted = at;
    },
    show(at, all) {
      total = all;
      past.max = String(total);
      // Answers trail behind a slider that is moved on: it stays where it is wanted, the label says what is drawn.
      past.value = String(wanted ?? at);
      label.textContent =
        at < total ? `after ${formatNumber(at)} of ${formatNumber(total)}` : `all ${formatNumber(total)}`;
    },
  };
}
