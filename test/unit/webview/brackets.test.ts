import { describe, expect, it } from "vitest";
import { bracketsInsight } from "../../../src/insight/brackets.ts";
import type { BracketsInsight } from "../../../src/protocol/insight.ts";
import { collectBrackets, collectSelection, nearestSpot, ring } from "../../../webview/brackets/collect.ts";
import { collectCurves } from "../../../webview/brackets/curves.ts";
import { move } from "../../../webview/brackets/keyboard.ts";
import { FOLD_ABOVE, layoutBrackets } from "../../../webview/brackets/layout.ts";
import { pageOf } from "../../../webview/brackets/pages.ts";
import { type Scene, toneOf } from "../../../webview/brackets/scene.ts";
import { bracketsTable, spotTip } from "../../../webview/brackets/words.ts";
import { HYPERBAND_81, history, hyperbandStudy, rounds, trialOf } from "../insight/fixture.ts";

const insightOf = (until: number) => bracketsInsight(hyperbandStudy({ until }), HYPERBAND_81, "epochs");
const draw = (insight: BracketsInsight, width = 1000): Scene =>
  collectBrackets(insight, insight.brackets, width);

const FINISHED = insightOf(1);
const SCENE = draw(FINISHED);

describe("the layout", () => {
  it("puts rungs of one budget at one height, cheap above dear", () => {
    const { boxes } = layoutBrackets(FINISHED.brackets, 1000, 40);
    const heights = new Map<number, Set<number>>();
    for (const { bracket, rung, top } of boxes) {
      const { budget } = FINISHED.brackets[bracket]!.rungs[rung]!;
      heights.set(budget, (heights.get(budget) ?? new Set()).add(top));
    }
    expect([...heights.values()].every((tops) => tops.size === 1)).toBe(true);
    const tops = [...heights].sort(([a], [b]) => a - b).map(([, [top]]) => top!);
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
  });

  it.each([240, 400, 1000, 1600])("keeps all inside %i pixels and no two rungs on each other", (width) => {
    const { boxes, height } = layoutBrackets(FINISHED.brackets, width, 40);
    for (const a of boxes) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(width);
      expect(a.body + a.height).toBeLessThanOrEqual(height);
      for (const b of boxes) {
        const apart =
          a.x + a.width <= b.x ||
          b.x + b.width <= a.x ||
          a.body + a.height <= b.top ||
          b.body + b.height <= a.top;
        expect(a === b || apart).toBe(true);
      }
    }
  });

  it("folds rungs with many trials into strips", () => {
    const { boxes } = layoutBrackets(FINISHED.brackets, 1000, 40);
    expect(boxes.filter(({ isStrip }) => isStrip).map(({ bracket, rung }) => [bracket, rung])).toEqual([
      [0, 0],
    ]);
    expect(boxes.every(({ isStrip, places }) => isStrip === places > FOLD_ABOVE)).toBe(true);
  });
});

