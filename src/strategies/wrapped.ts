import type { CheckpointSource, TrialEvent, TrialNumber } from "../protocol/trial.ts";
import type { Ask, PlannedBracket, Strategy } from "./strategy.ts";

/** A strategy that answers as another one does, but for what a subclass sees to. */
export class Wrapped implements Strategy {
  protected readonly inner: Strategy;
  readonly plan?: () => readonly PlannedBracket[];
  readonly keeps?: () => readonly CheckpointSource[];

  constructor(inner: Strategy) {
    this.inner = inner;
    // What a strategy does not have at all, what stands around it has not either.
    if (inner.plan) this.plan = () => inner.plan!();
    if (inner.keeps) this.keeps = () => inner.keeps!();
  }

  ask(): Ask {
    return this.inner.ask();
  }

  tell(event: TrialEvent): void {
    this.inner.tell(event);
  }

  stops(): readonly TrialNumber[] {
    return this.inner.stops();
  }

  stopReason(trial: TrialNumber): string | undefined {
    return this.inner.stopReason?.(trial);
  }

  notice(): string | undefined {
    return this.inner.notice?.();
  }

  planned(): number | undefined {
    return this.inner.planned?.();
  }
}
