import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { StrategyInsight, StrategyQuery } from "../../src/protocol/strategyInsight.ts";
import {
  type Bundle,
  bundlePanel,
  launch,
  type OpenOptions,
  type OpenPanel,
  openPanel,
  type SentMessage,
} from "./harness.ts";
import { type StrategyScene, strategySnapshot } from "./studies.ts";

/** The strategy view in Chromium, under the policy that it has in VS Code. */
let browser: Browser;
let bundle: Bundle;
let panel: OpenPanel;

beforeAll(async () => {
  browser = await launch();
  bundle = await bundlePanel("strategy");
}, 60_000);
afterAll(() => browser?.close());
afterEach(async () => {
  expect(panel.complaints).toEqual([]);
  await panel.close();
});

async function open(scene: StrategyScene, options: OpenOptions = {}): Promise<StrategyInsight> {
  panel = await openPanel(browser, bundle, options);
  return show(scene);
}

async function show(scene: StrategyScene, query: StrategyQuery = {}): Promise<StrategyInsight> {
  const message = strategySnapshot(scene, query);
  await panel.post(message);
  await panel.settle();
  return message.insight as StrategyInsight;
}

const last = async (): Promise<SentMessage | undefined> => (await panel.sent()).at(-1);
const count = (selector: string): Promise<number> => panel.page.locator(selector).count();
const text = (selector: string) => panel.page.locator(selector).textContent();

/** The main chart of each view, and the marks in it that stand for trials. */
const MAIN = [
  ["tpe", "#density-0", ".good_marks path, .others_marks path, .running_marks path"],
  ["bandit", "#regret", ".pulls_marks path"],
  ["aging", "#population", ".alive_marks path, .dead_marks path, .failed_marks path"],
  ["cma-es", "#search", ".earlier_marks path, .newest_marks path, .running_marks path"],
  ["chains", "#chain-1", ".up_marks path, .down_marks path, .worse_marks path"],
] as const;

describe.each(MAIN)("the view of %s", (scene, chart, marks) => {
  it("selects the trial that is clicked or gone to by keyboard, and marks the one that the host selects", async () => {
    await open(scene);
    const points = panel.page.locator(chart).locator(marks);
    // One that no other covers.
    const free = await points.evaluateAll((paths) =>
      paths.findIndex((path) => {
        const { x, y, width, height } = path.getBoundingClientRect();
        return document.elementFromPoint(x + width / 2, y + height / 2) === path;
      }),
    );
    const clicked = Number(await points.nth(free).getAttribute("data-trial"));
    await points.nth(free).click();
    expect(await last()).toEqual({ type: "select", trial: clicked });
    await panel.settle();
    expect(await count(`${chart} .rings_marks path`)).toBe(1);
    await panel.post({ type: "selected", trial: undefined });
    await panel.settle();
    expect(await count(`${chart} .rings_marks path`)).toBe(0);

    // The same by keyboard alone, and a screen reader is told where it is.
    await panel.page.focus(chart);
    for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await panel.page.keyboard.press(key);
    const sent = await last();
    const trial = sent?.type === "select" ? sent.trial : undefined;
    expect(trial).toBeTypeOf("number");
    expect(await text("#announce")).toMatch(new RegExp(`^#${trial} · `));
    await panel.settle();
    expect(await count(`${chart} .cursor_marks path`)).toBe(1);
    await panel.page.keyboard.press("Escape");
    await panel.settle();
    expect(await count(`${chart} .cursor_marks path`)).toBe(0);
  });

  it("has tables behind its charts, saves itself, and fits every width", async () => {
    await open(scene);
    await panel.page.click("#show-table");
    expect(await panel.page.locator("#charts").isVisible()).toBe(false);
    const row = panel.page.locator("#table tr[data-trial]").nth(3);
    const trial = Number(await row.getAttribute("data-trial"));
    await row.press("Enter");
    expect(await last()).toEqual({ type: "select", trial });
    await panel.page.click("#show-table");
    const saved = async (format: string) => {
      await panel.page.click("#save");
      await panel.page.click(`#save-${format}`);
      await panel.page.waitForFunction(
        (wanted) => (window as unknown as { sent: { format?: string }[] }).sent.at(-1)?.format === wanted,
        format,
      );
      const message = await last();
      return message?.type === "save" ? message.content : "";
    };
    expect(await saved("svg")).toMatch(/^<svg xmlns[\s\S]*<\/svg>$/);
    expect((await saved("csv")).split("\r\n").length).toBeGreaterThan(20);
    const { datasets } = JSON.parse(await saved("json")) as { datasets: Record<string, unknown[]> };
    expect(Object.values(datasets).flat().length).toBeGreaterThan(50);
    for (const width of [320, 700, 1400]) {
      await panel.page.setViewportSize({ width, height: 800 });
      await panel.settle();
      const wide = await panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, `${width} pixels`).toBeLessThanOrEqual(0);
    }
  });
});