describe("the scene", () => {
  it("has one spot for each trial at each rung", () => {
    expect(SCENE.spots).toHaveLength(187);
    expect(new Set(SCENE.spots.map(({ key }) => key)).size).toBe(187);
  });

  it("has unique keys in every data set", () => {
    for (const rows of Object.values(SCENE.data)) {
      const keys = (rows as readonly { key: string }[]).map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it("sorts each rung best first, with its cut-off after the promoted ones", () => {
    const strip = SCENE.spots.filter(({ bracket, rung }) => bracket === 0 && rung === 0);
    const scores = strip.flatMap(({ node }) => (node.score === undefined ? [] : [node.score]));
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    const [cut] = SCENE.data.cuts;
    const promoted = strip.filter(({ node }) => node.state === "promoted");
    expect(Math.max(...promoted.map(({ x }) => x))).toBeLessThan(cut!.x);
    expect(strip.filter(({ node }) => node.state === "stopped").every(({ x }) => x > cut!.x)).toBe(true);
  });

  it("says in a header how many go on, at what budget, and at what score", () => {
    const texts = SCENE.data.texts.map(({ text }) => text);
    expect(texts).toContain("81 → 27 at 1 epoch");
    expect(texts).toContain("27 → 9 at 3 epochs");
    expect(texts).toContain("1 at 81 epochs");
    expect(texts).toContain("≤ 1.76");
    expect(texts).toContain("Bracket 0 · s = 4");
  });

  it("draws links as wide as the budget that was spent", () => {
    const width = (rung: number) => SCENE.data.links.find(({ link }) => link.endsWith(` 0 ${rung}`))!.width;
    expect([0, 1, 2, 3].map(width)).toEqual([0, 1, 2, 3].map(width).sort((a, b) => a - b));
    const promoted = SCENE.spots.filter(({ node }) => node.state === "promoted");
    expect(SCENE.data.links).toHaveLength(4 * promoted.length);
  });

  it("shows every state in its own way, and planned places faintly", () => {
    const { data } = draw(insightOf(0.5));
    const trials = (rows: readonly { trial?: number | null }[]) =>
      rows.filter(({ trial }) => trial !== null).length;
    expect(trials(data.running)).toBeGreaterThan(0);
    expect(trials(data.faded)).toBeGreaterThan(0);
    expect(trials(data.failed)).toBeGreaterThan(0);
    expect(data.slots.length).toBeGreaterThan(5);
    expect(draw(insightOf(0.02)).data.plannedBars.length).toBeGreaterThan(50);
  });

  it("puts the star at the incumbent's last node", () => {
    const star = SCENE.data.best.find(({ trial }) => trial !== null)!;
    expect(star.trial).toBe(FINISHED.best);
    expect(nearestSpot(SCENE, star)?.budget).toBe(81);
  });

  it("marks a selected trial at all its rungs, and its way between them", () => {
    const { rings, path } = collectSelection(SCENE, FINISHED.best);
    expect(rings).toHaveLength(5);
    expect(path).toHaveLength(16);
    expect(collectSelection(SCENE, undefined)).toEqual({ rings: [], path: [] });
  });

  it("bears what JSON makes of undefined: nulls and missing fields, and no unit", () => {
    const text = JSON.stringify({ ...insightOf(0.3), unit: "" }, (_, value: unknown) => value ?? null);
    expect(text).toContain('"cutoff":null');
    const { data } = draw(JSON.parse(text) as BracketsInsight);
    expect(data.texts.map((row) => row.text)).toContain("81 → 27 at budget 1");
    expect(data.cuts).toHaveLength(1);
  });

  it("draws nothing but the legend without brackets", () => {
    const scene = draw(bracketsInsight(history([]), undefined, ""));
    expect(scene.spots).toEqual([]);
    expect(scene.data.texts.map(({ text }) => text)).toContain("promoted");
  });
});

describe("tones", () => {
  it("run from the worst to the best whatever the goal, outliers at the end", () => {
    expect(toneOf(0.1, { best: 0.1, worst: 1 })).toBe(1);
    expect(toneOf(50, { best: 0.1, worst: 1 })).toBe(0);
    expect(toneOf(0.9, { best: 0.9, worst: 0.1 })).toBe(1);
    expect(toneOf(0.5, { best: 0.5, worst: 0.5 })).toBe(1);
  });
});

describe("arrow keys", () => {
  const at = (bracket: number, rung: number) =>
    SCENE.spots.filter((spot) => spot.bracket === bracket && spot.rung === rung);

  it("start at the first node", () => {
    expect(move(SCENE.spots, undefined, "ArrowRight")).toBe(SCENE.spots[0]);
  });

  it("go along a rung and on into the next bracket at that budget", () => {
    const last = at(0, 1).at(-1)!;
    expect(move(SCENE.spots, last, "ArrowRight")).toBe(at(1, 0)[0]);
    expect(move(SCENE.spots, at(1, 0)[0], "ArrowLeft")).toBe(last);
    expect(move(SCENE.spots, at(1, 0).at(-1), "ArrowRight")).toBeUndefined();
  });

  it("follow a trial down and up, else go to the nearest node", () => {
    const best = at(0, 0).find(({ trial }) => trial === FINISHED.best)!;
    expect(move(SCENE.spots, best, "ArrowDown")?.trial).toBe(FINISHED.best);
    const stopped = at(0, 1).at(-1)!;
    expect(move(SCENE.spots, stopped, "ArrowDown")?.rung).toBe(2);
    expect(move(SCENE.spots, stopped, "ArrowUp")?.trial).toBe(stopped.trial);
    expect(move(SCENE.spots, best, "ArrowUp")).toBeUndefined();
  });

  it("jump to the ends of a rung, and know no other keys", () => {
    expect(move(SCENE.spots, at(0, 1)[3], "Home")).toBe(at(0, 1)[0]);
    expect(move(SCENE.spots, at(0, 1)[3], "End")).toBe(at(0, 1).at(-1));
    expect(move(SCENE.spots, at(0, 1)[3], "x")).toBeUndefined();
  });
});

describe("pages", () => {
  const brackets = bracketsInsight(hyperbandStudy({ plan: rounds(600) }), rounds(600), "epochs").brackets;

  it("hold whole rounds and follow the newest bracket", () => {
    expect(brackets).toHaveLength(25);
    expect(pageOf(brackets, undefined)).toEqual({ first: 20, count: 5 });
    expect(pageOf(brackets, 12)).toEqual({ first: 10, count: 10 });
    expect(pageOf(brackets, 0)).toEqual({ first: 0, count: 10 });
  });

  it("hold the rest of a round first where the list starts within one", () => {
    expect(pageOf(brackets.slice(3), 0)).toEqual({ first: 0, count: 2 });
    expect(pageOf(brackets.slice(3), 4)).toEqual({ first: 2, count: 10 });
  });

  it("hold everything where it is little", () => {
    expect(pageOf(FINISHED.brackets, undefined)).toEqual({ first: 0, count: 5 });
    expect(pageOf([], undefined)).toEqual({ first: 0, count: 0 });
  });
});

describe("learning curves", () => {
  it("end with a mark in the trial's state", () => {
    const { data, rungs, logBudget } = collectCurves(FINISHED);
    expect(data.ends).toHaveLength(FINISHED.curves.length);
    for (const { trial, budget } of data.ends) {
      expect(budget).toBe(FINISHED.curves.find((curve) => curve.trial === trial)!.points.at(-1)!.budget);
    }
    expect([rungs, logBudget]).toEqual([[1, 3, 9, 27, 81], true]);
  });

  it("are not flattened by one that diverged", () => {
    const trials = Array.from({ length: 30 }, (_, number) =>
      trialOf(number, "complete", [
        [1, 2],
        [9, number === 0 ? 1e9 : 0.1 + number / 100],
      ]),
    );
    expect(collectCurves(bracketsInsight(history(trials), undefined, "epochs")).high).toBeLessThan(10);
  });
});

describe("words", () => {
  it("tell of a node in the digits that matter", () => {
    const spot = SCENE.spots.find(({ trial, budget }) => trial === FINISHED.best && budget === 81)!;
    expect(spotTip(spot, FINISHED)).toEqual({
      title: "★ #45 · complete",
      lines: [
        ["val_loss", "0.0605"],
        ["at", "81 epochs"],
        ["lr", "0.00271"],
        ["optimizer", "adam"],
        ["layers", "3"],
      ],
    });
    expect(ring(spot, "cursor")).toMatchObject({ trial: 45, shape: "circle" });
  });

  it("hold all in one table", () => {
    const table = bracketsTable(FINISHED);
    expect(table.rows).toHaveLength(187);
    expect(table.columns).toEqual([
      "bracket",
      "rung",
      "epochs",
      "trial",
      "state",
      "val_loss",
      "lr",
      "optimizer",
      "momentum",
      "layers",
    ]);
    expect(table.rows.every(({ cells }) => cells.length === table.columns.length)).toBe(true);
  });
});
