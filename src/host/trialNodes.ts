import type { StudyId } from "../protocol/study.ts";
import type { TrialNumber } from "../protocol/trial.ts";

/** The nodes of the Trials view: identities only, what they show is looked up. */
export type StudyNode = { readonly kind: "study"; readonly study: StudyId };
export type TrialNode = { readonly kind: "trial"; readonly study: StudyId; readonly trial: TrialNumber };
/** A page of further trials, read when it is opened. */
export type PageNode = { readonly kind: "page"; readonly study: StudyId; readonly offset: number };
export type TrialsNode = StudyNode | TrialNode | PageNode;
