import { describe, expect, it } from "vitest";
import type { PanelDown } from "../../src/protocol/panel.ts";
import type { OpenOptions } from "./harness.ts";
import { type Scene, snapshot, study } from "./studies.ts";
import { tested } from "./tested.ts";

/** The Pareto front in Chromium, under the policy that it has in VS Code. */
const view = tested("pareto");

async function open(scene: Scene, options: OpenOptions = {}): Promise<Snapshot> {
  const message = snapshot("pareto", study(scene).history, undefined) as Snapshot;
  await view.open(message, options);
  return message;
}

type Snapshot = Extract<PanelDown, { type: "snapshot" }>;
const { last } = view;
const text = (selector: string) => view.panel.page.locator(selector).textContent();
const insightOf = ({ insight }: Snapshot) => insight as Extract<typeof insight, { kind: "pareto" }>;

describe("the Pareto panel", () => {
  it("draws every trial, the front's edge, the volume, and says what it is measured from", async () => {
    const insight = insightOf(await open("several"));
    expect(await view.panel.page.locator("#chart path[data-trial]").count()).toBe(insight.points.length);
    expect(await view.panel.page.locator("#chart .front_marks path").count()).toBe(1);
    expect(await view.panel.page.locator("#volume .volume_marks path").count()).toBe(1);
    expect(await text("#count")).toBe(
      `${insight.frontSize} of 90 complete trials on the front, 13 beyond a limit`,
    );
    expect(await text("#facts")).toContain(`front of ${insight.frontSize}`);
    expect(await text("#reference")).toMatch(/Reference point: val_loss \d.*, latency \d/);
  });

  it("selects the trial that is clicked, and writes its values on request", async () => {
    const insight = insightOf(await open("several"));
    expect(await view.panel.page.locator("#use").isDisabled()).toBe(true);
    const trial = insight.front[2]!;
    await view.panel.page.locator(`#chart path[data-trial="${trial}"]`).click();
    expect(await last()).toEqual({ type: "select", trial });
    expect(await text("#where")).toMatch(new RegExp(`^#${trial}: val_loss .* latency .* lr `));
    await view.panel.page.click("#use");
    expect(await last()).toEqual({ type: "use", trial });
    await view.panel.post({ type: "selected", trial: undefined });
    await view.panel.settle();
    expect(await view.panel.page.locator("#chart .rings_marks path").count()).toBe(0);
    expect(await view.panel.page.locator("#use").isDisabled()).toBe(true);
  });

  it("is worked with the keyboard along the front, and speaks", async () => {
    const insight = insightOf(await open("several"));
    await view.panel.page.focus("#chart");
    for (const key of ["End", "ArrowLeft", "Enter"]) await view.panel.page.keyboard.press(key);
    expect(await last()).toEqual({ type: "select", trial: insight.front.at(-2) });
    expect(await text("#announce")).toMatch(/on the front, val_loss .*, latency /);
    await view.panel.page.keyboard.press("Escape");
    expect(await view.panel.page.locator("#tooltip").isVisible()).toBe(false);
  });

  it("has pickers for more than two objectives, remembers them, and draws no edge", async () => {
    await open("three");
    expect(await view.panel.page.locator("#chart .front_marks path").count()).toBe(0);
    await view.panel.page.selectOption("#axis-x", "accuracy");
    await view.panel.settle();
    expect(await text("#chart")).toContain("accuracy (larger is better →)");
    expect(await view.panel.state()).toMatchObject({ panel: "pareto", options: { x: "accuracy" } });
    const state = await view.panel.state();
    await view.panel.close();
    await open("three", { state });
    expect(await view.panel.page.locator("#axis-x").inputValue()).toBe("accuracy");
    // The same objective on both axes moves the other one away.
    await view.panel.page.selectOption("#axis-y", "accuracy");
    await view.panel.settle();
    expect(await view.panel.page.locator("#axis-y").inputValue()).not.toBe(
      await view.panel.page.locator("#axis-x").inputValue(),
    );
  });

  it("has a table with the front first, and says so where there is one objective", async () => {
    const insight = insightOf(await open("several"));
    await view.panel.page.click("#show-table");
    const rows = view.panel.page.locator("#table tbody tr");
    expect(await rows.count()).toBe(90);
    expect(await rows.nth(insight.frontSize - 1).textContent()).toContain("on the front");
    expect(await rows.nth(insight.frontSize).textContent()).toContain("beaten by another");
    await view.panel.close();
    await open("random");
    expect(await text("#note")).toContain("one objective");
    expect(await view.panel.page.locator("#chart").isVisible()).toBe(false);
  });

  it.each([320, 1400])("fits %i pixels", async (width) => {
    await open("several", { width });
    const scrollWidth = await view.panel.page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrollWidth).toBeLessThanOrEqual(width);
  });
});
