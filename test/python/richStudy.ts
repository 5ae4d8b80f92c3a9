import type { SpaceSpec } from "../../src/protocol/space.ts";
import type { StudyStore } from "../../src/store/store.ts";
import { openStore } from "../../src/store/studyStore.ts";

/** A parameter of each kind. */
export const SPACE: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-5, high: 1, scale: "log" },
    dropout: { type: "float", low: 0, high: 1, step: 0.3 },
    layers: { type: "int", low: 1, high: 10, step: 2 },
    width: { type: "int", low: 8, high: 512, scale: "log" },
    solver: { type: "categorical", choices: ["sgd", "ädam", null, true, 3, 0.5] },
    size: { type: "ordinal", choices: ["s", "m", "l"] },
    nesterov: { type: "boolean" },
  },
};

/** A study with a trial in every state and everything that can be recorded of one; the store is still open. */
export async function buildRichStudy(
  file: string,
  name: string,
  goals: readonly ("minimize" | "maximize")[],
): Promise<StudyStore> {
  const metricNames = goals.map((_, index) => `metric ${index}`);
  const store = await openStore(file, { create: { name, goals, metricNames } });
  store.setAttribute("tuning_fork:definition", { lr: Number.NaN, ü: [1, null] });
  let time = Date.UTC(2026, 2, 3, 4, 5, 6, 789);
  const tick = () => ++time;
  const losses = (loss: number) => goals.map((goal, index) => (goal === "minimize" ? loss : -loss) + index);
  const all = { lr: 0.01, dropout: 0.9, layers: 9, width: 64, solver: null, size: "m", nesterov: true };
  const placement = { bracket: 0, rung: 0 };
  const note = { why: "EI NaN", ei: Number.NaN };
  const start = { configuration: all, space: SPACE, budget: 3, placement, note };
  await store.startTrial({ ...start, time: tick() });
  for (const budget of [1 / 3, 1, 3]) {
    store.record({ type: "reported", trial: 0, budget, losses: losses(1 / budget), time: tick() });
  }
  store.record({ type: "reached", trial: 0, budget: 3, losses: losses(0.5), time: tick() });
  store.record({ type: "promoted", trial: 0, budget: 9, placement: { bracket: 0, rung: 1 }, time: tick() });
  store.record({
    type: "reported",
    trial: 0,
    budget: 9,
    losses: losses(Number.POSITIVE_INFINITY),
    time: tick(),
  });
  store.record({ type: "reached", trial: 0, budget: 9, losses: losses(0.25), time: tick() });
  for (const [trial, state] of [
    [1, "complete"],
    [2, "stopped"],
  ] as const) {
    const configuration = { lr: 0.1 * trial, solver: trial === 1 ? 0.5 : true };
    await store.startTrial({ ...start, configuration, note: undefined, placement: undefined, time: tick() });
    store.record({ type: "reported", trial, budget: 3, losses: losses(0.25), time: tick() });
    store.record({ type: "finished", trial, state, budget: 3, losses: losses(0.25), time: tick() });
  }
  await store.startTrial({ ...start, time: tick() });
  store.record({ type: "failed", trial: 3, reason: "CUDA out of memory", time: tick() });
  store.enqueue({ lr: 0.5, solver: null });
  store.enqueue({ lr: 0.25, solver: "sgd" });
  await store.synced();
  await store.claim(5, { ...start, configuration: { lr: 0.25, solver: "sgd" }, time: tick() });
  await store.synced();
  return store;
}
