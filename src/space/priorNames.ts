/** Names that are not searched although a prior may know their last word. */
export const NEVER_TUNED: readonly RegExp[] = [
  /^(?:min|max|end|final|target)_(?:lr|learning_rate)$|^(?:lr|learning_rate)_(?:min|max|end|final|patience)$/,
  /^(?:test|eval|val|valid|validation|predict|inference)_/,
  /^(?:in|input|image|img)_(?:size|dim|dims|channels|features|units|width|height)$|^out_(?:channels|features|dim)$/,
];

/** Names that no prior knows because they are not searched: where things are, what is printed, what a run needs. */
export const NOT_TUNED: readonly RegExp[] = [
  /(?:^|_)(?:seed|random_state|rng)$/,
  /(?:^|_)(?:device|devices|gpus?|cuda|cpu|mps|tpu|accelerator|backend|precision|fp16|bf16|amp|half)(?:_|$)/,
  /(?:^|_)(?:path|paths|dir|dirs|directory|folder|file|files|filename|root|url|uri|host|port|prefix|suffix|ext)$/,
  /^(?:data|dataset|datasets|input|inputs|output|outputs|out|save|load|log|logs|logger|checkpoint|ckpt|resume|pretrained|weights)(?:_|$)/,
  /(?:^|_)(?:workers|n_jobs|jobs|threads|processes|nproc|rank|world_size|prefetch_factor)$/,
  /^(?:verbose|verbosity|quiet|debug|silent|dry_run|test|eval|evaluate|progress|plot|show|wandb|tensorboard|version|help)(?:_|$)/,
  /(?:^|_)(?:interval|freq|frequency|every)$/,
  /(?:^|_)(?:name|tag|project|entity|experiment|exp|run|id|arch|architecture)$|^model$/,
  /^(?:(?:n|num|number_of)_)?(?:classes|features|inputs|outputs|labels|samples|examples|images)$/,
  /^(?:vocab|image|img)(?:_size)?$|_(?:shape)$/,
  /^(?:val|valid|validation|test|train)_?(?:split|size|ratio|fraction|share)$/,
  /(?:^|_)(?:patience|tol|tolerance|min_delta|max_len|max_length|seq_len|sequence_length|n_folds|folds|cv)$/,
  /^(?:pin_memory|shuffle|drop_last|distributed|compile|deterministic|benchmark|download)$/,
];

/** Names of a training's length, the most telling first. */
export const BUDGETS: readonly RegExp[] = [
  /^(?:(?:n|num|nb|number_of|max|total)_)?(?:(?:train|training)_)?epochs?$|^n?_?epochs$/,
  /^(?:(?:num|max|total|number_of|train|training|n)_)(?:(?:train|training)_)?(?:steps|iters?|iterations|updates|timesteps|env_steps|rounds|batches)$/,
  /^(?:steps|iters|iterations|updates|timesteps)$/,
];
