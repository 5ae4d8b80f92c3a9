import { SingleBar } from "cli-progress";
import type { StudySummary } from "../protocol/study.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import { formatValue } from "../space/describe.ts";

/** What a study's run says to whoever started it. */
export interface Reporter {
  started(summary: StudySummary): void;
  event(event: TrialEvent): void;
  progress(summary: StudySummary): void;
  message(level: "info" | "warn" | "error", text: string): void;
  result(summary: StudySummary, end: string): void;
}

type Write = (text: string) => void;

/** One JSON object a line; the last is the result. */
export function jsonReporter(write: Write): Reporter {
  const line = (value: unknown): void => write(`${JSON.stringify(value)}\n`);
  let goals: readonly StudySummary["goal"][] = ["minimize"];
  return {
    started(summary) {
      goals = summary.objectives?.map(({ goal }) => goal) ?? [summary.goal];
      line({ type: "study", ...heading(summary) });
    },
    event: (event) => line("losses" in event ? withValues(event, goals) : event),
    progress: () => {},
    message: (level, text) => line({ type: "message", level, text }),
    result: (summary, end) =>
      line({
        type: "result",
        ...heading(summary),
        end,
        ...outcomeOf(summary),
        counts: summary.counts,
        done: summary.done,
        seconds:
          summary.started === undefined || summary.updated === undefined
            ? 0
            : (summary.updated - summary.started) / 1000,
      }),
  };
}

/** Events as people know them: the metric's own values, not losses. */
function withValues(
  { losses, ...event }: Extract<TrialEvent, { losses: unknown }>,
  goals: readonly StudySummary["goal"][],
) {
  const values = losses.map((loss, i) => (goals[i] === "maximize" ? 0 - loss : loss));
  return values.length > 1 ? { ...event, values } : { ...event, value: values[0] };
}

/** What a study has found: the best trial, or the front of several objectives. */
export function outcomeOf({ front, best }: StudySummary) {
  return front === undefined ? { best: best ?? null } : { best: undefined, front };
}

/** The front as lines for people: a trial each, with its scores and its configuration. */
export function frontLines({ front = [], objectives = [] }: StudySummary): string[] {
  const names = objectives.map(({ metric }) => metric);
  return [
    `Pareto front of ${names.join(", ")}: ${front.length} trial${front.length === 1 ? "" : "s"}`,
    ...front.map(({ number, values, params }) => {
      const scores = values.map((value, i) => `${names[i]} ${formatValue(value)}`).join("  ");
      const configuration = Object.entries(params).map(([name, value]) => `${name}=${formatValue(value)}`);
      return `  #${number}  ${scores}  ${configuration.join(" ")}`;
    }),
  ];
}

function heading({ id, name, strategy, metric, goal, objectives, planned }: StudySummary) {
  const several = objectives && { objectives };
  return { study: id, name, strategy, metric, goal, ...several, planned: planned ?? null };
}

/** Lines for people, with a progress bar where there is a terminal. */
export function textReporter(write: Write, terminal: boolean): Reporter {
  const bar = terminal ? progressBar() : undefined;
  let shown = false;
  const say = (text: string): void => {
    if (shown) bar?.stop();
    shown = false;
    write(`${text}\n`);
  };
  return {
    started: (summary) => say(`${summary.name}: ${summary.strategy}, ${aim(summary)}`),
    event: () => {},
    progress(summary) {
      if (bar === undefined) return;
      const total = Math.max(summary.planned ?? summary.done + 1, summary.done, 1);
      if (!shown) bar.start(total, summary.done, { text: state(summary) });
      shown = true;
      bar.setTotal(total);
      bar.update(summary.done, { text: state(summary) });
    },
    message(level, text) {
      if (level !== "info") say(text);
    },
    result(summary, end) {
      say(`${summary.name}: ${ENDINGS[end] ?? end} after ${summary.counts.total} trials`);
      const { best, front } = summary;
      if (front !== undefined && front.length > 0) for (const line of frontLines(summary)) say(line);
      else if (best === undefined) say(withoutBest(summary));
      else {
        say(`best ${summary.metric} ${formatValue(best.value)} (trial #${best.number})`);
        for (const [name, value] of Object.entries(best.params)) say(`  ${name} = ${formatValue(value)}`);
      }
      say(`journal: ${summary.id}`);
    },
  };
}

/** "minimize val_loss and maximize accuracy". */
const aim = ({ metric, goal, objectives = [{ metric, goal }] }: StudySummary): string =>
  objectives.map((one) => `${one.goal} ${one.metric}`).join(" and ");

function withoutBest({ counts, definition }: StudySummary): string {
  const scored = counts.complete + counts.stopped > 0;
  return scored && definition?.limits !== undefined
    ? "No trial kept all limits: see them with `show`."
    : "No trial gave a score.";
}

const ENDINGS: Readonly<Record<string, string>> = {
  done: "finished",
  converged: "finished: it has converged",
  time: "time is up",
  score: "the score asked for was reached",
  stopped: "stopped",
};

function progressBar(): SingleBar {
  return new SingleBar({
    format: "{bar} {value}/{total} · {text}",
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
    stream: process.stderr,
  });
}

function state({ best, front, counts, metric }: StudySummary): string {
  const score =
    front !== undefined
      ? `front of ${front.length}`
      : best === undefined
        ? "no score yet"
        : `best ${metric} ${formatValue(best.value)} (#${best.number})`;
  const failed = counts.failed > 0 ? ` · ${counts.failed} failed` : "";
  return `${score} · ${counts.running} running${failed}`;
}
