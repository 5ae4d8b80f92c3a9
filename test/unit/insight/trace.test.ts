import { describe, expect, it } from "vitest";
import { lastRun, MOST_TRACES, tracedTrials, traceInsight } from "../../../src/insight/trace.ts";
import type { StudyHistory, Trial } from "../../../src/journal/history.ts";
import type { ControlMessage } from "../../../src/protocol/control.ts";
import { medians, verdict } from "../../../webview/trace/collect.ts";
import { verdictText } from "../../../webview/trace/words.ts";
import { tracedInsight, tracedStudy } from "../../fixtures/tracedStudy.ts";

const history = tracedStudy();
const [first] = history.trials;

const studyOf = (trials: readonly Trial[]): StudyHistory => ({ ...history, trials });
const hello: ControlMessage = {
  type: "hello",
  protocol: 1,
  trial: 0,
  framework: "pytorch",
  optimizer: "Adam",
  rule: "adam",
};
const look = (step: number, loss: number | string): ControlMessage => ({
  type: "state",
  step,
  own: 0.1,
  rate: 0.1,
  loss,
});

describe("traces", () => {
  it("have the learning rate that each step was made with in the end, and the script's own", () => {
    const messages: ControlMessage[] = [
      hello,
      look(0, 2),
      { type: "act", step: 0, rate: 0.5 },
      look(20, "nan"),
      { type: "act", step: 20, fallback: "the loss was nan at step 20" },
      look(40, 1),
      { type: "act", step: 40 },
      { type: "crash", reason: "the engine has gone" },
    ];
    const { lines, events, quantities } = traceInsight(
      studyOf([{ ...first!, control: "policy" }]),
      new Map([[0, messages]]),
    );
    expect(lines).toEqual([
      {
        trial: 0,
        state: "complete",
        control: "policy",
        optimizer: "Adam",
        steps: [0, 20, 40],
        values: {
          rate: [0.5, 0.1, 0.1],
          own: [0.1, 0.1, 0.1],
          loss: [2, null, 1],
        },
      },
    ]);
    expect(quantities.map(({ name }) => name)).toEqual(["rate", "loss"]);
    expect(events).toEqual([
      { kind: "fallback", trial: 0, step: 20, text: "the loss was nan at step 20" },
      { kind: "left", trial: 0, step: 40, text: "the engine has gone" },
    ]);
  });

  it("under hypergradient descent have the learning rate that was moved to, and where the training was put back", () => {
    const state = (step: number, rate: number, lr: readonly (number | string)[]) =>
      ({ type: "state", step, own: 0.1, rate, loss: 1, hypergradients: { lr } }) as const;
    const insight = traceInsight(
      studyOf([{ ...first!, control: "descent" }]),
      new Map([
        [
          0,
          [
            hello,
            state(0, 0.1, []),
            { type: "act", step: 0 },
            state(4, 0.2, [-0.5, "nan", -0.1]),
            { type: "act", step: 4, rollback: "the loss was nan at step 4", rate: 0.02 },
          ],
        ],
      ]),
    );
    expect(insight.lines[0]).toMatchObject({
      control: "descent",
      values: { rate: [0.1, 0.2], own: [0.1, 0.1], hypergradient: [null, -0.3] },
    });
    expect(insight.quantities.map(({ name }) => name)).toEqual(["rate", "loss", "hypergradient"]);
    expect(insight.events).toEqual([
      { kind: "rollback", trial: 0, step: 4, text: "the loss was nan at step 4" },
    ]);
    expect(verdictText(insight)).toBe(
      "Whether hypergradient descent pays shows as soon as a training has run both ways.",
    );
  });

  it("are of a trial's last process", () => {
    expect(lastRun([hello, look(0, 1), hello, look(0, 2)])).toEqual([hello, look(0, 2)]);
    expect(lastRun([])).toEqual([]);
  });

  it("are bounded: the newest trainings, each with its first and its last step", () => {
    const trials = Array.from({ length: 40 }, (_, number) => ({ ...first!, number }));
    const many = studyOf([...trials, { ...first!, number: 40, control: undefined }]);
    const shown = tracedTrials(many);
    expect(shown).toEqual(Array.from({ length: MOST_TRACES }, (_, i) => 39 - i));
    const long = [hello, ...Array.from({ length: 5000 }, (_, step) => look(step, 1))];
    const insight = traceInsight(many, new Map(shown.map((trial) => [trial, long])));
    expect(insight.earlier).toBe(40 - MOST_TRACES);
    for (const { steps } of insight.lines) {
      expect(steps.length).toBe(240);
      expect([steps[0], steps.at(-1)]).toEqual([0, 4999]);
    }
    expect(JSON.stringify(insight).length).toBeLessThan(300_000);
  });

  it("tell of each pair which was better, whatever the goal", () => {
    const insight = tracedInsight(history);
    expect(insight.pairs.map(({ own, policy }) => [own, policy])).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
    const final = history.trials.map(({ values }) => values![0]!);
    expect(insight.pairs.map(({ scores }) => scores)).toEqual(
      [0, 2, 4, 6].map((own) => [final[own], final[own + 1]]),
    );
    const better = [0, 2, 4, 6].filter((own) => final[own + 1]! < final[own]!).length;
    expect(verdict(insight)).toEqual({ better, of: 4 });
    expect(verdict({ ...insight, goal: "maximize" })).toEqual({ better: 4 - better, of: 4 });
    expect(verdictText(insight)).toContain(`better in ${better} of 4 pairs`);
  });

  it("leave pairs out that are not whole, and have nothing to say of none", () => {
    const insight = tracedInsight(tracedStudy(0.4));
    expect(insight.pairs.at(-1)!.scores).toEqual([null, null]);
    expect(verdict(insight).of).toBe(3);
    expect(medians({ pairs: [] })).toBeUndefined();
    expect(verdictText({ ...insight, pairs: [] })).toContain("as soon as a training has run both ways");
  });

  it("pair a trial with the one of the same configuration, in whatever order its values stand", () => {
    const trials = [
      { ...first!, number: 0, control: "own" as const, configuration: { a: 1, b: 2 } },
      { ...first!, number: 1, control: "own" as const, configuration: { a: 2, b: 2 } },
      { ...first!, number: 2, control: "policy" as const, configuration: { b: 2, a: 1 } },
      { ...first!, number: 3, control: "policy" as const, configuration: { a: 7, b: 2 } },
    ];
    expect(traceInsight(studyOf(trials), new Map()).pairs).toMatchObject([{ own: 0, policy: 2 }]);
  });
});