describe("the strategy view", () => {
  it("asks for the past, and shows what was known then", async () => {
    await open("tpe");
    await panel.page.locator("#past").fill("30");
    expect(await last()).toEqual({ type: "query", query: { at: 30 } });
    await show("tpe", { at: 30 });
    expect(await text("#past-label")).toBe("after 30 of 60");
    expect(await text("#next")).toContain("★ came next, as #");
    expect(await count("#density-0 .good_marks path")).toBe(5);
    // Another study is shown at its end.
    const other = strategySnapshot("cma-es");
    await panel.post({ ...other, study: { ...other.study, id: "/project/other.tuning/journal.log" } });
    await panel.settle();
    expect(await text("#past-label")).toBe("all 100");
    await panel.page.selectOption("#axis-y", "decay");
    expect(await last()).toEqual({ type: "query", query: { y: "decay" } });
  });

  it("follows the study again at the end of its past", async () => {
    await open("tpe");
    await panel.page.locator("#past").fill("30");

    await panel.page.locator("#past").fill("60");
    expect(await last()).toEqual({ type: "query", query: {} });
  });

  it("plays the past", async () => {
    await open("cma-es");
    await panel.page.click("#play");
    await panel.page.waitForFunction(
      () => (window as unknown as { sent: { type: string }[] }).sent.at(-1)?.type === "query",
    );
    expect(await last()).toEqual({ type: "query", query: { at: 3 } });
    await panel.page.click("#play");
    expect(await text("#play")).toBe("Play");
  });

  it("draws a section for each parameter: curves for numbers, bars for categories", async () => {
    const insight = await open("tpe");
    const parameters = insight.view === "densities" ? insight.model!.parameters : [];
    expect(await panel.page.locator(".cards h2").allTextContents()).toEqual(
      parameters.map(({ axis }) => axis.name),
    );
    expect(await count("#density-0 .goodBars_marks path")).toBe(0);
    expect(await count("#density-1 .goodBars_marks path")).toBe(2);
    expect(await count("#density-3 .goodBars_marks path")).toBe(6);
    expect(await count("#density-0 .next_marks path")).toBe(1);
  });

  it("draws an arm in every row, and its regret on a log axis where that is asked for", async () => {
    await open("bandit");
    expect(await count("#arms .means_marks path")).toBe(8);
    expect(await count("#counts .counts_marks path")).toBe(8);
    await panel.page.click("#log");
    await panel.settle();
    expect(await text("#regret")).toContain("Results (log)");
    expect(await panel.state()).toMatchObject({ options: { log: true } });
  });

  it("highlights the lineage of the selected trial", async () => {
    const insight = await open("aging");
    const points = insight.view === "population" ? insight.points : [];
    const { trial } = points.findLast(({ parents, score }) => parents.length > 0 && score !== undefined)!;
    await panel.post({ type: "selected", trial });
    await panel.settle();
    expect(await count("#population .lineage_marks line")).toBeGreaterThan(3);
  });

  it("asks for other axes and keeps them for the next window", async () => {
    await open("cma-es");
    await panel.page.selectOption("#axis-y", "decay");
    expect(await last()).toEqual({ type: "query", query: { y: "decay" } });
    const state = await panel.state();
    expect(state).toMatchObject({ panel: "strategy", options: { query: { y: "decay" } } });
    await panel.close();
    await open("cma-es", { state });
    expect(await panel.sent()).toContainEqual({ type: "query", query: { y: "decay" } });
    // Where another study is shown by now, these axes were not meant for it.
    await panel.close();
    panel = await openPanel(browser, bundle, { state: { ...(state as object), study: "/another.log" } });
    await show("cma-es");
    expect(await panel.sent()).toEqual([{ type: "ready" }]);
    expect(await count("#search .one_marks path")).toBe(1);
  });

  it("says why there is nothing to draw, and opens the panel that fits", async () => {
    await open("hyperband");
    expect(await text("#summary")).toContain("The brackets show that.");
    expect(await panel.page.locator("#controls").isVisible()).toBe(false);
    await panel.page.click("#open-brackets");
    expect(await last()).toEqual({ type: "openPanel", panel: "brackets" });
    await show("random");
    expect(await text("#summary")).toContain("no model of the score");
  });

  it("changes with the study, marks what was selected before, and says what will be here", async () => {
    panel = await openPanel(browser, bundle, {});
    await panel.post(strategySnapshot("cma-es", {}, 45));
    await panel.settle();
    expect(await count("#search .rings_marks path")).toBe(1);
    await show("early");
    expect(await count("#search")).toBe(0);
    expect(await text("#summary")).toContain("will be here");
    expect(await panel.page.locator("#legend").isVisible()).toBe(false);
  });
});
