import type { OtherStrategyInsight } from "../../src/protocol/strategyInsight.ts";
import { element } from "../shared/dom.ts";
import type { MakeView } from "./view.ts";

const WORDS: Readonly<Record<OtherStrategyInsight["reason"], (title: string) => string>> = {
  "no-model": (title) =>
    `${title} has no model of the score: each configuration is chosen without regard to the others, so there is nothing that it thinks.`,
  brackets: (title) =>
    `${title} draws its configurations at random; what it decides is which of them may go on to a larger budget. The brackets show that.`,
  surface: (title) =>
    `${title} decides by a Gaussian process: what that believes of the score, how sure it is, and where it looks next is on the acquisition surface.`,
  unknown: () =>
    "The study has no definition that says which strategy decides. Its trials can be looked at all the same.",
};

const PANELS: Readonly<Record<OtherStrategyInsight["offers"][number], string>> = {
  brackets: "Open brackets",
  incumbent: "Open incumbent",
  surface: "Open acquisition surface",
};

const HERE =
  "For TPE and BOHB this view shows densities of good trials, for bandits the arms and their regret, for evolution the population, for CMA-ES the search distribution.";

/** Says why there is nothing to draw, and offers the panels that show what the strategy does. */
export const other: MakeView<"other"> = ({ page }) => {
  const words = element("p", { id: "summary" });
  const here = element("p", { class: "quiet" }, HERE);
  const buttons = element("div", { class: "offers" });
  return {
    element: element("div", {}, words, buttons, here),
    charts: () => [],
    draw({ reason, offers, title }) {
      words.textContent = WORDS[reason](title);
      buttons.replaceChildren(
        ...offers.map((panel, i) =>
          element(
            "button",
            {
              id: `open-${panel}`,
              class: i === 0 ? "button" : "button plain",
              type: "button",
              onclick: () => page.send({ type: "openPanel", panel }),
            },
            PANELS[panel],
          ),
        ),
      );
    },
    select: () => {},
    tables: () => [],
  };
};
