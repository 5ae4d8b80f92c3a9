import { lastRun, tracedTrials, traceInsight } from "../insight/trace.ts";
import type { StudyHistory } from "../journal/history.ts";
import type { ControlMessage } from "../protocol/control.ts";
import type { TraceInsight } from "../protocol/insight.ts";
import type { StudyId } from "../protocol/study.ts";
import type { TrialNumber } from "../protocol/trial.ts";
import { tracePath } from "../store/folder.ts";
import { readTrace } from "../store/traces.ts";
import { stampOf } from "./idleStudy.ts";

interface Kept {
  readonly stamp: string | undefined;
  readonly messages: readonly ControlMessage[];
}

/** The traces of a study's trainings, read again only where they have grown. Those that were drawn last are kept. */
export class Traces {
  #kept: ReadonlyMap<string, Kept> = new Map();

  async insight(id: StudyId, history: StudyHistory): Promise<TraceInsight> {
    const traces = new Map<TrialNumber, readonly ControlMessage[]>();
    const kept = new Map<string, Kept>();
    for (const trial of tracedTrials(history)) {
      const path = tracePath(id, trial);
      const read = await this.#read(path);
      kept.set(path, read);
      traces.set(trial, read.messages);
    }
    this.#kept = kept;
    return traceInsight(history, traces);
  }

  async #read(path: string): Promise<Kept> {
    const stamp = await stampOf(path);
    const kept = this.#kept.get(path);
    if (kept !== undefined && kept.stamp === stamp) return kept;
    return { stamp, messages: lastRun(await readTrace(path)) };
  }
}
