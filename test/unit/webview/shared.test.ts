import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { describe, expect, it } from "vitest";
import type { Drawing } from "../../../webview/shared/chart.ts";
import { specOf, toCsv } from "../../../webview/shared/export.ts";
import {
  formatBudget,
  formatConfiguration,
  formatNumber,
  formatScore,
  timeUnit,
} from "../../../webview/shared/format.ts";
import { isPanelDown } from "../../../webview/shared/guards.ts";
import { scoreSpan } from "../../../webview/shared/span.ts";
import { themeFrom } from "../../../webview/shared/theme.ts";
import { snapshot } from "../../webview/studies.ts";
import { THEMES } from "../../webview/themes.ts";
import { hyperbandStudy } from "../insight/fixture.ts";

describe("numbers", () => {
  it.each([
    [0.0712345, "0.0712"],
    [0.1 + 0.2, "0.3"],
    [0, "0"],
    [1.5e-6, "1.5e−6"],
    [-0.25, "−0.25"],
    [81, "81"],
    [999.7, "1000"],
    [12345.6, "12,346"],
    [3.2e8, "3.2e8"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NaN, "–"],
  ])("%d is %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("have their unit, in the singular where it is one", () => {
    expect([1, 9].map((budget) => formatBudget(budget, "epochs"))).toEqual(["1 epoch", "9 epochs"]);
    expect(formatBudget(9, "")).toBe("budget 9");
  });

  it("stand in configurations beside texts and switches", () => {
    expect(formatConfiguration({ lr: 0.00316227, optimizer: "adam", nesterov: true, batch: 4096 })).toBe(
      "lr 0.00316 · optimizer adam · nesterov true · batch 4,096",
    );
    expect(formatScore(null)).toBe("–");
  });

  it("are seconds, minutes, hours or days", () => {
    expect([90, 600, 8_000, 400_000].map((seconds) => timeUnit(seconds).name)).toEqual([
      "seconds",
      "minutes",
      "hours",
      "days",
    ]);
  });
});

describe("messages from the host", () => {
  const good = snapshot("brackets", hyperbandStudy({ until: 0.1 }), undefined) as object;

  it("are taken where they are whole, also after JSON", () => {
    expect(isPanelDown(good)).toBe(true);
    expect(isPanelDown(JSON.parse(JSON.stringify(good)))).toBe(true);
    expect(isPanelDown({ type: "selected" })).toBe(true);
    expect(isPanelDown({ type: "selected", trial: 3 })).toBe(true);
    expect(
      isPanelDown({ type: "empty", text: "Nothing yet.", button: { label: "Start", intent: "start" } }),
    ).toBe(true);
  });

  it.each([
    [undefined],
    ["snapshot"],
    [[]],
    [{ type: "definition" }],
    [{ type: "selected", trial: "3" }],
    [{ type: "empty" }],
    [{ ...good, insight: { kind: "parameters", parameters: [] } }],
    [{ ...good, insight: { kind: "brackets", brackets: {} } }],
    [{ ...good, study: undefined }],
  ])("are refused where they are not: %#", (message) => {
    expect(isPanelDown(message)).toBe(false);
  });
});

describe("the theme", () => {
  const read = (name: keyof typeof THEMES) => {
    const { variables, bodyClass } = THEMES[name];
    return themeFrom((variable) => variables[variable.replace("--vscode-", "")] ?? "", [bodyClass]);
  };

  it("takes VS Code's colours", () => {
    expect(read("dark")).toMatchObject({
      highContrast: false,
      background: "#1f1f1f",
      foreground: "#cccccc",
      accent: "#0078d4",
      fontSize: 11,
      state: { running: "#59a4f9", complete: "#73c991", failed: "#f14c4c" },
    });
  });

  it("quiets nothing in high contrast", () => {
    expect(read("high-contrast")).toMatchObject({ highContrast: true, quiet: "#ffffff", grid: "#6fc3df" });
  });

  it("falls back to the foreground where a theme leaves colours out", () => {
    const bare = themeFrom((variable) => (variable === "--vscode-foreground" ? "#123456" : ""), []);
    expect(new Set(Object.values(bare.state))).toEqual(new Set(["#123456"]));
  });
});

describe("the span of a score axis", () => {
  const scores = Array.from({ length: 50 }, (_, index) => 0.1 + index / 100);

  it("holds all scores", () => {
    const { low, high } = scoreSpan(scores, "minimize", false);
    expect(low).toBeLessThan(0.1);
    expect(high).toBeGreaterThan(0.59);
  });

  it("is not stretched by an outlier on the bad side, but is by one on the good side", () => {
    expect(scoreSpan([...scores, 1e6], "minimize", false).high).toBeLessThan(3);
    expect(scoreSpan([...scores, -100], "minimize", false).low).toBeLessThan(-100);
    expect(scoreSpan([...scores, -1e6], "maximize", false).low).toBeGreaterThan(-3);
  });

  it("stays positive on a log axis, and is never empty", () => {
    expect(scoreSpan([1e-8, 1, 1], "minimize", true).low).toBeGreaterThan(0);
    for (const list of [[], [0.5], [0, 0]]) {
      const { low, high } = scoreSpan(list, "minimize", false);
      expect(high).toBeGreaterThan(low);
    }
  });
});

describe("CSV", () => {
  it("quotes what needs it and keeps all digits", () => {
    const rows = [
      { trial: 1, cells: [0.123456789, 'a "b", c', undefined] },
      { trial: 2, cells: [1, true, null] },
    ];
    expect(toCsv([{ columns: ["x", "y", "z"], rows }])).toBe(
      'x,y,z\r\n0.123456789,"a ""b"", c",\r\n1,true,\r\n',
    );
  });

  it("keeps several tables apart", () => {
    const table = (title: string) => ({ title, columns: ["x"], rows: [{ trial: undefined, cells: [1] }] });
    expect(toCsv([table("Arms")])).toBe("x\r\n1\r\n");
    expect(toCsv([table("Arms"), table("Pulls")])).toBe("Arms\r\nx\r\n1\r\n\r\nPulls\r\nx\r\n1\r\n");
  });
});

describe("the spec of several charts", () => {
  const drawing = (low: number, rows: readonly { key: string; x: number }[]): Drawing => ({
    spec: {
      params: [{ name: "low", value: 0 }],
      layer: [
        {
          name: "points",
          data: { name: "points" },
          mark: "point",
          encoding: { x: { field: "x", type: "quantitative", scale: { domainMin: { expr: "low" } } } },
        },
      ],
    } as unknown as TopLevelSpec,
    data: { points: rows },
    width: 100,
    height: 50,
    params: { low },
  });
  const whole = specOf([drawing(1, [{ key: "a", x: 2 }]), drawing(5, [{ key: "b", x: 6 }])]);

  it("keeps the data and the parameters of each", () => {
    expect(whole).toMatchObject({
      datasets: { points: [{ key: "a" }], "points 2": [{ key: "b" }] },
      vconcat: [
        { layer: [{ data: { name: "points" }, encoding: { x: { scale: { domainMin: 1 } } } }] },
        { layer: [{ data: { name: "points 2" }, encoding: { x: { scale: { domainMin: 5 } } } }] },
      ],
    });
  });

  it("is one that vega-lite compiles and Vega takes", async () => {
    const view = new View(parse(compile(whole).spec));
    expect((await view.runAsync().then(() => view.toSVG())).match(/mark-symbol/g)).toHaveLength(2);
    view.finalize();
  });
});
