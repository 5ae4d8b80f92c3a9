import fc from "fast-check";
import { expect, it } from "vitest";
import { compareRanked, Ranking } from "../../../src/strategies/ranking.ts";

it("stays sorted, and knows ranks, through thousands of insertions and deletions", () => {
  const operation = fc.record({
    loss: fc.integer({ min: 0, max: 50 }),
    remove: fc.boolean(),
    pick: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1500, maxLength: 3000, size: "max" }), (operations) => {
      const ranking = new Ranking<{ trial: number; loss: number }>();
      const model: { trial: number; loss: number }[] = [];
      for (const [trial, { loss, remove, pick }] of operations.entries()) {
        // Deletions follow insertions three to one, so that chunks split first and empty later.
        if (remove && pick % 3 === 0 && model.length > 0) {
          ranking.delete(model.splice(pick % model.length, 1)[0]!);
        } else {
          const item = { trial, loss };
          model.push(item);
          ranking.add(item);
        }
      }
      model.sort(compareRanked);
      expect([...ranking]).toEqual(model);
      expect(ranking.size).toBe(model.length);
      expect(ranking.best).toBe(model[0]);
      for (const [rank, item] of model.entries()) expect(ranking.rank(item)).toBe(rank);
      expect(ranking.rank({ trial: -1, loss: Number.POSITIVE_INFINITY })).toBe(model.length);
      for (const item of model) ranking.delete(item);
      expect([...ranking, ranking.size, ranking.best]).toEqual([0, undefined]);
    }),
    { numRuns: 20 },
  );
});

it("orders infinite losses by age, and takes out only what is in it", () => {
  const ranking = new Ranking<{ trial: number; loss: number }>();
  const items = [3, 1, 2].map((trial) => ({ trial, loss: Number.POSITIVE_INFINITY }));
  for (const item of items) ranking.add(item);
  expect([...ranking].map(({ trial }) => trial)).toEqual([1, 2, 3]);
  ranking.delete({ trial: 2, loss: 0 });
  expect(ranking.size).toBe(3);
});
