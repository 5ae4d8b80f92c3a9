import { describe, expect, it } from "vitest";
import type { PanelDown } from "../../src/protocol/panel.ts";
import { snapshot, study } from "./studies.ts";
import { tested } from "./tested.ts";

/** Trainings under a policy and under their own schedule in Chromium, under the policy that panels have in VS Code. */
const view = tested("trace");
const { history } = study("traced");
const finished = snapshot("trace", history, undefined) as Extract<PanelDown, { type: "snapshot" }>;
const insight = finished.insight as Extract<typeof finished.insight, { kind: "trace" }>;

const { open, last } = view;
const linesIn = (track: number) =>
  view.panel.page.locator(`#track-${track} .lines_pathgroup .mark-line path`);

describe("the trace panel", () => {
  it("draws the newest pair in three charts whose steps stand above each other, and says whether the policy pays", async () => {
    await open(finished);
    // The policy's, the script's own, and what the script would have set in the training under the policy.
    expect(await linesIn(0).count()).toBe(3);
    expect(await linesIn(1).count()).toBe(2);
    expect(await linesIn(2).count()).toBe(2);
    const ends = await Promise.all(
      [0, 1, 2].map(async (track) => {
        const box = await view.panel.page.locator(`#track-${track} .cursor_marks`).boundingBox();
        return box!.x;
      }),
    );
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(2);
    expect(await view.panel.page.locator("#verdict").textContent()).toMatch(
      /better in \d of 4 pairs; medians/,
    );
  });

  it("shows another pair, all of them, the other signal, and the same after a reload", async () => {
    await open(finished);
    await view.panel.page.selectOption("#pair", "all");
    await view.panel.page.selectOption("#signal", "spread");
    await view.panel.settle();
    expect(await linesIn(1).count()).toBe(insight.lines.length);
    expect(await view.panel.page.locator("section:has(#track-2)").getAttribute("aria-label")).toMatch(/^s₂/);
    const state = (await view.panel.state()) as { options: Record<string, unknown> };
    expect(state).toMatchObject({ panel: "trace", options: { picked: "all", signal: "spread" } });
    await view.panel.close();
    await open(finished, { state: { panel: "trace", study: finished.study.id, options: state.options } });
    expect(await view.panel.page.locator("#pair").inputValue()).toBe("all");
    expect(await view.panel.page.locator("#signal").inputValue()).toBe("spread");
    await view.panel.page.selectOption("#pair", "3");
    await view.panel.settle();
    expect(await linesIn(1).count()).toBe(2);
    expect(await view.panel.page.locator("#readout tr").allTextContents()).toEqual([
      expect.stringContaining("learning rate"),
      expect.stringContaining("#2 own schedule"),
      expect.stringContaining("#3 under the policy"),
    ]);
  });

  it("moves through time: the readout tells what was known at the slider's step", async () => {
    await open(finished);
    const line = insight.lines.find(({ trial }) => trial === 7)!;
    await view.panel.page.locator("#past").fill("100");
    await view.panel.settle();
    const at = line.steps.findLastIndex((step) => step <= 100);
    const cells = await view.panel.page.locator("#readout tr:last-child td").allTextContents();
    expect(Number(cells[1])).toBeCloseTo(line.values.rate![at]!, 3);
    expect(Number(cells[3])).toBeCloseTo(line.values.loss![at]!, 2);
    expect(await view.panel.page.locator("#past-label").textContent()).toBe("after 100 of 1,380");
  });

  it("selects the training that is clicked and tells what it is", async () => {
    await open(finished);
    const box = (await view.panel.page.locator("#track-1 .touch_marks path").nth(90).boundingBox())!;
    await view.panel.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await view.panel.page.locator("#tooltip:not([hidden])").waitFor();
    expect(await view.panel.page.locator("#tooltip").textContent()).toMatch(/#[67] · .*step.*learning rate/s);
    await view.panel.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    expect(await last()).toMatchObject({ type: "select", trial: expect.any(Number) });
    await view.panel.settle();
    expect(await view.panel.page.locator("#track-0 .selected_pathgroup .mark-line path").count()).toBe(1);
  });

  it("marks where a training was given back, and why", async () => {
    const text = "the loss was nan at step 60";
    const events = [{ kind: "fallback" as const, trial: 7, step: 60, text }];
    await open({ ...finished, insight: { ...insight, events } });
    const mark = view.panel.page.locator("#track-0 .events_marks path");
    expect(await mark.count()).toBe(1);
    await mark.hover();
    await view.panel.page.locator("#tooltip:not([hidden])").waitFor();
    expect(await view.panel.page.locator("#tooltip").textContent()).toContain(text);
  });

  it("has tables behind it, and says what it is for in a study that nobody watches", async () => {
    await open(finished);
    await view.panel.page.click("#show-table");
    const captions = await view.panel.page.locator("#table caption").allTextContents();
    expect(captions[0]).toBe("Pairs · 4 rows");
    expect(captions[1]).toMatch(/^The first 500 of/);
    await view.panel.page.click("#show-table");
    await view.panel.post({ ...finished, insight: { ...insight, lines: [], events: [], pairs: [] } });
    await view.panel.settle();
    expect(await view.panel.page.locator("#note").textContent()).toMatch(/Nobody watches/);
    expect(await view.panel.page.locator("#track-0").isVisible()).toBe(false);
  });

  it("shows hypergradient descent by its name, its hypergradient, and where the training was put back", async () => {
    await open(snapshot("trace", study("descended").history, undefined));
    expect(await view.panel.page.locator("#verdict").textContent()).toMatch(
      /^Hypergradient descent is better: val_loss 0\.13 under hypergradient descent/,
    );
    expect(await view.panel.page.locator("#legend").textContent()).toContain("under hypergradient descent");
    expect(await view.panel.page.locator("section:has(#track-2)").getAttribute("aria-label")).toMatch(
      /^hypergradient/,
    );
    expect(await linesIn(2).count()).toBe(1);
    expect(await view.panel.page.locator("#track-0 .events_marks path").count()).toBe(1);
    const head = await view.panel.page.locator("#readout th").allTextContents();
    expect(head).toEqual(["training", "learning rate", "script's own", "loss", "s₁", "s₂", "hypergradient"]);
    await view.panel.page.click("#show-table");
    expect(await view.panel.page.locator("#table table").last().textContent()).toContain("put back");
  });

  it("shows all that real-time hypergradients move, one chart at a time, and where the training put itself back", async () => {
    await open(snapshot("trace", study("realTime").history, undefined));
    expect(await view.panel.page.locator("#legend").textContent()).toContain(
      "under real-time hypergradients",
    );
    expect(await view.panel.page.locator("#verdict").textContent()).toMatch(
      /^Real-time hypergradients are better/,
    );
    const offered = await view.panel.page.locator("#signal option").allTextContents();
    expect(offered).toEqual([
      "hypergradient of log λ",
      "momentum",
      "weight decay",
      "validation loss",
      "hypergradient of log (1 − μ)",
      "hypergradient of log decay",
      expect.stringMatching(/^s₁/),
      expect.stringMatching(/^s₂/),
    ]);
    for (const name of ["momentum", "decay", "validation"]) {
      await view.panel.page.selectOption("#signal", name);
      await view.panel.settle();
      expect(await linesIn(2).count()).toBe(1);
      expect(await view.panel.page.locator("#track-2 .events_marks path").count()).toBe(1);
    }
    const head = await view.panel.page.locator("#readout th").allTextContents();
    expect(head).toContain("weight decay");
  });
});
