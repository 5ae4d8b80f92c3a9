import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { PanelKind } from "../../src/protocol/panel.ts";
import {
  type Bundle,
  bundlePanel,
  launch,
  type OpenOptions,
  type OpenPanel,
  openPanel,
  type SentMessage,
} from "./harness.ts";
import { type Scene, snapshot, study } from "./studies.ts";

/** Both chart panels in Chromium, under the policy that they have in VS Code. */
let browser: Browser;
const bundles = new Map<PanelKind, Bundle>();
let panel: OpenPanel;

beforeAll(async () => {
  browser = await launch();
  for (const kind of ["brackets", "incumbent"] as const) bundles.set(kind, await bundlePanel(kind));
}, 60_000);
afterAll(() => browser?.close());
afterEach(async () => {
  expect(panel.complaints).toEqual([]);
  await panel.close();
});

async function open(kind: PanelKind, scene: Scene | undefined, options: OpenOptions = {}): Promise<void> {
  panel = await openPanel(browser, bundles.get(kind)!, options);
  if (scene === undefined) return;
  const { history, plan } = study(scene);
  await panel.post(snapshot(kind, history, plan));
  await panel.settle();
}

const last = async (): Promise<SentMessage | undefined> => (await panel.sent()).at(-1);
const text = (selector: string) => panel.page.locator(selector).textContent();

describe.each(["brackets", "incumbent"] as const)("the %s panel", (kind) => {
  it("says that it listens, shows the empty state and its one button", async () => {
    await open(kind, undefined);
    expect(await panel.sent()).toEqual([{ type: "ready" }]);
    await panel.post({
      type: "empty",
      text: "Nothing yet.",
      button: { label: "Start study", intent: "start" },
    });
    await panel.page.click("#start");
    expect(await last()).toEqual({ type: "start" });
    expect(await text("#empty-text")).toBe("Nothing yet.");
    await panel.post({ type: "empty", text: "Nothing to start." });
    await panel.page.waitForSelector("#start", { state: "hidden" });
  });

  it("selects the trial that is clicked, and marks the one that the host selects", async () => {
    await open(kind, "finished");
    await panel.page.locator('#chart path[data-trial="45"]').last().click();
    expect(await last()).toEqual({ type: "select", trial: 45 });
    await panel.settle();
    const rings = panel.page.locator("#chart .rings_marks path");
    expect(await rings.count()).toBe(5);
    await panel.post({ type: "selected", trial: 0 });
    await panel.settle();
    expect(await rings.count()).toBe(1);
    await panel.post({ type: "selected", trial: undefined });
    await panel.settle();
    expect(await rings.count()).toBe(0);
  });

  it("is worked with the keyboard alone, and tells a screen reader where it is", async () => {
    await open(kind, "finished");
    await panel.page.focus("#chart");
    for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await panel.page.keyboard.press(key);
    const sent = await last();
    expect(sent?.type).toBe("select");
    const trial = sent?.type === "select" ? sent.trial : undefined;
    expect(await text("#announce")).toMatch(new RegExp(`^#${trial} · \\w.*val_loss \\d`));
    await panel.settle();
    expect(await panel.page.locator("#chart .cursor_marks path").count()).toBe(1);
    await panel.page.keyboard.press("Escape");
    await panel.settle();
    expect(await panel.page.locator("#chart .cursor_marks path").count()).toBe(0);
    expect(await panel.page.locator("#tooltip").isVisible()).toBe(false);
  });

  it("has a table behind the chart, whose rows select too", async () => {
    await open(kind, "finished");
    await panel.page.click("#show-table");
    expect(await panel.page.locator("#charts").isVisible()).toBe(false);
    expect(await panel.page.locator("#table tbody tr").count()).toBeGreaterThan(180);
    await panel.page.locator('#table tr[data-trial="45"]').first().press("Enter");
    expect(await last()).toEqual({ type: "select", trial: 45 });
    expect(await panel.page.locator('#table tr[data-trial="45"]').first().getAttribute("aria-selected")).toBe(
      "true",
    );
    await panel.page.click("#show-table");
    expect(await panel.page.locator("#chart").isVisible()).toBe(true);
  });

  it("saves itself as SVG, PNG, CSV and spec", async () => {
    await open(kind, "finished");
    const saved = async (format: string) => {
      await panel.page.click("#save");
      await panel.page.click(`#save-${format}`);
      await panel.page.waitForFunction(
        (wanted) => (window as unknown as { sent: { format?: string }[] }).sent.at(-1)?.format === wanted,
        format,
      );
      const message = await last();
      return message?.type === "save" ? message : undefined;
    };
    const svg = await saved("svg");
    expect(svg?.name).toBe(`train-${kind}.svg`);
    expect(svg?.content).toMatch(/^<svg xmlns[\s\S]*<\/svg>$/);
    expect(
      Buffer.from((await saved("png"))!.content, "base64")
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    expect((await saved("csv"))!.content.split("\r\n")[0]).toContain("trial,state");
    const spec = JSON.parse((await saved("json"))!.content) as {
      $schema: string;
      datasets: Record<string, unknown[]>;
    };
    expect(spec.$schema).toContain("vega-lite");
    expect(Object.values(spec.datasets).flat().length).toBeGreaterThan(180);
  });

  it("follows the theme", async () => {
    await open(kind, "mid", { theme: "dark" });
    const colour = () =>
      panel.page
        .locator("#chart svg")
        .evaluate((svg) => getComputedStyle(svg as unknown as Element).backgroundColor);
    expect(await colour()).toBe("rgb(31, 31, 31)");
    await panel.setTheme("light");
    await panel.settle();
    expect(await colour()).toBe("rgb(255, 255, 255)");
  });

  it("keeps its study for the next window, and ignores messages that it does not know", async () => {
    await open(kind, "mid");
    expect(await panel.state()).toMatchObject({ panel: kind, study: "/project/train.tuning/journal.log" });
    await panel.page.evaluate(() => window.postMessage({ type: "snapshot", study: 7 }, "*"));
    await panel.settle();
    expect(panel.complaints.splice(0)).toEqual([expect.stringContaining("a message it does not know")]);
    expect(await text("#title")).toBe("train · hyperband");
  });

  it("updates without making its chart anew", async () => {
    await open(kind, "start");
    await panel.page.locator("#chart svg").evaluate((svg) => Object.assign(svg, { same: true }));
    const { history, plan } = study(kind === "brackets" ? "finished" : "start");
    await panel.post(snapshot(kind, history, plan));
    await panel.settle();
    expect(
      await panel.page.locator("#chart svg").evaluate((svg) => (svg as unknown as { same?: boolean }).same),
    ).toBe(true);
  });

  it.each([320, 1400])("fits %i pixels", async (width) => {
    await open(kind, "finished", { width });
    const { scrollWidth } = await panel.page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
    }));
    expect(scrollWidth).toBeLessThanOrEqual(width);
  });
});

