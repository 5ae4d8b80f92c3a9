import { expect, it } from "vitest";
import { RealTimeMoves, replayRealTime } from "../../../src/learning/hypergradient/realTimeReplay.ts";
import type { ControlState, RealTimeRule } from "../../../src/protocol/control.ts";

const rule: RealTimeRule = {
  step: 0.1,
  discount: 0.98,
  update: 1,
  bounds: { lr: [1e-6, 1], momentum: [1e-3, 0.9], weight_decay: [1e-8, 0.1] },
};

it("moves each in its own coordinate against the mean of the signs, within its bounds", () => {
  const moves = new RealTimeMoves(rule, { lr: 0.01, momentum: 0.5, weight_decay: 0 });
  expect(moves.values.weight_decay).toBe(1e-8);
  moves.move({ lr: -3e-9, momentum: 7, weight_decay: 2 });
  expect(moves.values.lr).toBeCloseTo(0.01 * Math.exp(0.1), 12);
  // A hypergradient of log (1 − μ) above 0: less of that, more of μ.
  expect(moves.values.momentum).toBeCloseTo(1 - 0.5 * Math.exp(-0.1), 12);
  expect(moves.values.weight_decay).toBe(1e-8);
  moves.move({ lr: 1, momentum: 0, weight_decay: -1 });
  // The mean of a −1 and a later +1, with a memory of 0.9: (−0.09 + 0.1) ÷ 0.19.
  expect(moves.values.lr).toBeCloseTo(0.01 * Math.exp(0.1 - (0.1 * 0.01) / 0.19), 12);
});

it("every value follows again from the states and the answers, beyond what was put back by either side", () => {
  const state = (step: number, more: Partial<ControlState>): ControlState => ({
    ...{ type: "state", step, own: 0.01, rate: 0.01 },
    ...more,
  });
  const looks = [
    { state: state(0, { values: { momentum: 0.5 } }), act: { type: "act", step: 0 } },
    {
      state: state(3, {
        hypergradients: { lr: [-1, -1, -1], momentum: [0, 0, 0] },
        returns: [{ step: 2, at: 2, values: { lr: 0.005, momentum: 0.5 }, why: "…" }],
      }),
      act: { type: "act", step: 3, rollback: "…", rate: 1e-4 },
    },
    { state: state(4, { hypergradients: { lr: [1], momentum: [1] } }), act: { type: "act", step: 4 } },
  ] as const;
  const replayed = replayRealTime(rule, looks);
  const wanted = [0.01, 0.005 * Math.exp(0.1), 1e-4 * Math.exp(-0.1)];
  for (const [i, rate] of wanted.entries()) expect(replayed[i]!.lr! / rate).toBeCloseTo(1, 12);
  expect(replayed.slice(0, 2).map(({ momentum }) => momentum)).toEqual([0.5, 0.5]);
  expect(replayed[2]!.momentum).toBeCloseTo(1 - 0.5 * Math.exp(-0.1), 12);
});
