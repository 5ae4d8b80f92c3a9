import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PanelKind } from "../../src/protocol/panel.ts";
import { bundlePanel, launch, openPanel } from "./harness.ts";
import { type Scene, snapshot, study } from "./studies.ts";
import type { ThemeName } from "./themes.ts";

/**
 * Pictures of both panels to look at: `node test/webview/screenshots.ts FOLDER [PANEL] [SCENE] [THEME] [WIDTH]`.
 * Ends with an error if the browser complained about anything.
 */
const [folder = "out/screenshots", onlyPanel, onlyScene, onlyTheme, onlyWidth] = process.argv.slice(2);
const PANELS: readonly PanelKind[] = ["brackets", "incumbent", "surface", "schedules"];
const SCENES: readonly (Scene | "empty")[] = [
  "empty",
  "start",
  "mid",
  "finished",
  "nodes500",
  "trials10000",
  "random",
  "population",
  "populationMid",
];
const THEMES: readonly ThemeName[] = ["dark", "light", "high-contrast"];
const WIDTHS = [400, 1000];

const wanted = <T extends string | number>(all: readonly T[], only: string | undefined) =>
  only === undefined || only === "all" ? all : all.filter((one) => String(one) === only);

await mkdir(folder, { recursive: true });
const browser = await launch();
let complaints = 0;
for (const panel of wanted(PANELS, onlyPanel)) {
  const bundle = await bundlePanel(panel);
  console.log(
    `${panel}: ${Math.round(bundle.script.length / 1000)} kB script, ${bundle.style.length} B style`,
  );
  for (const scene of wanted(SCENES, onlyScene)) {
    const made = scene === "empty" ? undefined : study(scene);
    for (const theme of wanted(THEMES, onlyTheme)) {
      for (const width of wanted(WIDTHS, onlyWidth)) {
        const open = await openPanel(browser, bundle, { theme, width, height: 700 });
        await open.post(
          made === undefined
            ? {
                type: "empty",
                text: "The brackets of the study will grow here while it runs.",
                button: { label: "Start study", intent: "start" },
              }
            : snapshot(panel, made.history, made.plan, scene === "finished" ? 45 : undefined),
        );
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
