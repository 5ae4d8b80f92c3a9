import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { LearningDown } from "../../src/protocol/learning.ts";
import type { PanelDown } from "../../src/protocol/panel.ts";
import { cleanedCurve, optimizerCurve, policyCurve } from "../fixtures/learningCurve.ts";
import { bundlePanel, launch, openPanel, type PageKind } from "./harness.ts";
import { type Scene, STRATEGIES, type StrategyScene, snapshot, strategySnapshot, study } from "./studies.ts";
import type { ThemeName } from "./themes.ts";

/**
 * Pictures of the panels to look at: `node test/webview/screenshots.ts FOLDER [PANEL] [SCENE] [THEME] [WIDTH]`.
 * Ends with an error if the browser complained about anything.
 */
const [folder = "out/screenshots", onlyPanel, onlyScene, onlyTheme, onlyWidth] = process.argv.slice(2);
const PANELS: readonly PageKind[] = [
  "brackets",
  "incumbent",
  "surface",
  "importance",
  "strategy",
  "pareto",
  "schedules",
  "trace",
  "learning",
];
const SCENES: readonly (Scene | "empty")[] = [
  "empty",
  "start",
  "mid",
  "finished",
  "nodes500",
  "trials10000",
  "random",
  "several",
  "three",
  "population",
  "populationMid",
  "traced",
  "tracedMid",
  "descended",
  "realTime",
];
const THEMES: readonly ThemeName[] = ["dark", "light", "high-contrast"];
const WIDTHS = [320, 400, 700, 1000, 1400];
/** Unless others are asked for. */
const USUAL_WIDTHS = [400, 1000];

const selectedIn = (scene: string): number | undefined =>
  scene === "finished" ? 45 : scene === "several" ? 33 : undefined;
const wanted = <T extends string | number>(all: readonly T[], only: string | undefined) =>
  only === undefined || only === "all" ? all : all.filter((one) => String(one) === only);

const STRATEGY_SCENES = Object.keys(STRATEGIES) as StrategyScene[];

const LEARNING_SCENES = {
  optimizer: () => optimizerCurve(),
  optimizerMid: () => optimizerCurve(0.4),
  policy: () => policyCurve(),
  policyStart: () => policyCurve(0),
  cleaned: () => cleanedCurve(),
};

function messageOf(panel: PageKind, scene: string): PanelDown | LearningDown {
  if (scene === "empty") {
    return {
      type: "empty",
      text: "The brackets of the study will grow here while it runs.",
      button: { label: "Start study", intent: "start" },
    };
  }
  if (panel === "learning")
    return { type: "snapshot", learning: LEARNING_SCENES[scene as keyof typeof LEARNING_SCENES]() };
  if (panel === "strategy") return strategySnapshot(scene as StrategyScene, {}, 45);
  const made = study(scene as Scene);
  return snapshot(panel, made.history, made.plan, selectedIn(scene));
}

await mkdir(folder, { recursive: true });
const browser = await launch();
let complaints = 0;
for (const panel of wanted(PANELS, onlyPanel)) {
  const bundle = await bundlePanel(panel);
  console.log(
    `${panel}: ${Math.round(bundle.script.length / 1000)} kB script, ${bundle.style.length} B style`,
  );
  const scenes =
    panel === "strategy"
      ? ["empty" as const, ...STRATEGY_SCENES]
      : panel === "learning"
        ? ["empty" as const, ...Object.keys(LEARNING_SCENES)]
        : SCENES;
  for (const scene of wanted<string>(scenes, onlyScene)) {
    const message = messageOf(panel, scene);
    for (const theme of wanted(THEMES, onlyTheme)) {
      for (const width of onlyWidth === undefined ? USUAL_WIDTHS : wanted(WIDTHS, onlyWidth)) {
        const open = await openPanel(browser, bundle, { theme, width, height: 700 });
        await open.post(message);
        await open.settle();
        await open.page.screenshot({
          path: join(folder, `${panel}-${scene}-${theme}-${width}.png`),
          fullPage: true,
        });
        for (const complaint of open.complaints)
          console.error(`${panel} ${scene} ${theme} ${width}: ${complaint}`);
        complaints += open.complaints.length;
        await open.close();
      }
    }
  }
}
await browser.close();
if (complaints > 0) throw new Error(`The browser complained ${complaints} times.`);
