import fc from "fast-check";
import { encodeRecord } from "../../../src/journal/codec.ts";
import {
  eventRecords,
  type StudyPlan,
  startRecord,
  studyRecords,
  waitingRecord,
} from "../../../src/journal/compose.ts";
import type { JournalRecord } from "../../../src/journal/records.ts";
import { Replay } from "../../../src/journal/replay.ts";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import type { TrialEvent } from "../../../src/protocol/trial.ts";

export const SPACE: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-5, high: 1, scale: "log" },
    layers: { type: "int", low: 1, high: 9, step: 2 },
    solver: { type: "categorical", choices: ["sgd", "ädam", null, true, 3] },
    size: { type: "ordinal", choices: ["s", "m"] },
    nesterov: { type: "boolean" },
  },
};

/** One thing that happens in a random study; numbers pick among the trials that it can happen to. */
export type Step =
  | { readonly type: "start" | "enqueue"; readonly lr: number; readonly pick: number; readonly note: unknown }
  | { readonly type: Exclude<TrialEvent["type"], "started">; readonly pick: number; readonly loss: number };

const loss = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(Number.POSITIVE_INFINITY, -0, 0, 1e-300));
const kinds = ["promoted", "reported", "reported", "reached", "finished", "failed"] as const;

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constantFrom("start" as const, "start" as const, "enqueue" as const),
      lr: fc.double({ min: 1e-5, max: 1, noNaN: true }),
      pick: fc.nat(1000),
      note: fc.oneof(fc.constant(undefined), fc.string(), fc.constant({ ei: Number.NaN, ü: [1] })),
    }),
    fc.record({ type: fc.constantFrom(...kinds), pick: fc.nat(1000), loss }),
  ),
  { maxLength: 60 },
);

export const goals = fc.constantFrom(
  ["minimize"] as const,
  ["maximize"] as const,
  ["minimize", "maximize"] as const,
);

/** The configuration of a start; some parameters are inactive in some trials. */
export function configurationOf({ lr, pick }: { lr: number; pick: number }) {
  return {
    lr,
    layers: 1 + 2 * (pick % 5),
    ...(pick % 2 === 0 && { solver: ["sgd", "ädam", null, true, 3][pick % 5]! }),
    ...(pick % 3 === 0 && { size: pick % 6 === 0 ? "s" : "m", nesterov: pick % 4 === 0 }),
  };
}

/** What a step means for a trial, as an event; time is the step's place. */
export function eventOf(
  step: Exclude<Step, { type: "start" | "enqueue" }>,
  trial: number,
  objectives: number,
  time: number,
): Exclude<TrialEvent, { type: "started" }> {
  const budget = step.pick % 7 === 0 ? step.pick / 9 : step.pick;
  const losses = Array.from({ length: objectives }, (_, index) => step.loss / (index + 1));
  const placement = step.pick % 3 === 0 ? { placement: { bracket: step.pick % 4, rung: 1 } } : {};
  const derived = step.pick % 4 === 3 ? { hypergradients: { lr: step.pick - 500, ü: -1e-9 } } : {};
  switch (step.type) {
    case "promoted":
      return { type: "promoted", trial, budget, ...placement, time };
    case "finished":
      return {
        type: "finished",
        trial,
        state: step.pick % 2 === 0 ? "complete" : "stopped",
        budget,
        losses,
        ...derived,
        time,
      };
    case "reached":
      return { type: "reached", trial, budget, losses, ...derived, time };
    case "failed":
      return { type: "failed", trial, reason: `reason ${step.pick} "NaN"`, time };
    default:
      return { type: step.type, trial, budget, losses, time };
  }
}

export interface RandomJournal {
  readonly records: readonly JournalRecord[];
  readonly lines: readonly string[];
  /** As they were told while it was written. */
  readonly events: readonly TrialEvent[];
}

const BEGIN = Date.UTC(2026, 5, 1);

/** Writes the journal of a random study, as the store does. */
export function writeJournal(list: readonly Step[], plan: StudyPlan): RandomJournal {
  const replay = new Replay();
  const records: JournalRecord[] = [];
  const events: TrialEvent[] = [];
  const write = (more: readonly JournalRecord[]) => {
    for (const record of more) {
      records.push(record);
      replay.apply(record);
    }
  };
  write(studyRecords(plan, 0, "writer", BEGIN));
  for (const [index, step] of list.entries()) {
    const time = BEGIN + index;
    const { trials } = replay.study(0)!;
    const at = { worker: "writer", studyId: 0, trialId: replay.nextTrialId, trialNumber: trials.length };
    if ("lr" in step) {
      const configuration = configurationOf(step);
      if (step.type === "enqueue") {
        write([waitingRecord(configuration, at, time)]);
        continue;
      }
      const start = { configuration, budget: step.pick % 30, time, note: step.note };
      const placement = step.pick % 4 === 0 ? undefined : { bracket: 1, rung: step.pick };
      write([startRecord({ ...start, space: SPACE, placement }, at)]);
      events.push({ type: "started", trial: at.trialNumber, ...start, ...(placement && { placement }) });
    } else {
      const live = trials.filter((trial) => trial.state === "running" || trial.state === "paused");
      const trial = live[step.pick % live.length];
      if (trial === undefined) continue;
      const event = eventOf(step, trial.number, plan.goals.length, time);
      write(eventRecords(event, trial, plan.goals, "writer"));
      events.push(event);
    }
  }
  return { records, lines: records.map(encodeRecord), events };
}
