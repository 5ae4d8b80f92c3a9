import type { Value } from "../protocol/space.ts";

/** What the field knows about a hyperparameter: a range that is worth searching, by the names it goes by. */
export interface Prior {
  /** What it is called among people. */
  readonly title: string;
  /** Matches the name in snake_case. */
  readonly names: RegExp;
  readonly range: PriorRange;
  /** Narrows a name that means several things (gamma, alpha, epsilon) by what else is known. */
  readonly fits?: (hint: PriorHint) => boolean;
}

export type PriorRange =
  | {
      readonly type: "float" | "int";
      readonly low: number;
      readonly high: number;
      readonly default: number;
      readonly scale?: "log";
      /** No value lies beyond these. */
      readonly limits?: readonly [number, number];
      /** A cost, such as a width: a script that uses a value outside the range is searched around its value instead. */
      readonly size?: true;
      /** How a range on a log scale takes in a script's 0: as a linear range, or as 0 and decades. */
      readonly zero?: "linear" | "decades";
    }
  | { readonly type: "categorical" | "ordinal"; readonly choices: readonly Value[]; readonly default: Value }
  | { readonly type: "boolean"; readonly default: boolean };

export interface PriorHint {
  readonly value: Value | undefined;
  readonly help: string;
  /** The other names in the script, in snake_case. */
  readonly siblings: ReadonlySet<string>;
}

const numeric = (hint: PriorHint): number | undefined =>
  typeof hint.value === "number" ? hint.value : undefined;
const within = (low: number, high: number) => (hint: PriorHint) => {
  const value = numeric(hint);
  return value === undefined || (value >= low && value <= high);
};
const given = (low: number, high: number) => (hint: PriorHint) => {
  const value = numeric(hint);
  return value !== undefined && value >= low && value <= high;
};

const ACTIVATIONS = ["Sigmoid", "TanH", "ScaledTanH", "ELU", "ReLU", "Leaky", "Linear"];
const INITS = [
  "Constant",
  "Normal",
  "Uniform",
  "Glorot-Uniform",
  "Glorot-Normal",
  "He-Normal",
  "He-Uniform",
  "Orthogonal",
  "Sparse",
];
const SOLVERS = ["SGD", "Momentum", "Adam", "Adadelta", "Adagrad", "smorms3", "Nesterov"];
const UNIT: readonly [number, number] = [0, 1];

/**
 * Multilayer perceptrons: the space of Mendoza, Klein, Feurer, Springenberg and Hutter, "Towards
 * Automatically-Tuned Neural Networks" (AutoML workshop 2016), table 1. β1 and β2 are 1 − decay there.
 */
