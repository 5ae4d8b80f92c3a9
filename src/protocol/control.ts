import type { RateControl, TrialNumber } from "./trial.ts";

/**
 * Training ⇄ engine: one JSON object a line, over the Unix socket that the trial finds in TUNING_FORK_ATTACH. The training
 * asks, the engine answers: `hello` by `config`, `state` by `act`; either side may let go, by `crash` or `release`.
 * `docs/control.md` describes it for those who write the other end; a trial's trace has the same lines.
 */
export const CONTROL_PROTOCOL = 1;

/** A number, or, as JSON has no others, "inf", "-inf" or "nan". */
export type LooseNumber = number | string;

export interface ControlHello {
  readonly type: "hello";
  readonly protocol: number;
  readonly trial: TrialNumber;
  /** Such as "pytorch". */
  readonly framework: string;
  /** What the optimizer is called there. */
  readonly optimizer: string;
  /** The rule that a policy knows it by ("sgd", "momentum", "rmsprop", "adam"); null where no policy does. */
  readonly rule: string | null;
}

export interface ControlConfig {
  readonly type: "config";
  readonly mode: RateControl;
  /** Steps below `first` are told of, and then every `every`-th one. */
  readonly first: number;
  readonly every: number;
  /** How long the training waits for an answer before it goes on by itself. */
  readonly timeoutMs: number;
  /** Whether the changes of the losses are wanted: they cost about two passes forward each time. */
  readonly changes: boolean;
  /** Where the mode is "descent". */
  readonly descent?: DescentRule;
  /** Where the mode is "real-time". */
  readonly realTime?: RealTimeRule;
}

/**
 * Hypergradient descent (Baydin et al. 2018, with the multiplicative rule on normalised hypergradients): at every step but
 * the first, λ ← λ exp(−step · h) within the bounds, with h = −⟨g, u⟩ / (‖g‖ ‖u‖) of the gradient g and the update u = w⁻ − w
 * of the step before; where h is no number the training is put back by a step, and λ ← λ / 10. The first λ is the script's own.
 */
export interface DescentRule {
  readonly step: number;
  readonly low: number;
  readonly high: number;
}

/** Hyperparameters that real-time hypergradients move, by the names that PyTorch's optimizers give them. */
export const MOVED = ["lr", "momentum", "weight_decay"] as const;
export type Moved = (typeof MOVED)[number];

/**
 * Real-time hypergradients (Franceschi et al. 2017; with a discount below 1 MARTHE, Donini et al. 2020): Z ← m A Z + B goes
 * along with the training, and at every `update`-th step each hyperparameter moves against ⟨∂E/∂w, Z⟩ in its coordinate u,
 * the logarithm, or for a momentum that of 1 − μ: the mean σ of the signs is kept with a memory of 0.9 (bias-corrected), and
 * u ← u − step · σ. A training that goes astray puts itself back to where it was best, with half of the learning rate
 * that it had there, or less if it comes back there again; σ begins anew.
 */
export interface RealTimeRule {
  readonly step: number;
  readonly discount: number;
  readonly update: number;
  /** Least and largest value of each that is moved. Weight decay is only where the script tells of a validation loss. */
  readonly bounds: Readonly<Partial<Record<Moved, readonly [number, number]>>>;
}

/** A training step, seen at its end; what the training does not allow to see is absent. */
export interface ControlState {
  readonly type: "state";
  /** From 0. */
  readonly step: number;
  /** The learning rate that the script itself has set, and the one that the step was made with. */
  readonly own: LooseNumber;
  readonly rate: LooseNumber;
  /** Mean over the mini-batch. */
  readonly loss?: LooseNumber;
  /** s₁ and s₂ of the step-size policies: see `StepSignals`. */
  readonly logVarChange?: LooseNumber;
  readonly logVarLoss?: LooseNumber;
  /**
   * The hypergradients since the last look, this step's last, by what they are of ("lr"): the value at each step follows
   * from them. All have as many.
   */
  readonly hypergradients?: Readonly<Partial<Record<Moved, readonly LooseNumber[]>>>;
  /** What else than the learning rate the step was made with. */
  readonly values?: Readonly<Partial<Record<Exclude<Moved, "lr">, LooseNumber>>>;
  /** Where the training has put itself back since the last look. */
  readonly returns?: readonly ControlReturn[];
  /** The validation loss that moved them, where the script tells how to compute it. */
  readonly validation?: LooseNumber;
}

export interface ControlReturn {
  readonly step: number;
  /** How many of the state's hypergradients were before it. */
  readonly at: number;
  /** What it goes on with. */
  readonly values: Readonly<Partial<Record<Moved, number>>>;
  readonly why: string;
}

export interface ControlAct {
  readonly type: "act";
  readonly step: number;
  /** For this step (which is made over with it) and those up to the next answer; absent: the script's own. */
  readonly rate?: number;
  /** The parameters are put back to those with the least loss that was seen, and descent goes on from `rate`, because … */
  readonly rollback?: string;
  /** From here on the training is on its own schedule, because … */
  readonly fallback?: string;
}

/** The training lets go. */
export interface ControlCrash {
  readonly type: "crash";
  readonly reason: string;
}

/** The engine lets go. */
export interface ControlRelease {
  readonly type: "release";
  readonly reason: string;
}

export type ControlUp = ControlHello | ControlState | ControlCrash;
export type ControlDown = ControlConfig | ControlAct | ControlRelease;
export type ControlMessage = ControlUp | ControlDown;

/** The number that a message means. */
export function numberOf(value: LooseNumber): number {
  if (typeof value === "number") return value;
  if (value === "inf") return Number.POSITIVE_INFINITY;
  return value === "-inf" ? Number.NEGATIVE_INFINITY : Number.NaN;
}
