import type { Replays } from "../insight/strategy/replay.ts";
import type { StrategySource } from "../insight/strategy/source.ts";
import { strategyInsight } from "../insight/strategy/strategy.ts";
import type { StudyHistory } from "../journal/history.ts";
import type { Definition } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { StrategyInsight, StrategyQuery } from "../protocol/strategyInsight.ts";
import type { StudyId } from "../protocol/study.ts";
import type { StrategyInput } from "../strategies/strategy.ts";
import { strategyInput } from "../study/runner.ts";

/** What is asked about one study. */
export interface StrategyQuestion {
  readonly history: StudyHistory;
  readonly definition: Definition | undefined;
  readonly query: StrategyQuery;
  /** The configuration that its strategy would start next. */
  asked(): Configuration | undefined;
}

interface Kept {
  readonly definition: string;
  /** Undefined where the definition is one that this version cannot read. */
  readonly input: StrategyInput | undefined;
  readonly replays: Replays;
}

/** What strategies are thinking: a study's space is built once, and its events are replayed once as they come in. */
export class StrategyViews {
  readonly #kept = new Map<StudyId, Kept>();

  insight(id: StudyId, { history, definition, query, asked }: StrategyQuestion): StrategyInsight {
    return strategyInsight(history, definition && this.#source(id, definition, asked), query);
  }

  #source(
    id: StudyId,
    definition: Definition,
    asked: () => Configuration | undefined,
  ): StrategySource | undefined {
    const text = JSON.stringify(definition);
    let kept = this.#kept.get(id);
    if (kept?.definition !== text) {
      kept = { definition: text, input: inputOf(definition), replays: {} };
      this.#kept.set(id, kept);
    }
    const { budget, strategy } = definition;
    const unit = budget?.unit ?? budget?.parameter ?? "";
    const { input, replays } = kept;
    return input && { name: strategy.name, input, unit, asked, replays };
  }
}

/** A definition of another version of us can be one that is none today: its trials can be shown all the same. */
function inputOf(definition: Definition): StrategyInput | undefined {
  try {
    return strategyInput(definition);
  } catch (error) {
    if (error instanceof TuningForkError) return undefined;
    throw error;
  }
}