const NETWORK: readonly Prior[] = [
  {
    title: "batch size",
    names:
      /^(?:(?:train(?:ing)?|per_device_train)_)?(?:mini_?)?(?:batch_?size|batch|bs)$|^mini_?batch(?:_size)?$/,
    range: { type: "int", low: 32, high: 4096, default: 32, scale: "log", size: true },
  },
  {
    title: "number of updates",
    names: /^(?:(?:number_of|num|n|max)_)?updates$/,
    range: { type: "int", low: 50, high: 2500, default: 200, scale: "log" },
  },
  {
    title: "number of layers",
    names: /^(?:number_of|num|n|nb)_(?:hidden_)?(?:layers|blocks)$|^(?:hidden_)?layers$|^n_?layers?$|^depth$/,
    range: { type: "int", low: 1, high: 6, default: 1 },
  },
  {
    title: "learning rate",
    names:
      /^(?!.*(?:policy|sched|decay|factor|gamma|mult|warm|lr_step|type|name|kind))(?:.*_)?(?:lr|learning_rate|step_size|eta)(?:_init|0)?(?:_|$)/,
    fits: within(0, 10),
    range: { type: "float", low: 1e-6, high: 1, default: 1e-2, scale: "log", zero: "decades" },
  },
  {
    title: "L2 regularisation",
    names:
      /(?:^|_)(?:weight_decay|wd|l2)(?:_|$)|^(?:l2_?)?(?:reg|regulari[sz]ation|penalty)(?:_(?:strength|coef|rate|weight))?$/,
    range: { type: "float", low: 1e-7, high: 1e-2, default: 1e-4, scale: "log", zero: "decades" },
  },
  {
    title: "dropout before the output",
    names: /^drop_?out_(?:output|out|final|last|fc)$|^(?:output|out|final|last|classifier)_drop_?out$/,
    range: { type: "float", low: 0, high: 0.99, default: 0.5, limits: UNIT },
  },
  {
    title: "solver",
    names: /^(?:solver|optimi[sz]er|optim|opt)(?:_(?:name|type|kind))?$/,
    range: { type: "categorical", choices: SOLVERS, default: "smorms3" },
  },
  {
    title: "learning rate policy",
    names:
      /^(?:lr|learning_rate)_(?:policy|sched(?:uler?)?|schedule|decay_policy)(?:_type)?$|^(?:sched|scheduler)(?:_type)?$/,
    range: { type: "categorical", choices: ["Fixed", "Inv", "Exp", "Step"], default: "Fixed" },
  },
  {
    title: "β1 (as a decay rate)",
    names: /(?:^|_)(?:beta_?1|b1)$/,
    fits: given(0.2, 1),
    range: { type: "float", low: 0.5, high: 0.999, default: 0.9, limits: UNIT },
  },
  {
    title: "β2 (as a decay rate)",
    names: /(?:^|_)(?:beta_?2|b2)$/,
    fits: given(0.2, 1),
    range: { type: "float", low: 0.9, high: 0.9999, default: 0.999, limits: UNIT },
  },
  {
    title: "β1 (1 − decay rate)",
    names: /(?:^|_)beta_?1$/,
    range: { type: "float", low: 1e-4, high: 0.1, default: 0.1, scale: "log", limits: UNIT, zero: "linear" },
  },
  {
    title: "β2 (1 − decay rate)",
    names: /(?:^|_)beta_?2$/,
    range: { type: "float", low: 1e-4, high: 0.1, default: 0.1, scale: "log", limits: UNIT, zero: "linear" },
  },
  {
    title: "ρ",
    names: /(?:^|_)rho$/,
    range: {
      type: "float",
      low: 0.05,
      high: 0.99,
      default: 0.95,
      scale: "log",
      limits: UNIT,
      zero: "linear",
    },
  },
  {
    title: "momentum",
    names: /(?:^|_)(?:momentum|mom)$/,
    range: { type: "float", low: 0.3, high: 0.999, default: 0.9, scale: "log", limits: UNIT, zero: "linear" },
  },
];

/** `gamma` is a discount, a kernel's width, a focal loss's exponent or a decay: by value, help and neighbours. */
const GAMMAS: readonly Prior[] = [
  {
    title: "discount",
    names: /(?:^|_)(?:discount(?:_factor|_rate)?|gamma)$/,
    fits: (hint) => /discount/i.test(hint.help) || given(0.8, 1)(hint),
    range: { type: "float", low: 0.8, high: 0.9999, default: 0.99, limits: UNIT },
  },
  {
    title: "discount",
    names: /(?:^|_)discount(?:_factor|_rate)?$/,
    range: { type: "float", low: 0.8, high: 0.9999, default: 0.99, limits: UNIT },
  },
  {
    title: "width of the RBF kernel",
    names: /^(?:(?:svm|svc|rbf|kernel)_)?gamma$/,
    fits: (hint) => hint.siblings.has("c") || /kernel|rbf|svm/i.test(hint.help),
    range: { type: "float", low: 1e-5, high: 10, default: 1e-2, scale: "log" },
  },
  {
    title: "factor of the learning rate's decay",
    names: /^(?:(?:lr|learning_rate|step|decay)_)?gamma$|^(?:lr|learning_rate)_(?:decay_)?factor$/,
    fits: given(0.1, 0.8),
    range: { type: "float", low: 0.05, high: 0.9, default: 0.1, limits: UNIT },
  },
  {
    title: "γ of the learning rate policy",
    names: /^(?:(?:lr|learning_rate|policy)_)?gamma$/,
    range: { type: "float", low: 1e-3, high: 0.1, default: 1e-2, scale: "log", zero: "decades" },
  },
  {
    title: "k of the learning rate policy",
    names: /^(?:(?:lr|policy)_)?k$/,
    fits: within(0, 0.999),
    range: { type: "float", low: 0, high: 1, default: 0.5, limits: UNIT },
  },
  {
    title: "s of the learning rate policy",
    names: /^(?:(?:lr|policy)_)?s$/,
    fits: within(1, 100),
    range: { type: "int", low: 2, high: 20, default: 2 },
  },
];

