import { describe, expect, it } from "vitest";
import type { PanelDown } from "../../src/protocol/panel.ts";
import { snapshot, study } from "./studies.ts";
import { tested } from "./tested.ts";

/** The schedules of a population in Chromium, under the policy that they have in VS Code. */
const view = tested("schedules");
const { history } = study("population");
const finished = snapshot("schedules", history, undefined) as Extract<PanelDown, { type: "snapshot" }>;
const insight = finished.insight as Extract<typeof finished.insight, { kind: "schedules" }>;

const { open, last } = view;

describe("the schedules panel", () => {
  it("draws a line a trial in both charts, an arrow a copy, and the way to the best", async () => {
    await open(finished);
    for (const track of ["quantity", "score"]) {
      const chart = view.panel.page.locator(`#track-${track}`);
      expect(
        await chart
          .locator(".lines_pathgroup path[aria-roledescription], .lines_pathgroup .mark-line path")
          .count(),
      ).toBe(history.trials.length);
      expect(await chart.locator(".winner_pathgroup .mark-line path").count()).toBe(1);
      expect(await chart.locator(".ends_marks path").count()).toBe(history.trials.length);
    }
    expect(await view.panel.page.locator("#track-quantity .heads_marks path").count()).toBe(
      insight.events.length,
    );
    // Their steps stand above each other.
    const left = async (track: string) =>
      (await view.panel.page.locator(`#track-${track} .winner_pathgroup`).boundingBox())!;
    const [upper, lower] = [await left("quantity"), await left("score")];
    expect(Math.abs(upper.x + upper.width - lower.x - lower.width)).toBeLessThan(3);
  });

  it("selects the trial that is clicked, marks the one that the host selects, and tells what it is", async () => {
    await open(finished);
    const ends = view.panel.page.locator("#track-quantity .ends_marks path");
    const free = await ends.evaluateAll((paths) =>
      paths.findIndex((path) => {
        const { x, y, width, height } = path.getBoundingClientRect();
        return document.elementFromPoint(x + width / 2, y + height / 2) === path;
      }),
    );
    const trial = Number(await ends.nth(free).getAttribute("data-trial"));
    await ends.nth(free).hover();
    await view.panel.page.locator("#tooltip:not([hidden])").waitFor();
    expect(await view.panel.page.locator("#tooltip").textContent()).toMatch(
      new RegExp(`#${trial} · member \\d.*val_loss.*trained.*epochs.*lr`, "s"),
    );
    await ends.nth(free).click();
    expect(await last()).toEqual({ type: "select", trial });
    await view.panel.settle();
    expect(
      await view.panel.page
        .locator("#track-score .selected_layer_0_pathgroup path, #track-score .selected_pathgroup path")
        .count(),
    ).toBeGreaterThan(0);
  });

  it("shows another parameter, and the same one after a reload", async () => {
    await open(finished);
    await view.panel.page.selectOption("#quantity", "momentum");
    await view.panel.settle();
    expect(await view.panel.page.locator("section:has(#track-quantity)").getAttribute("aria-label")).toMatch(
      /^momentum of each member/,
    );
    const state = (await view.panel.state()) as { options: { quantity: string } };
    expect(state).toMatchObject({ panel: "schedules", options: { quantity: "momentum" } });
    await view.panel.close();
    await open(finished, {
      state: { panel: "schedules", study: finished.study.id, options: { quantity: "momentum" } },
    });
    expect(await view.panel.page.locator("#quantity").inputValue()).toBe("momentum");
  });

  it("has a table behind it, and says why there is nothing to see in another study", async () => {
    await open(finished);
    await view.panel.page.click("#show-table");
    const table = view.panel.page.locator("#table");
    expect(await table.locator("thead th").allTextContents()).toEqual([
      "trial",
      "series",
      "state",
      "copy of",
      "from (epochs)",
      "to (epochs)",
      "val_loss",
      ...insight.quantities.map(({ name }) => name),
    ]);
    await view.panel.page.click("#show-table");
    await view.panel.post({ ...finished, insight: { ...insight, series: [], events: [], winner: [] } });
    await view.panel.settle();
    expect(await view.panel.page.locator("#note").textContent()).toMatch(/keep their parameters to the end/);
    expect(await view.panel.page.locator("#track-quantity").isVisible()).toBe(false);
  });
});
