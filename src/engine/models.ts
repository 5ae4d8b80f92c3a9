import { importanceInsight } from "../insight/effects.ts";
import { FanovaFactory } from "../insight/fanova.ts";
import { surfaceInsight } from "../insight/surface.ts";
import type { StudyHistory } from "../journal/history.ts";
import type {
  ImportanceInsight,
  ImportanceQuery,
  SurfaceInsight,
  SurfaceQuery,
} from "../protocol/insight.ts";
import type { SpaceSpec } from "../protocol/space.ts";
import type { StudyId } from "../protocol/study.ts";
import { Space } from "../space/space.ts";
import { GuideFactory } from "../strategies/gp/constrained.ts";

interface Kept {
  readonly spec: string;
  readonly space: Space;
  readonly guides: GuideFactory;
  readonly fanovas: FanovaFactory;
}

/** The models behind surfaces and importances: one of each a study, made once and not at every look. */
export class Models {
  readonly #kept = new Map<StudyId, Kept>();

  surface(id: StudyId, history: StudyHistory, spec: SpaceSpec, query: SurfaceQuery): SurfaceInsight {
    const { space, guides } = this.#of(id, spec);
    return surfaceInsight(history, space, guides, query);
  }

  importance(id: StudyId, history: StudyHistory, spec: SpaceSpec, query: ImportanceQuery): ImportanceInsight {
    const { space, fanovas } = this.#of(id, spec);
    return importanceInsight(history, space, fanovas, query);
  }

  #of(id: StudyId, spec: SpaceSpec): Kept {
    const text = JSON.stringify(spec);
    const known = this.#kept.get(id);
    if (known?.spec === text) return known;
    const space = new Space(spec);
    const guides = new GuideFactory(space, { kernel: "matern52", warp: "half-rank" });
    const kept = { spec: text, space, guides, fanovas: new FanovaFactory(space) };
    this.#kept.set(id, kept);
    return kept;
  }
}
