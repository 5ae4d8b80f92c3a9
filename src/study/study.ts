import { constraintsOf } from "../definition/limits.ts";
import { StudyAttribute } from "../journal/attributes.ts";
import type { Trial } from "../journal/history.ts";
import { type ErrorCode, TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import type { TrialStart } from "../store/store.ts";
import type { Ask } from "../strategies/strategy.ts";
import { Copies } from "./copies.ts";
import { DiskGuard } from "./diskGuard.ts";
import { type LiveState, LiveTrial } from "./liveTrial.ts";
import { type Recalled, Recorder } from "./recorder.ts";
import type { StudyEnd, StudyInput } from "./studyInput.ts";

/** The loop: asks the strategy, runs trials, records what happens, tells the strategy. */
export class Study {
  readonly #input: StudyInput;
  readonly #record: Recorder;
  readonly #disk: DiskGuard;
  readonly #copies: Copies | undefined;
  readonly #live = new Map<TrialNumber, LiveTrial>();
  readonly #slots: (TrialNumber | undefined)[];
  #ending: StudyEnd | undefined;
  #error: unknown;
  /** Trials of the journal looked at for ones that wait, and those found. */
  #scanned = 0;
  readonly #queue: TrialNumber[] = [];
  #noticed: string | undefined;
  #busy = false;
  #again = false;
  #settle: { resolve(end: StudyEnd): void; reject(error: unknown): void } | undefined;
  #cancelLimit: () => void = () => {};

  constructor(input: StudyInput) {
    this.#input = input;
    this.#record = new Recorder(input, (error) => this.#abort("internal", error));
    this.#disk = new DiskGuard(input);
    this.#copies = input.checkpoints && new Copies(input, input.checkpoints);
    this.#slots = Array.from({ length: input.parallel }, () => undefined);
  }

  /**
   * Runs until the strategy is done, a stop condition holds or `stop` is called, and every process has ended.
   * Rejects when nothing can be run or the journal cannot be written; what was recorded stays.
   */
  async run(): Promise<StudyEnd> {
    const { store, clock, time } = this.#input;
    const ended = new Promise<StudyEnd>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    store.setAttribute(StudyAttribute.state, "running");
    if (time !== undefined) this.#cancelLimit = clock.after(time * 1000, () => this.#end("time"));
    this.#readopt();
    this.#advance();
    try {
      const end = await ended;
      store.setAttribute(StudyAttribute.state, end);
      await this.#disk.untilSynced();
      return end;
    } finally {
      this.#cancelLimit();
    }
  }

  /** Ends the running processes and the run; unfinished trials go on when the study is resumed. */
  stop(): void {
    this.#end("stopped");
  }

  /** Ends one trial by hand; its last score counts, if it has one. */
  stopTrial(number: TrialNumber): void {
    const trial = this.#live.get(number);
    if (trial === undefined || trial.state === "over" || trial.state === "ending") {
      throw new TuningForkError(
        "bad-input",
        `Trial #${number} is not running.`,
        "Only running or paused trials can be stopped.",
      );
    }
    this.#retire(trial, "stopped by hand");
    this.#advance();
  }

  enqueue(configuration: Configuration): void {
    this.#input.store.enqueue(configuration);
    this.#advance();
  }

  /** Trials whose process runs now. */
  get running(): number {
    return this.#slots.filter((slot) => slot !== undefined).length;
  }

  /** Takes up trials that the journal has as unfinished: those at work are run again, those between rungs wait. */
  #readopt(): void {
    for (const trial of this.#input.store.history.trials) {
      if (trial.state !== "running" && trial.state !== "paused") continue;
      const last = trial.reports.at(-1);
      if (trial.state === "paused" && last !== undefined && trial.budget >= (this.#input.budget?.max ?? 0)) {
        // Killed between its last rung and its end: all that it had to tell is here.
        const { budget, constraints, hypergradients } = trial;
        this.#recall(trial, { state: "complete", budget, constraints, hypergradients });
      } else this.#track(trial.number, trial.configuration, last);
    }
  }

  #track(number: TrialNumber, configuration: Configuration, last?: Trial["reports"][number]): LiveTrial {
    const { objectives, limits, budget, executor, score: wanted } = this.#input;
    const known = last && { budget: last.budget, values: last.values ?? [last.value] };
    const trial = new LiveTrial({
      number,
      configuration,
      metrics: [...objectives, ...limits].map(({ metric }) => metric),
      budget,
      known,
      executor,
      spec: (target) =>
        this.#input.spec({
          trial: number,
          configuration,
          budget: target,
          slot: this.#slots.indexOf(number),
          control: this.#recorded(number).control,
        }),
      listener: {
        reported: (at, scores) => this.#record.reported(number, at, scores),
        reached: (at, scores, told) => {
          this.#record.reached(number, at, scores, told);
          this.#advance();
        },
        complete: (at, scores, told) => {
          this.#record.complete(number, at, scores, told);
          if (wanted !== undefined && this.#record.isAsGood(scores, wanted)) this.#end("score");
        },
        failed: (reason) => this.#record.failed(number, reason),
        unstartable: (message) => this.#abort("bad-definition", message),
        released: () => this.#released(trial),
      },
    });
    this.#live.set(number, trial);
    return trial;
  }

  get #now(): number {
    return this.#input.clock.now();
  }

  #released(trial: LiveTrial): void {
    const slot = this.#slots.indexOf(trial.number);
    if (slot >= 0 && !trial.holdsSlot) this.#slots[slot] = undefined;
    if (trial.state === "over") this.#live.delete(trial.number);
    this.#advance();
  }

  /** Asks and runs until there is nothing to do; never twice at once. */
  #advance(): void {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    const turn = async (): Promise<void> => {
      do {
        this.#again = false;
        for (const number of this.#input.strategy.stops()) this.#stopForStrategy(number);
        if (this.#ending === undefined) await this.#fill();
        await this.#copies?.tidy();
        this.#notice();
        this.#finishWhenQuiet();
      } while (this.#again);
    };
    turn()
      .catch((error: unknown) => this.#abort("internal", error))
      .finally(() => {
        this.#busy = false;
        if (this.#again) this.#advance();
      })
      .catch(() => {});
  }

  /** Says once what people should know. */
  #notice(): void {
    const text = this.#silentProgress() ?? this.#input.strategy.notice?.();
    if (text !== undefined && text !== this.#noticed) this.#input.noticed?.(text);
    this.#noticed = text ?? this.#noticed;
  }

  /** What to say where a trial has ended that never told how far it was. */
  #silentProgress(): string | undefined {
    const progress = this.#input.budget?.progress;
    if (progress === undefined) return undefined;
    // One that has told how far it was has a report in the journal at least.
    const ended = this.#input.store.history.trials.find(({ state }) => state === "complete");
    if (ended?.reports.length !== 0) return undefined;
    return `The script has not printed "${progress}", so nobody knows how far a trial is. Print it with the objective, such as "${progress} 3/9", or change "progress" in the definition's budget.`;
  }

  /** Gives every free slot something to do. */
  async #fill(): Promise<void> {
    try {
      let more = true;
      while (more && this.#ending === undefined && !this.#disk.blocked) more = await this.#occupyOne();
    } catch (error) {
      // A trial that cannot be recorded is not started.
      this.#disk.block(error, () => this.#advance());
    }
  }

  /** Finds one thing to run: what was begun before, what was enqueued, what the strategy asks for. */
  async #occupyOne(): Promise<boolean> {
    const slot = this.#slots.indexOf(undefined);
    if (slot >= 0 && ((await this.#rerun(slot)) || (await this.#runWaiting(slot)))) return true;
    // A trial that holds its slot at a rung needs no other to go on, so the strategy may have work all the same.
    if (slot < 0 && !this.#some("holding")) return false;
    const ask = this.#input.strategy.ask();
    switch (ask.type) {
      case "wait":
        return false;
      case "done":
        if (this.#live.size === 0) this.#end(ask.converged ? "converged" : "done");
        return false;
      case "promote":
        return this.#promote(ask, slot);
      case "run":
        if (slot >= 0) await this.#start(ask, slot);
        return slot >= 0;
    }
  }

  #some(state: LiveState): boolean {
    for (const trial of this.#live.values()) if (trial.state === state) return true;
    return false;
  }

  /** A trial that the journal has as running but that has no process: its engine was killed or stopped. */
  async #rerun(slot: number): Promise<boolean> {
    for (const live of this.#live.values()) {
      const trial = this.#recorded(live.number);
      if (live.state !== "idle" || trial.state !== "running") continue;
      await this.#occupy(slot, live, trial.budget);
      return true;
    }
    return false;
  }

  /** A configuration that was enqueued by hand, here or by another program. */
  async #runWaiting(slot: number): Promise<boolean> {
    const { store, space, budget } = this.#input;
    const { trials } = store.history;
    for (; this.#scanned < trials.length; this.#scanned++) {
      if (trials[this.#scanned]!.state === "waiting") this.#queue.push(this.#scanned);
    }
    const number = this.#queue[0];
    if (number === undefined) return false;
    const waiting = this.#recorded(number);
    const start = {
      configuration: waiting.configuration,
      space,
      budget: budget?.max ?? 0,
      placement: undefined,
      note: "enqueued by hand",
      time: this.#now,
    };
    const claimed = await store.claim(number, start);
    this.#queue.shift();
    if (claimed) await this.#begin(number, start, slot);
    return true;
  }

  async #start(ask: Extract<Ask, { type: "run" }>, slot: number): Promise<void> {
    const { configuration, budget, from, control, placement, note } = ask;
    const { space } = this.#input;
    const start = { configuration, space, budget, from, control, placement, note, time: this.#now };
    const number = await this.#input.store.startTrial(start);
    await this.#begin(number, start, slot);
  }

  async #begin(trial: TrialNumber, start: TrialStart, slot: number): Promise<void> {
    const { configuration, budget, from, control, placement, note, time } = start;
    const event: TrialEvent = {
      type: "started",
      trial,
      configuration,
      budget,
      ...(from && { from }),
      ...(control && { control }),
      ...(placement && { placement }),
      note,
      time,
    };
    this.#input.strategy.tell(event);
    this.#input.heard(event);
    await this.#occupy(slot, this.#track(trial, start.configuration), start.budget);
  }

  async #promote(ask: Extract<Ask, { type: "promote" }>, slot: number): Promise<boolean> {
    const { trial, budget, placement } = ask;
    const live = this.#live.get(trial);
    if (live === undefined) throw new Error(`the strategy promotes trial ${trial}, which is over`);
    if (live.state !== "holding" && slot < 0) return false;
    if (this.#copies !== undefined) {
      await this.#copies.keep(this.#recorded(trial));
      // It may have been stopped by hand meanwhile.
      if (!this.#isLive(live)) return true;
    }
    this.#record.emit({
      type: "promoted",
      trial,
      budget,
      ...(placement && { placement }),
      time: this.#now,
    });
    if (live.state === "holding") live.advance(budget);
    else await this.#occupy(slot, live, budget);
    return true;
  }

  #isLive(live: LiveTrial): boolean {
    return this.#ending === undefined && this.#live.get(live.number) === live;
  }

  async #occupy(slot: number, live: LiveTrial, budget: number): Promise<void> {
    this.#slots[slot] = live.number;
    if (this.#copies !== undefined) {
      const fault = await this.#copies.give(this.#recorded(live.number)).catch((error: unknown) => {
        this.#slots[slot] = undefined;
        throw error;
      });
      if (fault !== undefined && this.#isLive(live)) {
        this.#record.failed(live.number, fault);
        live.end();
        this.#live.delete(live.number);
      }
      if (!this.#isLive(live)) {
        this.#slots[slot] = undefined;
        return;
      }
    }
    live.advance(budget);
  }

  #stopForStrategy(number: TrialNumber): void {
    const live = this.#live.get(number);
    if (live === undefined) return;
    this.#retire(live, "no result", this.#input.strategy.stopReason?.(number));
  }

  /** Records the end of a trial that is not let run on, and ends its process. */
  #retire(live: LiveTrial, withoutScore: string, reason?: string): void {
    const trial = this.#recorded(live.number);
    const last = trial.reports.at(-1);
    const constraints = this.#constraintsOf(live) ?? trial.constraints;
    if (last === undefined) this.#record.failed(live.number, reason ?? withoutScore);
    else {
      const hypergradients = live.hypergradients ?? trial.hypergradients;
      this.#recall(trial, { state: "stopped", budget: last.budget, constraints, hypergradients, reason });
    }
    live.end();
    if (live.state === "over") this.#live.delete(live.number);
  }

  /** Ends a trial with its last report. */
  #recall(trial: Trial, end: Omit<Recalled, "values">): void {
    const { value, values = [value] } = trial.reports.at(-1)!;
    this.#record.recalled(trial.number, { ...end, values });
  }

  /** From what its process has printed last, where there are limits. */
  #constraintsOf({ latest }: LiveTrial): readonly number[] | undefined {
    const { limits, objectives } = this.#input;
    return limits.length === 0 || latest === undefined
      ? undefined
      : constraintsOf(limits, latest.slice(objectives.length));
  }

  #recorded(number: TrialNumber): Trial {
    const trial = this.#input.store.history.trials[number];
    if (trial === undefined) throw new Error(`trial ${number} is not in the journal`);
    return trial;
  }

  #end(why: StudyEnd): void {
    if (this.#ending !== undefined) return;
    this.#ending = why;
    const finished = why === "score" || why === "done" || why === "converged";
    for (const live of [...this.#live.values()]) {
      if (finished && live.state !== "ending" && live.state !== "over")
        this.#retire(live, "the study has ended");
      else live.end();
      if (live.state === "over") this.#live.delete(live.number);
    }
    this.#advance();
  }

  #abort(code: ErrorCode, cause: unknown): void {
    this.#error ??= cause instanceof Error ? cause : new TuningForkError(code, String(cause));
    this.#end("stopped");
  }

  #finishWhenQuiet(): void {
    if (this.#ending === undefined) {
      const quiet = [...this.#live.values()].every(
        (trial) => trial.state === "idle" || trial.state === "suspended",
      );
      if (!quiet || this.#disk.blocked) return;
      // Nothing runs, so no event can come: a strategy that waits now would wait for ever.
      const ask = this.#input.strategy.ask();
      if (ask.type === "wait") this.#end("done");
      else if (ask.type === "done") this.#end(ask.converged ? "converged" : "done");
      return;
    }
    if (this.#live.size > 0) return;
    if (this.#error !== undefined) this.#settle?.reject(this.#error);
    else this.#settle?.resolve(this.#ending);
  }
}
