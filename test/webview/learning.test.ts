import { describe, expect, it } from "vitest";
import { cleanedCurve, optimizerCurve, policyCurve } from "../fixtures/learningCurve.ts";
import { tested } from "./tested.ts";

/** How something learns in Chromium, under the policy that panels have in VS Code. */
const view = tested("learning");
const { open, last } = view;
const lines = (track: number) => view.panel.page.locator(`#track-${track} .lines_pathgroup .mark-line path`);
const text = (selector: string) => view.panel.page.locator(selector).textContent();

describe("the learning panel", () => {
  it("draws what learns beside what it is compared with, one line a figure, with names at the ends", async () => {
    await open({ type: "snapshot", learning: optimizerCurve() });
    expect(await lines(0).count()).toBe(10);
    const dashed = await lines(0).evaluateAll(
      (paths) => paths.filter((path) => path.getAttribute("stroke-dasharray") === "4,3").length,
    );
    expect(dashed).toBe(7);
    const names = await view.panel.page
      .locator("#track-0 .labels_marks text, #track-0 .mark-text text")
      .allTextContents();
    expect(names).toEqual(expect.arrayContaining(["validation", "SGD", "Schedule-Free"]));
    expect(await text("#title")).toBe("Learned optimizer · optimizer.json");
    expect(await text("#facts")).toBe("digits · 1,000 of 1,000 iterations · seed 0 · finished");
    expect(await view.panel.page.locator("#stop").isHidden()).toBe(true);
  });

  it("grows while something learns, and ends it with what it has", async () => {
    await open({ type: "snapshot", learning: policyCurve(0) });
    expect(await text("#note")).toMatch(/first iteration/);
    expect(await text("#facts")).toContain("under way");
    await view.panel.post({ type: "snapshot", learning: policyCurve(0.5) });
    await view.panel.settle();
    expect(await view.panel.page.locator("#note").isHidden()).toBe(true);
    expect(await view.panel.page.locator("#tracks section:visible").count()).toBe(2);
    expect(await text("#facts")).toContain("8 of 16");
    await view.panel.page.click("#stop");
    expect(await last()).toEqual({ type: "stop" });
  });

  it("shows another curve with fewer figures, and keeps which one it was", async () => {
    await open({ type: "snapshot", learning: policyCurve() });
    await view.panel.post({ type: "snapshot", learning: optimizerCurve(0.4) });
    await view.panel.settle();
    expect(await view.panel.page.locator("#tracks section:visible").count()).toBe(1);
    expect(await view.panel.state()).toMatchObject({ panel: "learning", study: "/work/optimizer.json" });
  });

  it("has the figures and the options as tables, and says what is wrong with a file that has no curve", async () => {
    await open({ type: "snapshot", learning: policyCurve() });
    await view.panel.page.click("#show-table");
    expect(await view.panel.page.locator("#table caption").allTextContents()).toEqual([
      "Iterations · 16 rows",
      "Options · 3 rows",
    ]);
    await view.panel.post({ type: "empty", text: "/work/a.json has no learning curve." });
    expect(await text("#empty-text")).toBe("/work/a.json has no learning curve.");
  });
});

describe("cleaned labels", () => {
  it("are shown as histograms of the weights, with the worst pictures of both kinds", async () => {
    await open({ type: "snapshot", learning: cleanedCurve() });
    expect(await text("#found")).toBe(
      "Of 100 wrong labels 95 were found; of 100 right ones 8 were given up with them.",
    );
    const bars = view.panel.page.locator("#weights .mark-rect path");
    expect(await bars.count()).toBe(40);
    const headings = view.panel.page.locator("#pictures h2");
    expect(await headings.allTextContents()).toEqual([
      "Wrong labels that were kept",
      "Right labels that were given up",
    ]);
    expect(await view.panel.page.locator("#pictures canvas").count()).toBe(13);
    expect(await view.panel.page.locator("#pictures figcaption").first().textContent()).toBe("0 → 3λ 0.5");
    await view.panel.page.click("#show-table");
    expect(await view.panel.page.locator("#table caption").last().textContent()).toBe("Weights · 200 rows");
  });

  it("have nothing of that while they are being cleaned", async () => {
    const { cleaned: _, ...learning } = cleanedCurve();
    await open({ type: "snapshot", learning });
    expect(await view.panel.page.locator("#cleaned").isHidden()).toBe(true);
  });
});
