import { surfaceInsight } from "../insight/surface.ts";
import type { StudyHistory } from "../journal/history.ts";
import type { SurfaceInsight, SurfaceQuery } from "../protocol/insight.ts";
import type { SpaceSpec } from "../protocol/space.ts";
import type { StudyId } from "../protocol/study.ts";
import { Space } from "../space/space.ts";
import { GuideFactory } from "../strategies/gp/constrained.ts";

interface Kept {
  readonly spec: string;
  readonly space: Space;
  readonly factory: GuideFactory;
}

/** The models behind acquisition surfaces: one a study, so that a kernel is fitted once and not at every look. */
export class Surfaces {
  readonly #kept = new Map<StudyId, Kept>();

  insight(id: StudyId, history: StudyHistory, spec: SpaceSpec, query: SurfaceQuery): SurfaceInsight {
    const text = JSON.stringify(spec);
    let kept = this.#kept.get(id);
    if (kept?.spec !== text) {
      const space = new Space(spec);
      kept = {
        spec: text,
        space,
        factory: new GuideFactory(space, { kernel: "matern52", warp: "half-rank" }),
      };
      this.#kept.set(id, kept);
    }
    return surfaceInsight(history, kept.space, kept.factory, query);
  }
}
