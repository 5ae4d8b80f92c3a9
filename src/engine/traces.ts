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

/** The traces of studies' trainings, read again only where they have grown. */
export class Traces {
  readonly #kept = new Map<string, Kept>();

  async insight(id: StudyId, history: StudyHistory): Promise<TraceInsight> {
    const traces = new Map<TrialNumber, readonly ControlMessage[]>();
    for (const trial of tracedTrials(history)) traces.set(trial, await this.#read(tracePath(id, trial)));
    return traceInsight(history, traces);
  }

  async #read(path: string): Promise<readonly ControlMessage[]> {
    const stamp = await stampOf(path);
    const kept = this.#kept.get(path);
    if (kept !== undefined && kept.stamp === stamp) return kept.messages;
    const messages = lastRun(await readTrace(path));
    this.#kept.set(path, { stamp, messages });
    return messages;
  }
}
