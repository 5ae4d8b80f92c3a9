import {
  type ControlAct,
  type ControlState,
  MOVED,
  type Moved,
  numberOf,
  type RealTimeRule,
} from "../../protocol/control.ts";

/** Of the running mean of signs. */
const MEMORY = 0.9;

/** u of a value, and the value of u: see `RealTimeRule`. */
const COORDINATES: Readonly<Record<Moved, { to(x: number): number; from(u: number): number }>> = {
  lr: { to: Math.log, from: Math.exp },
  momentum: { to: (x) => Math.log(1 - x), from: (u) => 1 - Math.exp(u) },
  weight_decay: { to: Math.log, from: Math.exp },
};

export type MovedValues = Readonly<Partial<Record<Moved, number>>>;

/** Where hyperparameters stand that real-time hypergradients move, as the training itself computes it. A fold over them. */
export class RealTimeMoves {
  readonly #rule: RealTimeRule;
  readonly #values: Partial<Record<Moved, number>>;
  #means: Partial<Record<Moved, number>> = {};
  #count = 0;

  /** @param start What the script has set. */
  constructor(rule: RealTimeRule, start: MovedValues) {
    this.#rule = rule;
    this.#values = { ...start };
    for (const name of this.names) this.#set(name, start[name]!);
  }

  get names(): readonly Moved[] {
    return MOVED.filter((name) => this.#values[name] !== undefined);
  }

  get values(): MovedValues {
    return { ...this.#values };
  }

  /** @param hypergradients By the coordinates. */
  move(hypergradients: MovedValues): void {
    this.#count++;
    for (const name of this.names) {
      const mean = MEMORY * (this.#means[name] ?? 0) + (1 - MEMORY) * Math.sign(hypergradients[name]!);
      this.#means[name] = mean;
      const { to, from } = COORDINATES[name];
      const step = (this.#rule.step * mean) / (1 - MEMORY ** this.#count);
      this.#set(name, from(to(this.#values[name]!) - step));
    }
  }

  /** The training was put back, to go on with these; what is not among them stays. */
  putBack(values: MovedValues): void {
    this.#means = {};
    this.#count = 0;
    for (const name of this.names) this.#set(name, values[name] ?? this.#values[name]!);
  }

  #set(name: Moved, value: number): void {
    const [low, high] = this.#rule.bounds[name]!;
    this.#values[name] = Math.min(high, Math.max(low, value));
  }
}

/** What the steps that were looked at were made with, again: from the states of a training and the answers to them. */
export function replayRealTime(
  rule: RealTimeRule,
  looks: readonly { readonly state: ControlState; readonly act: ControlAct }[],
): MovedValues[] {
  const first = looks[0]?.state;
  if (first === undefined) return [];
  // The first step is made with the script's own values, within the bounds, and those are told with it.
  const start = Object.entries(first.values ?? {}).map(([name, value]) => [name, numberOf(value)] as const);
  const moves = new RealTimeMoves(rule, { lr: numberOf(first.own), ...Object.fromEntries(start) });
  return looks.map(({ state: { hypergradients = {}, returns = [] }, act }) => {
    const count = hypergradients.lr?.length ?? 0;
    for (let i = 0; i <= count; i++) {
      for (const { at, values } of returns) if (at === i) moves.putBack(values);
      if (i === count) break;
      const at = moves.names.map((name) => [name, numberOf(hypergradients[name]![i]!)] as const);
      moves.move(Object.fromEntries(at));
    }
    const made = moves.values;
    if (act.rollback !== undefined) moves.putBack({ lr: act.rate! });
    return made;
  });
}
