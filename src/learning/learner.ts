/** One report of learning at work: what a live curve and a progress bar are drawn from. */
export interface LearningProgress {
  /** Iterations done, of how many. */
  readonly iteration: number;
  readonly of: number;
  /** Named figures of this iteration, such as `reward` or `adam`: one curve each. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What learning may use besides its options. */
export interface LearningContext {
  readonly seed: number;
  /** The folder with the data that the examples come with. */
  readonly examples: string;
  report(progress: LearningProgress): void;
  /** Asked between iterations: learning ends early, with the best found so far. */
  stopped(): boolean;
  /** Given the best so far whenever there is a better one, so that nothing is lost if learning is cut off. */
  keep?(learned: Learned): void;
}

/** What was learned, in JSON, with the record of how: enough to learn it again. */
export interface Learned {
  readonly system: string;
  readonly version: number;
  readonly record: {
    readonly seed: number;
    readonly options: Readonly<Record<string, unknown>>;
    readonly seconds: number;
    readonly progress: readonly LearningProgress[];
  };
}

/** A system that learns to optimise: one line of the registry. */
export interface Learner<Result extends Learned = Learned> {
  /** As on the command line: `tuning-fork learn NAME`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema (draft-07) of its options; each has a title, a description, a default and a range. */
  readonly options: Readonly<Record<string, unknown>>;
  /** @throws TuningForkError `bad-definition` for options that do not go together */
  learn(options: Readonly<Record<string, unknown>>, context: LearningContext): Promise<Result>;
}
