import { bracketsInsight } from "../../src/insight/brackets.ts";
import { incumbentInsight } from "../../src/insight/incumbent.ts";
import { schedulesInsight } from "../../src/insight/schedules.ts";
import { studySummary } from "../../src/insight/summary.ts";
import { surfaceInsight } from "../../src/insight/surface.ts";
import type { StudyHistory } from "../../src/journal/history.ts";
import type { PanelDown, PanelKind } from "../../src/protocol/panel.ts";
import { Space } from "../../src/space/space.ts";
import { SurrogateFactory } from "../../src/strategies/gp/belief.ts";
import type { PlannedBracket } from "../../src/strategies/strategy.ts";
import { driftingSpace } from "../fixtures/populationStudy.ts";
import {
  HYPERBAND_81,
  hyperbandStudy,
  populationStudy,
  randomStudy,
  rounds,
  SPACE,
} from "../unit/insight/fixture.ts";

export type Scene =
  | "start"
  | "mid"
  | "finished"
  | "nodes500"
  | "trials10000"
  | "random"
  | "population"
  | "populationMid";

/** Studies to look at, from the generator of the unit tests. */
export function study(scene: Scene): { history: StudyHistory; plan: readonly PlannedBracket[] | undefined } {
  switch (scene) {
    case "start":
      return { history: hyperbandStudy({ until: 0.015 }), plan: HYPERBAND_81 };
    case "mid":
      return { history: hyperbandStudy({ until: 0.62 }), plan: HYPERBAND_81 };
    case "finished":
      return { history: hyperbandStudy(), plan: HYPERBAND_81 };
    case "nodes500":
      return { history: hyperbandStudy({ plan: rounds(300), parallel: 8 }), plan: rounds(300) };
    case "trials10000":
      return {
        history: hyperbandStudy({ plan: rounds(10_000), parallel: 8, until: 0.9 }),
        plan: rounds(10_000),
      };
    case "random":
      return { history: randomStudy(120), plan: undefined };
    case "population":
      return { history: populationStudy(), plan: undefined };
    case "populationMid":
      return { history: populationStudy(0.5), plan: undefined };
  }
}

function insightOf(
  panel: PanelKind,
  history: StudyHistory,
  plan: readonly PlannedBracket[] | undefined,
): Extract<PanelDown, { type: "snapshot" }>["insight"] {
  switch (panel) {
    case "brackets":
      return bracketsInsight(history, plan, plan === undefined ? "" : "epochs");
    case "incumbent":
      return incumbentInsight(history);
    case "schedules":
      return schedulesInsight(history, driftingSpace, "epochs", false);
    case "surface": {
      const space = new Space(SPACE);
      const factory = new SurrogateFactory(space, { kernel: "matern52", warp: "half-rank" });
      return surfaceInsight(history, space, factory, {});
    }
  }
}

export function snapshot(
  panel: PanelKind,
  history: StudyHistory,
  plan: readonly PlannedBracket[] | undefined,
  selected?: number,
): PanelDown {
  const running = history.trials.some((trial) => trial.state === "running" || trial.state === "paused");
  return {
    type: "snapshot",
    study: studySummary(history, {
      id: "/project/train.tuning/journal.log",
      definitionPath: undefined,
      scriptPath: undefined,
      definition: undefined,
      strategy: plan === undefined ? "random" : "hyperband",
      status: running ? "running" : "finished",
      planned: plan?.reduce((sum, { rungs }) => sum + rungs.reduce((all, { size }) => all + size, 0), 0),
      scriptHash: undefined,
      revision: history.trials.length,
    }),
    insight: insightOf(panel, history, plan),
    selected,
  };
}
