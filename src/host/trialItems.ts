import {
  ColorThemeKind,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
} from "vscode";
import type { TrialRow } from "../protocol/insight.ts";
import type { StudySummary } from "../protocol/study.ts";
import type { TrialState } from "../protocol/trial.ts";
import { cell } from "./annotationText.ts";
import {
  formatBudget,
  formatDay,
  formatNumber,
  formatValue,
  studyAim,
  studyProgress,
  trialDescription,
  trialLabel,
} from "./format.ts";
import { curvePicture, DARK_INK, dataUri, type Ink, LIGHT_INK } from "./pictures.ts";
import type { PageNode, TrialNode } from "./trialNodes.ts";

/** The tree's rows: what each looks like. */

const icon = (name: string, color: string) => new ThemeIcon(name, new ThemeColor(color));

const STATE_ICONS: Readonly<Record<TrialState, ThemeIcon>> = {
  running: icon("play-circle", "charts.blue"),
  paused: icon("debug-pause", "testing.iconQueued"),
  complete: icon("pass", "testing.iconPassed"),
  stopped: icon("circle-slash", "testing.iconSkipped"),
  failed: icon("error", "testing.iconFailed"),
  waiting: icon("circle-outline", "descriptionForeground"),
};

const BREAKS_LIMITS = icon("warning", "problemsWarningIcon.foreground");
const INTERRUPTED = icon("debug-disconnect", "testing.iconSkipped");

const stateIcon = (state: TrialState, live: boolean) =>
  state === "running" && !live ? INTERRUPTED : STATE_ICONS[state];

const STUDY_ICONS: Readonly<Record<StudySummary["status"], ThemeIcon>> = {
  running: icon("play-circle", "charts.blue"),
  finished: icon("pass-filled", "testing.iconPassed"),
  stopped: icon("stop-circle", "testing.iconSkipped"),
  damaged: icon("warning", "problemsWarningIcon.foreground"),
};

export function studyItem(id: string, study: StudySummary | undefined, open: boolean): TreeItem {
  const item = new TreeItem(
    study === undefined ? id : studyTitle(study),
    open ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed,
  );
  item.id = id;
  if (study !== undefined) {
    item.description =
      study.status === "damaged"
        ? (study.message ?? "damaged")
        : `${studyProgress(study)} · ${study.strategy}`;
    item.iconPath = STUDY_ICONS[study.status];
    item.contextValue = `study.${study.status}${study.definitionPath ? ".defined" : ""}${study.objectives ? ".several" : ""}`;
    item.tooltip = studyTooltip(study);
  }
  return item;
}

/** `train.py`, with the study's name where it has one of its own; older studies say of when they are. */
export function studyTitle(study: StudySummary): string {
  const script = study.definition?.script.split("/").at(-1);
  const isOwn = script !== undefined && study.name !== script.replace(/\.[^.]*$/, "");
  const name = script === undefined ? study.name : isOwn ? `${script} · ${study.name}` : script;
  const updated = study.updated ?? undefined;
  const day = updated === undefined ? "today" : formatDay(updated, Date.now());
  return day === "today" ? name : `${name} · ${day}`;
}

function studyTooltip(study: StudySummary): MarkdownString {
  const { counts } = study;
  const tally = Object.entries(counts)
    .filter(([name, count]) => name !== "total" && count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
  const lines = [
    `**${cell(study.name)}** · ${cell(study.strategy)} · ${study.status}`,
    `${cell(studyAim(study))}; ${counts.total} trials${tally === "" ? "" : `: ${tally}`}`,
    ...(study.message ? [cell(study.message)] : []),
    `\`${study.id}\``,
  ];
  return new MarkdownString(lines.join("\n\n"));
}

/** Trials beyond the first page, 200 at a time. */
export function pageItem(node: PageNode, size: number, study: StudySummary | undefined): TreeItem {
  const last = Math.min(node.offset + size, study?.counts.total ?? Number.POSITIVE_INFINITY);
  const item = new TreeItem(`Show ${node.offset + 1}–${last}`, TreeItemCollapsibleState.Collapsed);
  item.id = `${node.study}#page${node.offset}`;
  item.iconPath = new ThemeIcon("ellipsis");
  item.contextValue = "page";
  return item;
}

export function trialItem(
  row: TrialRow | undefined,
  node: TrialNode,
  study: StudySummary | undefined,
  pinned: boolean,
): TreeItem {
  const item = new TreeItem(row === undefined ? `#${node.trial}` : trialLabel(row));
  item.id = `${node.study}#${node.trial}`;
  if (row === undefined) {
    return item;
  }
  const several = study?.front ?? undefined;
  const best = several === undefined ? study?.best?.number === row.number : row.front === true;
  const live = study?.status === "running";
  const description = trialDescription(row, study?.definition?.budget, live);
  item.description = pinned ? `pinned · ${description}` : description;
  item.iconPath = best
    ? icon("star-full", "charts.yellow")
    : row.broken
      ? BREAKS_LIMITS
      : stateIcon(row.state, live);
  item.contextValue = `trial.${row.state === "running" && !live ? "interrupted" : row.state}${pinned ? ".pinned" : ""}`;
  const words = [
    best ? (several ? "trial on the Pareto front" : "best trial") : "trial",
    trialLabel(row),
    item.description,
  ];
  item.accessibilityInformation = { label: words.join(", ") };
  return item;
}

/** Configuration as a table, curve as a small picture, and why the strategy chose it. */
export function trialTooltip(row: TrialRow, why: string | undefined, study: StudySummary): MarkdownString {
  const state = [row.state, row.reason, formatBudget(row.budget, study.definition?.budget)].filter(Boolean);
  const lines = [`**Trial ${row.number}** · ${cell(state.join(" · "))}`];
  const scores = row.scores ?? (row.score === undefined || row.score === null ? [] : [row.score]);
  const metrics = study.objectives?.map(({ metric }) => metric) ?? [study.metric];
  if (scores.length > 0) {
    lines.push(scores.map((score, i) => `${cell(metrics[i] ?? "")} ${formatNumber(score)}`).join(" · "));
  }
  if (row.front) {
    lines.push("★ On the Pareto front: no trial is better in one objective without being worse in another.");
  }
  if (row.broken) {
    lines.push(`⚠ Breaks limits, so it is never the best: ${cell(row.broken.join(", "))}`);
  }
  if (row.driven) {
    lines.push(
      "A policy has set its learning rate step by step: these values alone do not make it so good, and it is never the best.",
    );
  }
  const picture = curvePicture(row.curve, study.metric, currentInk());
  if (picture !== undefined) {
    lines.push(`![learning curve](${dataUri(picture)})`);
  }
  const values = Object.entries(row.configuration).map(
    ([name, value]) => `| ${cell(name)} | ${cell(formatValue(value))} |`,
  );
  lines.push(["| parameter | value |", "|:--|--:|", ...values].join("\n"));
  if (why !== undefined) {
    lines.push(`_${cell(why)}_`);
  }
  return new MarkdownString(lines.join("\n\n"));
}

export function currentInk(): Ink {
  const { kind } = window.activeColorTheme;
  return kind === ColorThemeKind.Light || kind === ColorThemeKind.HighContrastLight ? LIGHT_INK : DARK_INK;
}
