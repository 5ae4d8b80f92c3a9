import type { PanelDown, PanelKind, PanelUp } from "../../src/protocol/panel.ts";
import type { StudySummary } from "../../src/protocol/study.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { formatNumber } from "./format.ts";
import { type Frame, type FrameParts, type Heading, openFrame } from "./frame.ts";
import { isPanelDown } from "./guards.ts";

export type Snapshot = Extract<PanelDown, { type: "snapshot" }>;

/** What one kind of chart panel of a study does. */
export interface PanelParts extends Omit<FrameParts<Snapshot>, "heading"> {
  readonly kind: PanelKind;
  select(trial: TrialNumber | undefined): void;
}

export type Page = Frame<PanelUp>;

/** A page that shows one study at a time. */
export function openPage(make: (page: Page) => PanelParts): void {
  const heading = ({ study }: Snapshot): Heading => ({
    id: study.id,
    title: `${study.name} · ${study.strategy}`,
    facts: factsOf(study),
    status: study.status,
    name: study.name,
  });
  // Not a copy: what some panels have (their charts) changes.
  openFrame<Snapshot, PanelUp>(isPanelDown, (page) => Object.assign(make(page), { heading }));
}

function factsOf({ counts, done, planned, best, front, metric, status, message }: StudySummary): string {
  const facts = [planned === undefined || planned === null ? `${done} runs` : `${done} of ${planned} runs`];
  if (front !== undefined && front !== null) {
    facts.push(`front of ${front.length}`);
  } else if (best !== undefined && best !== null) {
    facts.push(`best ${metric} ${formatNumber(best.value)} (#${best.number})`);
  }
  if (counts.running > 0) facts.push(`${counts.running} running`);
  if (counts.failed > 0) facts.push(`${counts.failed} failed`);
  if (status !== "running") facts.push(message === undefined ? status : `${status}: ${message}`);
  return facts.join(" · ");
}