const LAYERS: readonly Prior[] = [
  {
    title: "activation",
    names: /(?:^|_)(?:activation|nonlinearity|act)(?:_(?:fn|func|function|type))?$/,
    range: { type: "categorical", choices: ACTIVATIONS, default: "ReLU" },
  },
  {
    title: "units",
    names:
      /(?:^|_)(?:units|neurons|nodes)$|(?:^|_)hidden(?:_(?:size|dims?|units|width|channels|nodes|features|layer_size))?$|^(?:layer_|hidden_layer_)(?:size|width)$|^width$|^(?:d_model|d_ff|nhid|emsize|(?:d_)?ffn?_dim)$|(?:^|_)(?:embed(?:ding)?|emb|latent|model)_(?:dim|size)$/,
    range: { type: "int", low: 64, high: 4096, default: 128, scale: "log", size: true },
  },
  {
    title: "label smoothing",
    names: /^(?:label_)?smoothing$/,
    range: { type: "float", low: 0, high: 0.3, default: 0.1, limits: UNIT },
  },
  {
    title: "dropout",
    names:
      /(?:^|_)(?:drop_?out|drop)(?:_?(?:rate|prob|probability|p|ratio))?$|(?:^|_)drop_?path(?:_rate)?$|(?:^|_)p_?drop$/,
    range: { type: "float", low: 0, high: 0.99, default: 0.5, limits: UNIT },
  },
  {
    title: "weight initialisation",
    names: /^(?:(?:weight|kernel)s?_)?init(?:iali[sz](?:er|ation))?(?:_(?:type|method|scheme))?$/,
    range: { type: "categorical", choices: INITS, default: "He-Normal" },
  },
  {
    title: "standard deviation of the normal initialisation",
    names:
      /^(?:weights?_)?init(?:iali[sz]er)?_(?:std|stddev|sigma|range)$|^(?:std|stddev)(?:_(?:of_)?(?:normal_)?init)?$|^normal_init_std$/,
    range: { type: "float", low: 1e-7, high: 0.1, default: 5e-4, scale: "log", zero: "decades" },
  },
  {
    title: "channels",
    names: /(?:^|_)(?:filters|channels|n_filters)$/,
    range: { type: "int", low: 8, high: 512, default: 32, scale: "log", size: true },
  },
  {
    title: "kernel size",
    names: /(?:^|_)(?:kernel|filter)_size$/,
    range: { type: "int", low: 1, high: 9, default: 3 },
  },
  {
    title: "attention heads",
    names: /^(?:n|num|nb)_?(?:attention_)?heads?$|^n_?head$/,
    range: { type: "ordinal", choices: [1, 2, 4, 8, 16], default: 4 },
  },
  {
    title: "normalisation",
    names: /^norm(?:ali[sz]ation)?(?:_(?:layer|type))?$/,
    range: { type: "categorical", choices: ["none", "batch", "layer"], default: "none" },
  },
  {
    title: "switch",
    names:
      /^(?:use_|no_|with_)?(?:nesterov|amsgrad|centered|batch_?norm|bn|layer_?norm|bidirectional|augment(?:ation)?|residual|skip_connections?|bootstrap|early_stopping|data_augmentation)$/,
    range: { type: "boolean", default: false },
  },
];

