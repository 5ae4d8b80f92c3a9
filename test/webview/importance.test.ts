import { describe, expect, it } from "vitest";
import { importanceInsight } from "../../src/insight/effects.ts";
import { FanovaFactory } from "../../src/insight/fanova.ts";
import type { ImportanceQuery } from "../../src/protocol/insight.ts";
import type { PanelDown, PanelUp } from "../../src/protocol/panel.ts";
import { Space } from "../../src/space/space.ts";
import { SPACE } from "../unit/insight/fixture.ts";
import { snapshot, study } from "./studies.ts";
import { tested } from "./tested.ts";

/** The importance panel in Chromium, under the policy that it has in VS Code. */
const view = tested("importance");
const { history, plan } = study("random");
const base = snapshot("importance", history, plan) as Extract<PanelDown, { type: "snapshot" }>;
const space = new Space(SPACE);
const factory = new FanovaFactory(space);
const insightOf = (query: ImportanceQuery) => importanceInsight(history, space, factory, query);
const showing = (query: ImportanceQuery) => ({ ...base, insight: insightOf(query) });

const { open, last } = view;

describe("the importance panel", () => {
  it("draws two bars a parameter, the pairs, and the effect of the most important one with its trials", async () => {
    await open(base);
    const insight = insightOf({});
    expect(await view.panel.page.locator("#bars-chart .bars_marks path").count()).toBe(
      2 * insight.parameters.length,
    );
    const pairs = insight.pairs.filter(({ share }) => share >= 0.005).length;
    expect(pairs).toBeGreaterThan(0);
    expect(await view.panel.page.locator("#pairs-chart .pairs_marks path").count()).toBe(pairs);
    expect(await view.panel.page.locator("#effect-title").textContent()).toBe("Effect of lr on val_loss");
    const effect = view.panel.page.locator("#effect-chart");
    expect(await effect.locator(".points_marks path").count()).toBe(insight.points.length - 1);
    expect(await effect.locator(".best_marks path").count()).toBe(1);
    expect(await view.panel.page.locator("#source").textContent()).toMatch(
      /^From 113 scored trials\. Three and more/,
    );
  });

  it("asks for the effect of the bar that is clicked, and of the pair", async () => {
    await open(base);
    const insight = insightOf({});
    await view.panel.page.locator("#bars-chart .bars_marks path").nth(2).click({ force: true });
    const asked = (await last()) as Extract<PanelUp, { type: "query" }>;
    expect(asked.type).toBe("query");
    expect(insight.parameters.map(({ name }) => name)).toContain(asked.query.x);
    expect(asked.query.y).toBeUndefined();
    await view.panel.page.locator("#pairs-chart .pairs_marks path").first().click();
    const { x, y } = insight.pairs[0]!;
    expect(await last()).toEqual({ type: "query", query: { x, y } });
    expect(await view.panel.state()).toMatchObject({ panel: "importance", options: { query: { x, y } } });
  });

  it("asks by the pickers too, and for the same again after a reload", async () => {
    await open(base);
    await view.panel.page.selectOption("#effect-x", "momentum");
    expect(await last()).toEqual({ type: "query", query: { x: "momentum" } });
    await view.panel.page.selectOption("#effect-y", "layers");
    expect(await last()).toEqual({ type: "query", query: { x: "momentum", y: "layers" } });
    await view.panel.page.selectOption("#effect-x", "layers");
    expect(await last()).toEqual({ type: "query", query: { x: "layers" } });
    await view.panel.close();
    const query = { x: "lr", y: "layers" };
    await open(base, { state: { panel: "importance", study: base.study.id, options: { query } } });
    expect((await view.panel.sent()).slice(0, 2)).toEqual([{ type: "ready" }, { type: "query", query }]);
  });

  it("draws the effect of two as a map, and tells a cell's numbers", async () => {
    await open(showing({ x: "lr", y: "layers" }));
    const insight = insightOf({ x: "lr", y: "layers" });
    const cells = view.panel.page.locator("#effect-chart .cells_marks path");
    expect(await cells.count()).toBe(insight.effect!.mean.length);
    await cells.nth(5).hover({ position: { x: 2, y: 2 } });
    await view.panel.page.locator("#tooltip:not([hidden])").waitFor();
    expect(await view.panel.page.locator("#tooltip").textContent()).toMatch(
      /lr .*layers 1.*mean val_loss.* ± /s,
    );
    expect(await view.panel.page.locator("#effect-y").inputValue()).toBe("layers");
  });

  it("says what the score is where a parameter is inactive", async () => {
    await open(showing({ x: "momentum" }));
    expect(await view.panel.page.locator("#effect-note").textContent()).toMatch(
      /dashed: val_loss \d.* where momentum is inactive/,
    );
  });

  it("selects the trial that is clicked, and marks the one that the host selects", async () => {
    await open(base);
    const points = view.panel.page.locator("#effect-chart .points_marks path");
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
    expect(await view.panel.page.locator("#effect-chart .rings_marks path").count()).toBe(1);
  });

  it("has all shares in its table", async () => {
    await open(base);
    await view.panel.page.click("#show-table");
    const insight = insightOf({});
    const rows = view.panel.page.locator("#table tbody tr");
    expect(await rows.count()).toBe(insight.parameters.length + insight.pairs.length);
    expect(await rows.first().textContent()).toMatch(/^lr0\.9/);
  });

  it("says so while there are too few scores", async () => {
    const insight = { ...insightOf({}), effect: undefined, points: [], pairs: [], scored: 7 };
    await open({ ...base, insight });
    expect(await view.panel.page.locator("#note").textContent()).toBe(
      "Importance needs 10 scored trials at least; there are 7.",
    );
    expect(await view.panel.page.locator("#bars-chart").isVisible()).toBe(false);
  });

  it.each([320, 1400])("fits %i pixels", async (width) => {
    await open(base, { width });
    const wide = await view.panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });
});
