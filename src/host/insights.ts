import type { Insight, InsightKind, SurfaceQuery } from "../protocol/insight.ts";
import type { StudyId } from "../protocol/study.ts";
import type { EngineClient } from "./engineClient.ts";
import type { Studies } from "./studies.ts";

type InsightOf<K extends InsightKind> = Extract<Insight, { kind: K }>;

interface Kept {
  readonly revision: number;
  /** The query, as text. */
  readonly asked: string;
  readonly insight: Promise<Insight>;
}

/** Insights as the engine computes them, asked for once a revision however many readers there are. */
export class Insights {
  readonly #engine: EngineClient;
  readonly #studies: Studies;
  readonly #kept = new Map<string, Kept>();

  constructor(engine: EngineClient, studies: Studies) {
    this.#engine = engine;
    this.#studies = studies;
  }

  async get<K extends InsightKind>(study: StudyId, kind: K, query: SurfaceQuery = {}): Promise<InsightOf<K>> {
    const key = `${kind} ${study}`;
    const asked = JSON.stringify(query);
    const revision = this.#studies.get(study)?.revision ?? -1;
    let kept = this.#kept.get(key);
    if (kept === undefined || kept.revision !== revision || kept.asked !== asked) {
      const insight = this.#engine.call("insight", { study, kind, query });
      kept = { revision, asked, insight };
      this.#kept.set(key, kept);
      insight.catch(() => {
        if (this.#kept.get(key)?.insight === insight) {
          this.#kept.delete(key);
        }
      });
    }
    return (await kept.insight) as InsightOf<K>;
  }
}
