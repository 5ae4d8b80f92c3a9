import { describe, expect, it } from "vitest";
import type { PanelDown } from "../../src/protocol/panel.ts";
import { snapshot, study } from "./studies.ts";
import { tested } from "./tested.ts";

/** The acquisition surface in Chromium, under the policy that it has in VS Code. */
const view = tested("surface");
const { history, plan } = study("random");
const finished = snapshot("surface", history, plan) as Extract<PanelDown, { type: "snapshot" }>;
const running = { ...finished, study: { ...finished.study, status: "running" as const } };

const { open, last } = view;

describe("the surface panel", () => {
  it("draws three maps and two slices, with the trials and the next proposal on each map", async () => {
    await open(finished);
    const insight = finished.insight as Extract<typeof finished.insight, { kind: "surface" }>;
    for (const kind of ["mean", "sd", "worth"]) {
      const map = view.panel.page.locator(`#map-${kind}`);
      expect(await map.locator(".cells_marks path").count()).toBe(insight.surface!.mean.length);
      expect(await map.locator(".points_marks path").count()).toBe(insight.points.length - 1);
      expect(await map.locator(".best_marks path").count()).toBe(1);
      expect(await map.locator(".next_marks path").count()).toBe(1);
    }
    for (const axis of ["x", "y"])
      expect(await view.panel.page.locator(`#slice-${axis} svg`).count()).toBe(1);
  });

  it("selects the trial that is clicked, and marks the one that the host selects", async () => {
    await open(finished);
    const points = view.panel.page.locator("#map-mean .points_marks path");
    // One that no other covers.
    const free = await points.evaluateAll((paths) =>
      paths.findIndex((path) => {
        const { x, y, width, height } = path.getBoundingClientRect();
        return document.elementFromPoint(x + width / 2, y + height / 2) === path;
      }),
    );
    const trial = Number(await points.nth(free).getAttribute("data-trial"));
    await points.nth(free).click();
    expect(await last()).toEqual({ type: "select", trial });
    await view.panel.settle();
    expect(await view.panel.page.locator("#map-worth .rings_marks path").count()).toBe(1);
  });

  it("asks for other axes, another acquisition, the average and the past", async () => {
    await open(finished);
    await view.panel.page.selectOption("#axis-y", "layers");
    expect(await last()).toEqual({ type: "query", query: { y: "layers" } });
    await view.panel.page.selectOption("#acquisition", "pi");
    await view.panel.page.selectOption("#others", "average");
    await view.panel.page.locator("#past").fill("30");
    expect(await last()).toEqual({
      type: "query",
      query: { y: "layers", acquisition: "pi", others: "average", at: 30 },
    });
    expect(await view.panel.state()).toMatchObject({ panel: "surface", options: { query: { at: 30 } } });
    // At its end the slider follows the study again.
    await view.panel.page.locator("#past").press("End");
    expect(await last()).toEqual({
      type: "query",
      query: { y: "layers", acquisition: "pi", others: "average" },
    });
  });

  it("asks for the same again after a reload", async () => {
    const query = { x: "layers", acquisition: "ei" };
    await open(finished, { state: { panel: "surface", study: finished.study.id, options: { query } } });
    expect((await view.panel.sent()).slice(0, 2)).toEqual([{ type: "ready" }, { type: "query", query }]);
  });

  it("tells a cell's numbers, and evaluates there while the study runs", async () => {
    await open(running);
    expect(await view.panel.page.locator("#where").textContent()).toMatch(/^★ next: lr .*expected .* ± /);
    const cell = view.panel.page.locator("#map-mean .cells_marks path").nth(3);
    // Away from the trials, which stand in the middle of a category's cells.
    const position = { x: 5, y: 6 };
    await cell.hover({ position });
    await view.panel.page.locator("#tooltip:not([hidden])").waitFor();
    expect(await view.panel.page.locator("#tooltip").textContent()).toMatch(/lr .*val_loss.* ± .*log EI/s);
    await cell.click({ position });
    await view.panel.settle();
    expect(await view.panel.page.locator("#map-sd .chosen_marks path").count()).toBe(1);
    await view.panel.page.click("#evaluate");
    const insight = finished.insight as Extract<typeof finished.insight, { kind: "surface" }>;
    const { base, x, y } = insight.surface!;
    expect(await last()).toEqual({
      type: "enqueue",
      configuration: { ...base, [x.name]: x.cells[3]!.value, [y!.name]: y!.cells[0]!.value },
    });
  });

  it("evaluates nothing while the study rests", async () => {
    await open(finished);
    expect(await view.panel.page.locator("#evaluate").isDisabled()).toBe(true);
  });

  it("says so while there are too few scores", async () => {
    const { surface: _, ...rest } = finished.insight as Extract<typeof finished.insight, { kind: "surface" }>;
    await open({ ...finished, insight: { ...rest, surface: undefined } });
    expect(await view.panel.page.locator("#note").textContent()).toContain("four scored trials");
    expect(await view.panel.page.locator("#map-mean").isVisible()).toBe(false);
  });

  it.each([320, 1400])("fits %i pixels", async (width) => {
    await open(finished, { width });
    const wide = await view.panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });
});