describe("the brackets panel alone", () => {
  it("breathes where trials run, but not under reduced motion", async () => {
    const animation = () =>
      panel.page
        .locator("#chart .running_marks path[data-trial]")
        .first()
        .evaluate((path) => getComputedStyle(path).animationName);
    await open("brackets", "mid");
    expect(await animation()).toBe("breathe");
    await panel.close();
    await open("brackets", "mid", { bodyClasses: ["vscode-reduce-motion"] });
    expect(await animation()).toBe("none");
  });

  it("pages through a long study and comes back to the newest brackets", async () => {
    await open("brackets", "nodes500");
    expect(await text(".pager .number")).toBe("Brackets 10–14 of 15");
    await panel.page.click("#page-back");
    expect(await text(".pager .number")).toBe("Brackets 0–9 of 15");
    expect(await panel.state()).toMatchObject({ options: { bracket: 9 } });
    await panel.page.click("#page-forth");
    expect(await text(".pager .number")).toBe("Brackets 10–14 of 15");
    expect(await panel.page.locator("#page-forth").isDisabled()).toBe(true);
  });

  it("says so where a strategy has no brackets", async () => {
    await open("brackets", "random");
    expect(await text("#note")).toContain("No brackets here: random");
  });
});

describe("the incumbent panel alone", () => {
  it("goes over time and to a log axis, and remembers both", async () => {
    await open("incumbent", "finished");
    await panel.page.click("label:has(#across-time)");
    await panel.page.click("#log");
    await panel.settle();
    expect(await text("#chart")).toContain("Minutes since the start");
    expect(await panel.state()).toMatchObject({ options: { across: "time", log: true } });
    const state = await panel.state();
    await panel.close();
    await open("incumbent", "finished", { state });
    expect(await panel.page.locator("#across-time").isChecked()).toBe(true);
    expect(await panel.page.locator("#log").getAttribute("aria-pressed")).toBe("true");
  });
});
