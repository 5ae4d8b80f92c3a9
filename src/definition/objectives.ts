import type { Definition, Objective } from "../protocol/definition.ts";

/** What a study is for, as a list: one entry or several. */
export function objectivesOf({ objective }: Pick<Definition, "objective">): readonly Objective[] {
  return isList(objective) ? objective : [objective];
}

function isList(objective: Definition["objective"]): objective is readonly Objective[] {
  return Array.isArray(objective);
}
