import { bracketsInsight } from "../../src/insight/brackets.ts";
import { importanceInsight } from "../../src/insight/effects.ts";
import { FanovaFactory } from "../../src/insight/fanova.ts";
import { incumbentInsight } from "../../src/insight/incumbent.ts";
import { paretoInsight } from "../../src/insight/pareto.ts";
import { schedulesInsight } from "../../src/insight/schedules.ts";
import { strategyInsight } from "../../src/insight/strategy/strategy.ts";
import { studySummary } from "../../src/insight/summary.ts";
import { surfaceInsight } from "../../src/insight/surface.ts";
import type { StudyHistory } from "../../src/journal/history.ts";
import type { PanelDown, PanelKind } from "../../src/protocol/panel.ts";
import type { StrategyQuery } from "../../src/protocol/strategyInsight.ts";
import { Space } from "../../src/space/space.ts";
import { GuideFactory } from "../../src/strategies/gp/constrained.ts";
import type { PlannedBracket } from "../../src/strategies/strategy.ts";
import { driftingSpace } from "../fixtures/populationStudy.ts";
import { descendedStudy, realTimeStudy, tracedInsight, tracedStudy } from "../fixtures/tracedStudy.ts";
import {
  HYPERBAND_81,
  hyperbandStudy,
  populationStudy,
  randomStudy,
  rounds,
  SPACE,
  severalStudy,
} from "../unit/insight/fixture.ts";
import {
  ARMS,
  BUDGET,
  type Decided,
  type DecidedOptions,
  decided,
  noisyLoss,
  VALLEY,
  valleyLoss,
  valleySlopes,
} from "../unit/insight/strategyStudies.ts";

export type Scene =
  | "start"
  | "mid"
  | "finished"
  | "nodes500"
  | "trials10000"
  | "random"
  | "several"
  | "three"
  | "population"
  | "populationMid"
  | "traced"
  | "tracedMid"
  | "descended"
  | "realTime";

/** Studies whose strategy has a view of its own, and two that have none. */
export const STRATEGIES = {
  tpe: { name: "tpe", trials: 80, cut: 20 },
  bohb: { name: "bohb", trials: 150, budget: BUDGET },
  reinforce: { name: "reinforce", trials: 150 },
  bandit: { name: "bandit", spec: ARMS, trials: 200, cut: 50, lossOf: noisyLoss },
  ucb1: { name: "bandit", options: { policy: "ucb1" }, spec: ARMS, trials: 200, lossOf: noisyLoss },
  exp3: { name: "bandit", options: { policy: "exp3" }, spec: ARMS, trials: 200, lossOf: noisyLoss },
  aging: { name: "evolution", options: { population: 12 }, trials: 120 },
  de: { name: "evolution", options: { variant: "de", population: 10 }, trials: 120, cut: 10 },
  "cma-es": { name: "cma-es", spec: VALLEY, trials: 120, cut: 20, lossOf: valleyLoss },
  restarts: {
    name: "cma-es",
    spec: VALLEY,
    options: { restarts: "bipop" },
    trials: 1500,
    lossOf: valleyLoss,
  },
  chains: {
    name: "hypergradient",
    spec: VALLEY,
    trials: 40,
    cut: 4,
    parallel: 3,
    lossOf: valleyLoss,
    hypergradientsOf: valleySlopes,
  },
  silent: { name: "hypergradient", spec: VALLEY, trials: 20, lossOf: valleyLoss },
  early: { name: "tpe", trials: 80, cut: 80 },
  random: { name: "random", trials: 30 },
  hyperband: { name: "hyperband", trials: 60, budget: BUDGET },
} as const satisfies Readonly<Record<string, DecidedOptions>>;

export type StrategyScene = keyof typeof STRATEGIES;

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
    case "several":
      return { history: severalStudy(90), plan: undefined };
    case "three":
      return { history: severalStudy(60, ["minimize", "minimize", "maximize"]), plan: undefined };
    case "population":
      return { history: populationStudy(), plan: undefined };
    case "populationMid":
      return { history: populationStudy(0.5), plan: undefined };
    case "traced":
      return { history: tracedStudy(), plan: undefined };
    case "tracedMid":
      return { history: tracedStudy(0.4), plan: undefined };
    case "descended":
      return { history: descendedStudy(), plan: undefined };
    case "realTime":
      return { history: realTimeStudy(), plan: undefined };
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
    case "strategy":
      return strategyInsight(history, undefined, {});
    case "pareto":
      return paretoInsight(history);
    case "schedules":
      return schedulesInsight(history, driftingSpace, "epochs", false);
    case "trace":
      return tracedInsight(history);
    case "surface": {
      const space = new Space(SPACE);
      const factory = new GuideFactory(space, { kernel: "matern52", warp: "half-rank" });
      return surfaceInsight(history, space, factory, {});
    }
    case "importance": {
      const space = new Space(SPACE);
      return importanceInsight(history, space, new FanovaFactory(space), {});
    }
  }
}

const made = new Map<StrategyScene, Decided>();

/** The strategy view of a study that its own strategy has decided. */
export function strategySnapshot(
  scene: StrategyScene,
  query: StrategyQuery = {},
  selected?: number,
): Extract<PanelDown, { type: "snapshot" }> {
  const options: DecidedOptions = STRATEGIES[scene];
  const study = made.get(scene) ?? decided(options);
  made.set(scene, study);
  const whole = snapshot("strategy", study.history, undefined, selected);
  return {
    ...whole,
    study: {
      ...whole.study,
      strategy: options.name,
      status: options.cut === undefined ? "finished" : "running",
    },
    insight: study.look(query),
  };
}

export function snapshot(
  panel: PanelKind,
  history: StudyHistory,
  plan: readonly PlannedBracket[] | undefined,
  selected?: number,
): Extract<PanelDown, { type: "snapshot" }> {
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
