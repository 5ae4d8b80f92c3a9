import { EventEmitter } from "node:events";
import type { StudyId, StudySummary } from "../protocol/study.ts";
import type { TrialNumber } from "../protocol/trial.ts";

/** One trial of one study, selected everywhere at once. */
export interface Selection {
  readonly study: StudyId;
  readonly trial: TrialNumber;
}

interface Events {
  /** A study came, changed or went. */
  changed: [StudyId];
  selected: [Selection | undefined];
}

/** What the window knows about studies: their latest summaries and the one selection. */
export class Studies {
  readonly events = new EventEmitter<Events>();
  readonly #byId = new Map<StudyId, StudySummary>();
  #selection: Selection | undefined;

  get selection(): Selection | undefined {
    return this.#selection;
  }

  /** Running studies first, then the latest. */
  list(): readonly StudySummary[] {
    return [...this.#byId.values()].sort(
      (a, b) =>
        Number(b.status === "running") - Number(a.status === "running") ||
        (b.updated ?? 0) - (a.updated ?? 0) ||
        a.name.localeCompare(b.name),
    );
  }

  get(id: StudyId): StudySummary | undefined {
    return this.#byId.get(id);
  }

  /** The study whose values stand in this script: the latest that has any. */
  ofScript(path: string): StudySummary | undefined {
    const own = this.list().filter((study) => study.scriptPath === path);
    return own.find((study) => study.best) ?? own[0];
  }

  ofDefinition(path: string): StudySummary | undefined {
    return this.list().find((study) => study.definitionPath === path);
  }

  /** Running trials over all running studies: a journal names some as running after a killed engine too. */
  get running(): number {
    const running = this.list().filter((study) => study.status === "running");
    return running.reduce((sum, study) => sum + study.counts.running, 0);
  }

  accept(summary: StudySummary): void {
    const known = this.#byId.get(summary.id);
    if (known?.revision !== summary.revision || known.status !== summary.status) {
      this.#byId.set(summary.id, summary);
      this.events.emit("changed", summary.id);
    }
  }

  /** The whole list, as an engine tells it: what it does not name is gone. */
  replaceAll(summaries: readonly StudySummary[]): void {
    const named = new Set(summaries.map((summary) => summary.id));
    for (const id of [...this.#byId.keys()]) {
      if (!named.has(id)) {
        this.#byId.delete(id);
        this.events.emit("changed", id);
      }
    }
    for (const summary of summaries) {
      this.accept(summary);
    }
  }

  /** The engine is gone: nothing runs any more. Gives the studies that did. */
  engineDied(): readonly StudySummary[] {
    const ended = this.list().filter((study) => study.status === "running");
    for (const study of ended) {
      this.#byId.set(study.id, { ...study, status: "stopped", message: "The engine ended." });
      this.events.emit("changed", study.id);
    }
    return ended;
  }

  select(selection: Selection | undefined): void {
    if (selection?.study !== this.#selection?.study || selection?.trial !== this.#selection?.trial) {
      this.#selection = selection;
      this.events.emit("selected", selection);
    }
  }
}
