import { cleaningLearner } from "./hypergradient/cleaningLearner.ts";
import type { Learner } from "./learner.ts";
import { optimizerLearner } from "./optimizer/learner.ts";
import { stepSizeLearner } from "./stepsize/learner.ts";

/** Every system that learns. A new one is a folder, a line here, and its tests. */
export const learners: readonly Learner[] = [stepSizeLearner, optimizerLearner, cleaningLearner];
