/**
 * Writes trials into the journal given, each with its process's mark, and prints the number of each once it
 * is on the disk: `node writer.ts journal mark count`. Run by concurrency.test.ts and, with Optuna beside it,
 * by the Python tests.
 */
import { openStore } from "../../../src/store/studyStore.ts";

const [file = "", mark = "", count = ""] = process.argv.slice(2);
const create = { name: "study", goals: ["minimize"], metricNames: ["loss"] } as const;
const space = { parameters: { x: { type: "float", low: 0, high: 1e9 } } } as const;
const store = await openStore(file, { create });
for (let index = 0; index < Number(count); index++) {
  const x = Number(mark) * 1e6 + index;
  const start = {
    configuration: { x },
    space,
    budget: 1,
    placement: undefined,
    note: undefined,
    time: Date.now(),
  };
  const trial = await store.startTrial(start);
  store.record({ type: "reported", trial, budget: 1, losses: [x], time: Date.now() });
  if (index % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  store.record({ type: "finished", state: "complete", trial, budget: 1, losses: [x], time: Date.now() });
  if (index % 5 === 0) await store.synced();
  else await new Promise((resolve) => setImmediate(resolve));
  process.stdout.write(`${trial} ${x}\n`);
}
await store.close();
