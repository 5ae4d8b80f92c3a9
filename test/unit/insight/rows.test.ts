import { describe, expect, it } from "vitest";
import { trialRows } from "../../../src/insight/rows.ts";
import { studySummary } from "../../../src/insight/summary.ts";
import { spread, thin } from "../../../src/insight/thin.ts";
import { history, hyperbandStudy, newTrial, START, trialOf } from "./fixture.ts";

const numbers = (rows: readonly { number: number }[]) => rows.map(({ number }) => number);

const STUDY = history([
  trialOf(0, "paused", [[1, 0.1]], { configuration: { lr: 0.0031623, optimizer: "adam" } }),
  trialOf(1, "complete", [[9, 0.3]], { configuration: { lr: 0.1, optimizer: "sgd" } }),
  trialOf(2, "failed", [], {
    reason: "crashed: CUDA out of memory",
    configuration: { lr: 1, optimizer: "sgd" },
  }),
  trialOf(3, "complete", [[9, 0.2]], { configuration: { lr: 0.01, optimizer: "adam" } }),
  trialOf(4, "running", [[2, 0.4]], { budget: 9, configuration: { lr: 0.5, optimizer: "sgd" } }),
]);

describe("trialRows", () => {
  const page = (rest: Partial<Parameters<typeof trialRows>[1]>) =>
    trialRows(STUDY, { sort: "score", offset: 0, limit: 10, ...rest });

  it("sorts by score with the incumbent on top, smaller budgets after, and those without a score last", () => {
    expect(numbers(page({}).rows)).toEqual([3, 1, 0, 4, 2]);
  });

  it("sorts by number, budget and state", () => {
    expect(numbers(page({ sort: "number" }).rows)).toEqual([0, 1, 2, 3, 4]);
    expect(numbers(page({ sort: "budget" }).rows)).toEqual([1, 3, 4, 0, 2]);
    expect(numbers(page({ sort: "state" }).rows)).toEqual([4, 0, 3, 1, 2]);
  });

  it("finds every word in number, state, reason and configuration", () => {
    expect(numbers(page({ filter: "cuda" }).rows)).toEqual([2]);
    expect(numbers(page({ filter: "complete sgd" }).rows)).toEqual([1]);
    expect(numbers(page({ filter: "optimizer=adam" }).rows)).toEqual([3, 0]);
    expect(numbers(page({ filter: "3.2e-3" }).rows)).toEqual([0]);
    expect(numbers(page({ filter: "#4" }).rows)).toEqual([4]);
    expect(page({ filter: "nothing" })).toEqual({ rows: [], total: 0 });
  });

  it("puts trials that break limits after the others, says what they break, and finds them by that", () => {
    const limited = history([
      trialOf(0, "complete", [[9, 0.1]], { constraints: [0.28] }),
      trialOf(1, "complete", [[9, 0.3]], { constraints: [-0.5] }),
      trialOf(2, "failed", []),
    ]);
    const limits = [{ metric: "memory", max: 4000 }];
    const study = { ...limited, attributes: { "tuning_fork:definition": { limits } } };
    const { rows } = trialRows(study, { sort: "score", offset: 0, limit: 10 });
    expect(numbers(rows)).toEqual([1, 0, 2]);
    expect(rows.map(({ broken }) => broken)).toEqual([undefined, ["memory 5120 > 4000"], undefined]);
    const found = trialRows(study, { sort: "score", offset: 0, limit: 10, filter: "memory" });
    expect(numbers(found.rows)).toEqual([0]);
    // A study that was made elsewhere has no bounds to tell.
    const foreign = trialRows(limited, { sort: "score", offset: 0, limit: 10 }).rows[1]!;
    expect(foreign.broken).toEqual(["constraint 1 broken by 0.28"]);
  });

  it("gives one page and the number of all", () => {
    const { rows, total } = page({ sort: "number", offset: 1, limit: 2 });
    expect([numbers(rows), total]).toEqual([[1, 2], 5]);
  });

  it("shows the latest score of a running trial, its reached budget and a curve of at most 16 values", () => {
    const [row] = page({ filter: "running" }).rows;
    expect(row).toMatchObject({ score: 0.4, budget: 2, curve: [0.4] });
    const long = trialRows(hyperbandStudy(), { sort: "score", offset: 0, limit: 1 }).rows[0]!;
    expect(long.curve).toHaveLength(16);
    expect(long.curve.at(-1)).toBe(long.score);
  });
});

describe("studySummary", () => {
  const extras = {
    id: "/project/journal.log",
    definitionPath: undefined,
    scriptPath: undefined,
    definition: undefined,
    strategy: "hyperband",
    status: "running",
    planned: 187,
    scriptHash: undefined,
    revision: 3,
  } as const;

  it("counts states, and every rung that a trial was run to as a run", () => {
    const summary = studySummary(hyperbandStudy(), extras);
    expect(summary.counts).toMatchObject({ complete: 10, failed: 4, running: 0, total: 128 });
    expect(summary.done).toBe(187);
    expect(summary.best).toMatchObject({ number: 45, budget: 81 });
    expect([summary.started, summary.revision, summary.name]).toEqual([START, 3, "train"]);
    expect(summary.updated).toBeGreaterThan(START);
  });

  it("does not count what runs or waits as done", () => {
    const waiting = Object.assign(newTrial(1, {}), { state: "waiting" });
    const running = trialOf(0, "running", [[3, 0.1]], { placement: { bracket: 0, rung: 2 } });
    expect(studySummary(history([running, waiting]), extras).done).toBe(2);
  });

  it("bears an empty study", () => {
    const summary = studySummary(history([]), extras);
    expect([summary.best, summary.started, summary.updated, summary.done]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
  });
});

describe("thinning", () => {
  const list = Array.from({ length: 1_000 }, (_, index) => index);

  it("keeps first and last, within the limit", () => {
    for (const limit of [3, 10, 99, 500, 999]) {
      const kept = thin(list, limit);
      expect(kept.length).toBeLessThanOrEqual(limit);
      expect([kept[0], kept.at(-1)]).toEqual([0, 999]);
    }
    expect(thin(list, 1_000)).toBe(list);
  });

  it("keeps what it has kept while the list grows", () => {
    const before = thin(list.slice(0, 900), 100).slice(0, -1);
    expect(thin(list, 100)).toEqual(expect.arrayContaining([...before]));
  });

  it("spreads exactly as many as asked", () => {
    expect(spread(list, 16)).toHaveLength(16);
    expect(spread([1, 2], 16)).toEqual([1, 2]);
  });
});