const TRAINING: readonly Prior[] = [
  {
    title: "temperature",
    names: /(?:^|_)(?:temperature|temp)$/,
    range: { type: "float", low: 0.05, high: 10, default: 1, scale: "log", zero: "linear" },
  },
  {
    title: "warm-up steps",
    names: /^(?:(?:n|num)_)?warm_?up(?:_(?:steps|iters|iterations|updates))?$/,
    fits: (hint) => within(0, 0)(hint) || given(1, 1e9)(hint),
    range: { type: "int", low: 10, high: 10_000, default: 500, scale: "log", size: true, zero: "linear" },
  },
  {
    title: "warm-up epochs",
    names: /^(?:(?:n|num)_)?warm_?up_epochs$/,
    range: { type: "int", low: 0, high: 10, default: 0 },
  },
  {
    title: "warm-up share",
    names: /^warm_?up(?:_(?:ratio|share|proportion|fraction|frac|pct))?$/,
    range: { type: "float", low: 0, high: 0.3, default: 0.1, limits: UNIT },
  },
  {
    title: "decay of the learning rate",
    names: /^(?:lr|learning_rate)_decay(?:_(?:rate|factor))?$|^decay_rate$/,
    fits: given(0.05, 1),
    range: { type: "float", low: 0.5, high: 1, default: 0.95, limits: UNIT },
  },
  {
    title: "decay of the learning rate",
    names: /^(?:lr|learning_rate)_decay(?:_rate)?$|^decay$/,
    range: { type: "float", low: 1e-7, high: 1e-2, default: 1e-4, scale: "log", zero: "decades" },
  },
  {
    title: "epochs between decays",
    names: /^(?:(?:lr|learning_rate)_)?step_size$|^(?:lr|learning_rate)_(?:step|decay_epochs|decay_every)$/,
    fits: (hint) => (numeric(hint) ?? 0) >= 1,
    range: { type: "int", low: 1, high: 100, default: 10, scale: "log" },
  },
  {
    title: "clipping range of the policy",
    names: /^(?:ppo_)?clip(?:ping)?(?:_(?:range|eps|epsilon|coef|ratio|param))?$|^eps_clip$/,
    fits: (hint) => given(0.01, 0.5)(hint) || /ppo|policy|surrogate/i.test(hint.help),
    range: { type: "float", low: 0.05, high: 0.5, default: 0.2, limits: UNIT },
  },
  {
    title: "gradient clipping",
    names:
      /(?:^|_)(?:clip_?(?:grad(?:ient)?s?)?(?:_?norm|_?value)?|grad(?:ient)?_?clip(?:ping)?(?:_?norm|_?val(?:ue)?)?|max_(?:grad(?:ient)?_)?norm|gradient_norm)$/,
    range: { type: "float", low: 0.1, high: 10, default: 1, scale: "log", zero: "decades" },
  },
  {
    title: "mixing of examples",
    names: /^(?:mixup|cutmix)(?:_alpha)?$/,
    range: { type: "float", low: 0, high: 1, default: 0.2 },
  },
  {
    title: "ε for numerical stability",
    names: /(?:^|_)(?:eps|epsilon)$/,
    fits: given(0, 9.99e-3),
    range: { type: "float", low: 1e-10, high: 1e-3, default: 1e-8, scale: "log", zero: "decades" },
  },
];

const REINFORCEMENT: readonly Prior[] = [
  {
    title: "exploration ε",
    names: /(?:^|_)(?:eps|epsilon)(?:_(?:start|initial))?$/,
    range: { type: "float", low: 0.01, high: 1, default: 0.1, scale: "log", limits: UNIT, zero: "linear" },
  },
  {
    title: "final exploration ε",
    names: /^(?:final_|min_)(?:eps|epsilon)$|^(?:eps|epsilon)_(?:end|final|min)$/,
    range: { type: "float", low: 1e-3, high: 0.3, default: 0.05, scale: "log", limits: UNIT, zero: "linear" },
  },
  {
    title: "entropy coefficient",
    names: /^(?:ent(?:ropy)?)_(?:coeff?|coefficient|weight|beta|bonus)$|^entropy$/,
    range: { type: "float", low: 1e-5, high: 0.1, default: 0.01, scale: "log", zero: "decades" },
  },
  {
    title: "value loss coefficient",
    names: /^(?:vf|value|critic)_(?:loss_)?(?:coeff?|coefficient|weight)$/,
    range: { type: "float", low: 0.1, high: 1, default: 0.5 },
  },
  {
    title: "GAE λ",
    names: /^(?:gae_)?(?:lambda|lam)$|^gae(?:_lambda|_lam)?$/,
    fits: (hint) => given(0.8, 1)(hint) || hint.value === undefined,
    range: { type: "float", low: 0.8, high: 1, default: 0.95, limits: UNIT },
  },
  {
    title: "τ of soft updates",
    names: /(?:^|_)(?:tau|polyak)$/,
    range: { type: "float", low: 1e-3, high: 1, default: 5e-3, scale: "log", zero: "linear" },
  },
];

