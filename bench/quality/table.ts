import type { StudyResult } from "./problem.ts";
import { mean, quantile, ranks, wilcoxon } from "./statistics.ts";

/** Three digits, short. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(1) : value.toPrecision(3);
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

const place = (checkpoint: number): string => `${Number(checkpoint.toFixed(2))}`;

/** The incumbent's regret at a checkpoint; NaN where there is no result yet. A study that ended before keeps its last. */
export function regretAt({ trajectory }: StudyResult, checkpoint: number): number {
  let regret = Number.NaN;
  for (const [i, point] of trajectory.entries()) {
    const [at, value] = typeof point === "number" ? [i + 1, point] : point;
    if (at > checkpoint + 1e-9) break;
    regret = value;
  }
  return regret;
}

/** 30, 50, 100 and the end; where a total budget is spent, a quarter, a half, and all of it. */
export function defaultCheckpoints(results: readonly StudyResult[], budget: number | undefined): number[] {
  const ends = results.map(({ trajectory }) => {
    const last = trajectory.at(-1);
    return typeof last === "number" ? trajectory.length : (last?.[0] ?? 0);
  });
  const spends = results.some(({ trajectory }) => typeof trajectory[0] === "object");
  const end = budget ?? Math.max(...ends);
  return spends ? [end / 4, end / 2, end] : [...[30, 50, 100].filter((at) => at < end), end];
}

const problemKey = ({ scenario, instance }: StudyResult): string => `${scenario} ${instance}`;

/** problem → strategy → studies, in the order in which they come. A study that is there twice counts once. */
function grouped(results: readonly StudyResult[]): Map<string, Map<string, StudyResult[]>> {
  const groups = new Map<string, Map<string, StudyResult[]>>();
  const seen = new Set<string>();
  for (const result of results) {
    const key = JSON.stringify([problemKey(result), result.strategy, result.seed]);
    if (seen.has(key)) continue;
    seen.add(key);
    const problem = groups.get(problemKey(result)) ?? new Map<string, StudyResult[]>();
    groups.set(problemKey(result), problem);
    problem.set(result.strategy, [...(problem.get(result.strategy) ?? []), result]);
  }
  return groups;
}

/** Median [quartiles] over seeds for each problem and strategy. */
function perProblem(results: readonly StudyResult[], checkpoints: readonly number[]): string {
  const rows: string[][] = [];
  for (const [problem, strategies] of grouped(results)) {
    for (const [strategy, studies] of strategies) {
      const cells = checkpoints.map((checkpoint) => {
        const regrets = studies.map((study) => regretAt(study, checkpoint));
        const [median, low, high] = [0.5, 0.25, 0.75].map((share) => figure(quantile(regrets, share)));
        return `${median} [${low}, ${high}]`;
      });
      const seconds = figure(
        quantile(
          studies.map((study) => study.seconds),
          0.5,
        ),
      );
      rows.push([problem, strategy, `${studies.length}`, ...cells, seconds]);
    }
  }
  return markdown(["problem", "strategy", "seeds", ...checkpoints.map((c) => `at ${place(c)}`), "s"], rows);
}

/** Mean regret over seeds: for each strategy a list over the problems on which all strategies were run. */
function meansOf(results: readonly StudyResult[], checkpoint: number): Map<string, number[]> {
  const groups = grouped(results);
  const names = [...new Set(results.map(({ strategy }) => strategy))];
  const common = [...groups.values()].filter((strategies) => names.every((name) => strategies.has(name)));
  const of = (studies: readonly StudyResult[]): number =>
    mean(studies.map((study) => regretAt(study, checkpoint)));
  return new Map(names.map((name) => [name, common.map((strategies) => of(strategies.get(name)!))]));
}

/** Means and ranks over problems; a mean only where the problems have one scale. */
function overProblems(
  results: readonly StudyResult[],
  checkpoints: readonly number[],
  normalised: boolean,
): string {
  const means = checkpoints.map((checkpoint) => meansOf(results, checkpoint));
  const names = [...(means[0]?.keys() ?? [])];
  const problems = means[0]?.get(names[0]!)?.length ?? 0;
  const rows = names.map((name) => [
    name,
    ...means.flatMap((byName) => {
      const own = byName.get(name)!;
      const places = own.map(
        (_, i) => ranks(names.map((other) => byName.get(other)![i]!))[names.indexOf(name)]!,
      );
      return [...(normalised ? [figure(mean(own))] : []), figure(mean(places))];
    }),
  ]);
  const head = checkpoints.flatMap((c) => [
    ...(normalised ? [`mean regret at ${place(c)}`] : []),
    `mean rank at ${place(c)}`,
  ]);
  const title = `Over ${problems} problems that all strategies were run on${normalised ? ", regret normalised" : ""}`;
  return `${title}:\n\n${markdown(["strategy", ...head], rows)}`;
}

/** The first strategy against each other one, paired by problem. */
function tests(results: readonly StudyResult[], end: number): string {
  const [first, ...others] = new Set(results.map(({ strategy }) => strategy));
  const rows = others.map((other) => {
    const means = meansOf(
      results.filter(({ strategy }) => strategy === first || strategy === other),
      end,
    );
    const a = means.get(first!)!;
    const b = means.get(other)!;
    const { z, p } = wilcoxon(a, b);
    const wins = a.filter((value, i) => value < b[i]!).length;
    const losses = a.filter((value, i) => value > b[i]!).length;
    return [`${first} – ${other}`, `${a.length}`, `${wins}`, `${losses}`, z.toFixed(2), figure(p)];
  });
  const head = ["pair", "problems", "first better", "first worse", "z", "p, two-sided"];
  return `Wilcoxon signed-rank test of the means over seeds at ${place(end)}:\n\n${markdown(head, rows)}`;
}

/** All tables of a comparison as Markdown. */
export function tables(
  results: readonly StudyResult[],
  options: { readonly budget: number | undefined; readonly checkpoints: readonly number[] | undefined },
): string {
  if (results.length === 0) return "No results.";
  const checkpoints = options.checkpoints ?? defaultCheckpoints(results, options.budget);
  const normalised = results.every(({ scenario }) => !scenario.startsWith("function"));
  const parts = [perProblem(results, checkpoints), overProblems(results, checkpoints, normalised)];
  if (new Set(results.map(({ strategy }) => strategy)).size > 1)
    parts.push(tests(results, checkpoints.at(-1)!));
  return parts.join("\n\n");
}
