import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import { hint } from "../space/nearest.ts";
import { random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "./strategy.ts";

/** A larger grid is a mistake: nobody runs it to the end. */
const LARGEST = 100_000;

interface GridOptions {
  readonly levels: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly order: "shuffled" | "sequential";
}

function points(space: Space, { levels, counts }: GridOptions): Configuration[] {
  for (const name of Object.keys(counts)) {
    if (!space.names.includes(name)) {
      throw new TuningForkError(
        "bad-definition",
        `strategy.counts names "${name}", which is not a parameter that is tuned.${hint(name, space.names)}`,
      );
    }
  }
  const list: Configuration[] = [];
  for (const configuration of space.grid({ each: levels, by: counts })) {
    if (list.length === LARGEST) {
      throw new TuningForkError(
        "bad-definition",
        `The grid has more than ${LARGEST.toLocaleString("en")} configurations (strategy.levels is ${levels}).`,
        "Take fewer levels, turn parameters off, or take another strategy.",
      );
    }
    list.push(configuration);
  }
  if (list.length === 0) {
    throw new TuningForkError(
      "bad-definition",
      "No point of the grid satisfies the forbidden combinations and relations.",
      "Take more levels, or take another strategy.",
    );
  }
  return list;
}

class GridSearch implements Strategy {
  readonly #space: Space;
  readonly #points: readonly Configuration[];
  readonly #limit: number;
  readonly #budget: number;
  readonly #seen = new Set<string>();
  #started = 0;
  #next = 0;

  constructor(input: StrategyInput) {
    const options = input.options as unknown as GridOptions;
    const list = points(input.space, options);
    this.#space = input.space;
    this.#points = options.order === "shuffled" ? random(input.seed, 0).shuffle(list) : list;
    this.#limit = input.trials ?? Number.POSITIVE_INFINITY;
    this.#budget = input.budget?.max ?? 0;
  }

  ask(): Ask {
    const configuration = this.#points[this.#next];
    if (configuration === undefined || this.#started >= this.#limit) return { type: "done" };
    const note = { why: `Grid point ${this.#next + 1} of ${this.#points.length}.` };
    return { type: "run", configuration, budget: this.#budget, note };
  }

  tell(event: TrialEvent): void {
    if (event.type !== "started") return;
    this.#started++;
    this.#seen.add(this.#space.key(event.configuration));
    while (this.#next < this.#points.length && this.#seen.has(this.#space.key(this.#points[this.#next]!))) {
      this.#next++;
    }
  }

  stops(): readonly number[] {
    return [];
  }

  planned(): number {
    return Math.min(this.#limit, this.#points.length);
  }
}

/** Grid search: every combination of a few values of each parameter, once. */
export const gridSearch: StrategyKind = {
  name: "grid",
  title: "Grid search",
  description:
    "Tries every combination of a few evenly spaced values of each parameter. For two or three parameters; the number of runs multiplies with each one.",
  multiFidelity: false,
  objectives: "several",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      levels: {
        type: "integer",
        title: "Levels",
        description:
          "Values of each numeric parameter, both ends included. Choices are always tried in full.",
        minimum: 1,
        maximum: 1000,
        default: 5,
      },
      counts: {
        type: "object",
        title: "Levels by parameter",
        description: 'Parameters that get a number of levels of their own, such as { "lr": 9 }.',
        additionalProperties: { type: "integer", minimum: 1, maximum: 1000 },
        default: {},
      },
      order: {
        type: "string",
        title: "Order",
        description:
          "Shuffled, the first runs are spread over the whole grid; sequential, the last parameter varies fastest.",
        enum: ["shuffled", "sequential"],
        default: "shuffled",
      },
    },
  },
  create: (input) => new GridSearch(input),
};
