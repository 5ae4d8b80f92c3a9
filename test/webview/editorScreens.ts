// Pictures of the editor in every state, theme and width: `node test/webview/editorScreens.ts FOLDER [name]`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EditorDown } from "../../src/protocol/panel.ts";
import { digits, message, mostlyOff, problem, study, whole } from "./editorFixtures.ts";
import { bundleEditor, EditorPage, launchBrowser } from "./editorHarness.ts";
import { type Theme, themes } from "./editorThemes.ts";

interface Screen {
  readonly name: string;
  readonly message: EditorDown;
  readonly themes?: readonly Theme[];
  readonly widths?: readonly number[];
  readonly height?: number;
  readonly open?: readonly string[];
  prepare?(editor: EditorPage): Promise<void>;
}

const wrong: EditorDown = message({
  problems: [
    problem("space.lr.low", "Must be greater than 0 on a log scale. Write 1e-6 or another small number."),
    problem("space.momentum.when.optimiser", 'There is no parameter "optimiser". Write "optimizer".'),
    problem("space.hidden.default", "Must lie in the range, 16 to 128."),
    problem("budget.max", "Must be at least the smallest budget, 1."),
    problem("objective.metric", "Name a metric that the script prints."),
    problem("strategy.iterations", "Must be 1 or more."),
    problem("colour", 'Unknown property "colour".', 40),
  ],
  definition: {
    ...digits,
    objective: { goal: "minimize" },
    space: { ...digits.space, lr: { ...digits.space.lr, low: 0 } as never },
  },
});

const screens: readonly Screen[] = [
  { name: "digits", message: message(), themes: Object.values(themes), widths: [1400, 1100, 680, 400] },
  {
    name: "several",
    message: message({
      definition: {
        ...digits,
        objective: [
          { metric: "val_loss", goal: "minimize" },
          { metric: "latency", goal: "minimize" },
          { metric: "", goal: "minimize" },
        ],
        limits: [{ metric: "memory", max: 4000 }],
        strategy: { name: "random" },
      },
      problems: [problem("objective[2].metric", "objective[2].metric must not be empty.")],
      study: study("finished"),
    }),
    themes: Object.values(themes),
    widths: [1100, 400],
  },
  {
    name: "running",
    message: message({ study: study("running") }),
    themes: Object.values(themes),
    widths: [1100, 400],
  },
  {
    name: "finished",
    message: message({ study: study("finished"), missing: ["dropout", "weight_decay", "warmup"] }),
  },
  {
    name: "whole",
    message: message({ definition: whole, fileName: "network.tune.json" }),
    themes: [themes.dark, themes.light],
    widths: [1400, 680, 400],
  },
  { name: "off", message: message({ definition: mostlyOff() }), widths: [1100] },
  { name: "problems", message: wrong, themes: Object.values(themes), widths: [1100, 400] },
  {
    name: "broken",
    message: message({
      definition: undefined,
      problems: [problem("", "Expected a comma or the end of the object after this value.")],
    }),
    themes: Object.values(themes),
    height: 520,
  },
  { name: "untrusted", message: message({ trusted: false }), themes: [themes.dark, themes.light] },
  {
    name: "open",
    message: message({
      definition: {
        ...digits,
        forbidden: [{ optimizer: ["sgd", "adam"], hidden: { ">=": 64 } }],
        relations: ["hidden <= batch_size"],
      },
    }),
    themes: Object.values(themes),
    widths: [1100, 400],
    open: ["when:momentum", "options", "forbidden:0"],
  },
  {
    name: "metric-list",
    message: message(),
    themes: Object.values(themes),
    async prepare({ page }) {
      await page.locator("#metric input").click();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
    },
  },
  {
    name: "strategy-list",
    message: message(),
    themes: Object.values(themes),
    async prepare({ page }) {
      await page.locator('[data-field="mode"]').click();
      await page.keyboard.press("ArrowDown");
    },
  },
  {
    name: "hover",
    message: message(),
    themes: Object.values(themes),
    async prepare({ page }) {
      await page.locator('[data-parameter="lr"] [data-field="low"] input').focus();
      await page.locator('[data-parameter="lr"] .proposed').hover();
      await page.waitForTimeout(400);
    },
  },
  {
    name: "typed-wrong",
    message: message(),
    async prepare({ page }) {
      await page.locator('[data-parameter="lr"] [data-field="high"] input').fill("big");
      await page.keyboard.press("Tab");
    },
  },
];

const [folder = "screens", only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const bundle = await bundleEditor();
const browser = await launchBrowser();
try {
  for (const screen of screens.filter(({ name }) => only === undefined || name === only)) {
    for (const theme of screen.themes ?? [themes.dark]) {
      for (const width of screen.widths ?? [1100]) {
        const { height = 760 } = screen;
        const state = { scroll: 0, open: screen.open ?? [] };
        const editor = await EditorPage.open(browser, bundle, { theme, width, height, state });
        await editor.receive(screen.message);
        await screen.prepare?.(editor);
        await editor.settle();
        const path = join(folder, `${screen.name}-${theme.name}-${width}.png`);
        await editor.page.screenshot({ path, fullPage: screen.prepare === undefined });
        for (const complaint of await editor.wrong()) {
          console.error(`${path}: ${complaint}`);
          process.exitCode = 1;
        }
        await editor.close();
      }
    }
  }
} finally {
  await browser.close();
}
