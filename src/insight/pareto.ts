import type { StudyHistory } from "../journal/history.ts";
import type { ParetoInsight } from "../protocol/insight.ts";
import { random } from "../space/random.ts";
import { dominates } from "../strategies/pareto/dominance.ts";
import { hypervolume } from "../strategies/pareto/hypervolume.ts";
import { type Candidate, candidates, hasSeveral, paretoFront } from "./front.ts";
import { brokenWords } from "./limits.ts";
import { spread, thin } from "./thin.ts";

const MOST_POINTS = 1_000;
const MOST_STEPS = 300;
/** Points by which a volume of more than two dimensions is estimated: its standard error is 0.8 % at most. */
const SAMPLES = 4_000;

type Point = ParetoInsight["points"][number];
type Step = ParetoInsight["volume"][number];

/** The box in which the volume is measured, in losses. */
interface Box {
  readonly best: readonly number[];
  readonly worst: readonly number[];
}

/**
 * The front of a study with several objectives, the trials behind it, and how the volume that the front dominates
 * grew. The volume is a share of the box between the best and the worst value of each objective among the trials
 * that keep all limits (the worst values are the reference point), so it is comparable within the study only. Where
 * there is one objective nothing is in it.
 */
export function paretoInsight(history: StudyHistory): ParetoInsight {
  const all = hasSeveral(history) ? candidates(history) : [];
  const front = paretoFront(all);
  const onFront = new Set(front.map(({ trial }) => trial.number));
  const within = all.filter(({ violation }) => violation === 0);
  const box = boxOf(within);
  return {
    kind: "pareto",
    metric: history.metricNames[0] ?? "score",
    goal: history.goals[0] ?? "minimize",
    objectives: history.goals.map((goal, i) => ({
      metric: history.metricNames[i] ?? `objective ${i + 1}`,
      goal,
    })),
    front: spread(front, MOST_POINTS).map(({ trial }) => trial.number),
    frontSize: front.length,
    points: kept(all, onFront).map((one) => pointOf(history, one, onFront)),
    total: all.length,
    reference: box?.worst.map((loss, i) => (history.goals[i] === "maximize" ? 0 - loss : loss)),
    volume: box === undefined ? [] : thin(volumeSteps(within, box), MOST_STEPS),
  };
}

function pointOf(history: StudyHistory, { trial, values }: Candidate, front: ReadonlySet<number>): Point {
  const broken = brokenWords(history, trial);
  return {
    trial: trial.number,
    values,
    state: broken.length > 0 ? "infeasible" : front.has(trial.number) ? "front" : "dominated",
    configuration: trial.configuration,
    ...(broken.length > 0 && { broken }),
  };
}

/** All of the front, and an even choice of the others. */
function kept(all: readonly Candidate[], front: ReadonlySet<number>): readonly Candidate[] {
  if (all.length <= MOST_POINTS) return all;
  const isFront = ({ trial }: Candidate) => front.has(trial.number);
  const first = spread(all.filter(isFront), MOST_POINTS);
  const others = all.filter((one) => !isFront(one));
  return [...first, ...spread(others, MOST_POINTS - first.length)].sort(
    (a, b) => a.trial.number - b.trial.number,
  );
}

function boxOf(within: readonly Candidate[]): Box | undefined {
  if (within.length === 0) return undefined;
  const columns = within[0]!.losses.map((_, i) => within.map(({ losses }) => losses[i]!));
  // Where all are alike there is no box.
  if (columns.every((column) => column.every((loss) => loss === column[0]))) return undefined;
  const least = (column: readonly number[]) => column.reduce((a, b) => Math.min(a, b));
  const most = (column: readonly number[]) => column.reduce((a, b) => Math.max(a, b));
  return { best: columns.map(least), worst: columns.map(most) };
}

/** The dominated share of the box after each trial that was on the front when it ended, and at the end. */
function volumeSteps(within: readonly Candidate[], box: Box): Step[] {
  const order = [...within].sort((a, b) => (a.trial.finished ?? 0) - (b.trial.finished ?? 0));
  const unit = order.map(({ losses }) =>
    losses.map((loss, i) => {
      const range = box.worst[i]! - box.best[i]!;
      return range > 0 ? (loss - box.best[i]!) / range : 0;
    }),
  );
  const shares = unit[0]!.length === 2 ? exactShares(unit) : estimatedShares(unit);
  const steps: Step[] = [];
  for (const [i, { trial }] of order.entries()) {
    const isLast = i === order.length - 1;
    if (isLast || shares[i]! > (steps.at(-1)?.volume ?? -1)) {
      steps.push({ trial: trial.number, order: i + 1, volume: shares[i]! });
    }
  }
  return steps;
}

/** A value that all trials share leaves no room to dominate in: the others decide alone. */
const REFERENCE = [1, 1];

function exactShares(points: readonly (readonly number[])[]): number[] {
  let front: (readonly number[])[] = [];
  let share = 0;
  return points.map((point) => {
    const outcome = { losses: point };
    if (!front.some((losses) => dominates({ losses }, outcome))) {
      front = [...front.filter((losses) => !dominates(outcome, { losses })), point];
      share = hypervolume(front, REFERENCE);
    }
    return share;
  });
}

/** The share of random points that are dominated, each from the first trial on that dominates it. */
function estimatedShares(points: readonly (readonly number[])[]): number[] {
  const draws = random(0, 0);
  const found: number[] = new Array(points.length).fill(0);
  for (let i = 0; i < SAMPLES; i++) {
    const sample = points[0]!.map(() => draws.uniform());
    const first = points.findIndex((point) => point.every((loss, j) => loss <= sample[j]!));
    if (first >= 0) found[first]!++;
  }
  let sum = 0;
  return found.map((count) => {
    sum += count;
    return sum / SAMPLES;
  });
}