const CLASSIC: readonly Prior[] = [
  {
    title: "C",
    names: /^(?:(?:svm|svc|logreg|logistic)_)?c$/,
    fits: (hint) => (numeric(hint) ?? 1) > 0,
    range: { type: "float", low: 1e-3, high: 1e3, default: 1, scale: "log" },
  },
  {
    title: "kernel",
    names: /^(?:(?:svm|svc)_)?kernel$/,
    range: { type: "categorical", choices: ["linear", "poly", "rbf", "sigmoid"], default: "rbf" },
  },
  {
    title: "degree",
    names: /^(?:poly_)?degree$/,
    range: { type: "int", low: 1, high: 6, default: 3 },
  },
  {
    title: "depth of a tree",
    names: /^(?:tree_)?max_depth$|^tree_depth$/,
    fits: (hint) => (numeric(hint) ?? 1) >= 1,
    range: { type: "int", low: 2, high: 16, default: 6 },
  },
  {
    title: "number of trees",
    names: /^(?:(?:n|num|number_of)_)?(?:estimators|trees)$|^num_boost_rounds?$/,
    range: { type: "int", low: 50, high: 2000, default: 100, scale: "log" },
  },
  {
    title: "criterion of a split",
    names: /^(?:split_)?criterion$/,
    range: { type: "categorical", choices: ["gini", "entropy", "log_loss"], default: "gini" },
  },
  {
    title: "examples to split a node",
    names: /^min_samples_split$/,
    fits: (hint) => (numeric(hint) ?? 2) >= 2,
    range: { type: "int", low: 2, high: 32, default: 2, scale: "log", limits: [2, Number.MAX_SAFE_INTEGER] },
  },
  {
    title: "examples in a leaf",
    names: /^min_samples_leaf$|^min_(?:child_samples|data_in_leaf)$/,
    fits: (hint) => (numeric(hint) ?? 1) >= 1,
    range: { type: "int", low: 1, high: 100, default: 1, scale: "log", limits: [1, Number.MAX_SAFE_INTEGER] },
  },
  {
    title: "weight of a leaf",
    names: /^min_child_weight$|^min_sum_hessian_in_leaf$/,
    range: { type: "float", low: 1e-3, high: 100, default: 1, scale: "log", zero: "decades" },
  },
  {
    title: "leaves of a tree",
    names: /^(?:num|max)_lea(?:ves|f_nodes)$/,
    range: { type: "int", low: 8, high: 512, default: 31, scale: "log" },
  },
  {
    title: "share of the rows",
    names: /^sub_?sample$|^bagging_fraction$|^max_samples$/,
    fits: within(0, 1),
    range: { type: "float", low: 0.4, high: 1, default: 1, limits: UNIT },
  },
  {
    title: "share of the columns",
    names: /^col_?sample(?:_?by_?(?:tree|level|node))?$|^feature_fraction$|^max_features$/,
    fits: within(0, 1),
    range: { type: "float", low: 0.3, high: 1, default: 1, limits: UNIT },
  },
  {
    title: "L1 regularisation",
    names: /^(?:reg_alpha|lambda_l1|l1|l1_reg(?:ularization)?|l1_lambda)$/,
    range: { type: "float", low: 1e-8, high: 10, default: 1e-4, scale: "log", zero: "decades" },
  },
  {
    title: "L2 regularisation of trees",
    names: /^(?:reg_lambda|lambda_l2)$/,
    range: { type: "float", low: 1e-8, high: 10, default: 1, scale: "log", zero: "decades" },
  },
  {
    title: "share of L1 in the penalty",
    names: /^l1_ratio$/,
    range: { type: "float", low: 0, high: 1, default: 0.5, limits: UNIT },
  },
  {
    title: "strength of the penalty",
    names: /^alpha$/,
    range: { type: "float", low: 1e-6, high: 10, default: 1e-3, scale: "log", zero: "decades" },
  },
  {
    title: "neighbours",
    names: /^(?:n|num)_neighbou?rs$/,
    range: { type: "int", low: 1, high: 50, default: 5, scale: "log" },
  },
];

/** In the order in which they are tried: what is special before what is general. */
export const PRIORS: readonly Prior[] = [
  ...GAMMAS,
  ...CLASSIC,
  ...TRAINING,
  ...NETWORK,
  ...LAYERS,
  ...REINFORCEMENT,
];
