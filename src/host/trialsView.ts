import {
  commands,
  EventEmitter,
  type Memento,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from "vscode";
import type { EngineCalls, TrialQuery } from "../protocol/engine.ts";
import type { TrialRow } from "../protocol/insight.ts";
import type { StudyId, StudySummary } from "../protocol/study.ts";
import type { TrialNumber } from "../protocol/trial.ts";
import { type Coalesced, coalesce } from "./coalesce.ts";
import type { EngineClient } from "./engineClient.ts";
import type { Selection, Studies } from "./studies.ts";
import { pageItem, studyItem, trialItem, trialTooltip } from "./trialItems.ts";

import type { PageNode, StudyNode, TrialNode, TrialsNode } from "./trialNodes.ts";

export const VIEW = "tuningFork.trials";
/** Rows asked for at once: what one refresh costs the extension host is bounded by it. */
export const PAGE = 200;
const REFRESH = 400;

type Sort = TrialQuery["sort"];

interface Place {
  readonly row: TrialRow;
  readonly node: TrialNode;
  readonly parent: StudyNode | PageNode;
}

/** The side bar's tree: studies, their trials, and pages of trials beyond the first 200. */
export class TrialsView implements TreeDataProvider<TrialsNode> {
  readonly view: TreeView<TrialsNode>;
  readonly #changed = new EventEmitter<TrialsNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #engine: EngineClient;
  readonly #studies: Studies;
  readonly #memory: Memento;
  readonly #nodes = new Map<StudyId, StudyNode>();
  readonly #places = new Map<StudyId, Map<TrialNumber, Place>>();
  readonly #dirty = new Set<StudyId>();
  readonly #refresh: Coalesced;
  #order = "";
  #sort: Sort;
  #filter = "";

  constructor(engine: EngineClient, studies: Studies, memory: Memento, failed: (error: unknown) => void) {
    this.#engine = engine;
    this.#studies = studies;
    this.#memory = memory;
    this.#sort = memory.get<Sort>("sort", "score");
    this.#refresh = coalesce(() => this.#flush(), REFRESH, failed);
    this.view = window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.view.onDidChangeSelection(({ selection: [node] }) => {
      if (node?.kind === "trial") {
        studies.select({ study: node.study, trial: node.trial });
      }
    });
    this.view.onDidChangeVisibility(() => void this.#reveal());
    studies.events.on("changed", (id) => {
      this.#dirty.add(id);
      this.#refresh.request();
    });
    studies.events.on("selected", () => void this.#reveal());
    this.#describe();
  }

  dispose(): void {
    this.#refresh.dispose();
    this.#changed.dispose();
    this.view.dispose();
  }

  get sort(): Sort {
    return this.#sort;
  }

  get filter(): string {
    return this.#filter;
  }

  setSort(sort: Sort): void {
    this.#sort = sort;
    void this.#memory.update("sort", sort);
    this.#describe();
    this.#changed.fire(undefined);
  }

  setFilter(filter: string): void {
    this.#filter = filter.trim();
    void commands.executeCommand("setContext", "tuningFork.filtered", this.#filter !== "");
    this.#describe();
    this.#changed.fire(undefined);
  }

  isPinned(node: TrialNode): boolean {
    return this.#pins(node.study).includes(node.trial);
  }

  async setPinned(node: TrialNode, pinned: boolean): Promise<void> {
    const others = this.#pins(node.study).filter((trial) => trial !== node.trial);
    await this.#memory.update(`pins ${node.study}`, pinned ? [...others, node.trial] : others);
    this.#changed.fire(this.#nodes.get(node.study));
  }

  async getChildren(node?: TrialsNode): Promise<TrialsNode[]> {
    switch (node?.kind) {
      case undefined: {
        const studies = this.#studies.list();
        this.#order = orderOf(studies);
        return studies.map((study) => this.#nodeOf(study.id));
      }
      case "study":
        return this.#firstPage(node);
      case "page":
        return (await this.#page(node, node.offset)).nodes;
      default:
        return [];
    }
  }

  getParent(node: TrialsNode): TrialsNode | undefined {
    switch (node.kind) {
      case "study":
        return undefined;
      case "page":
        return this.#nodeOf(node.study);
      default:
        return this.#places.get(node.study)?.get(node.trial)?.parent;
    }
  }

  getTreeItem(node: TrialsNode): TreeItem {
    const study = this.#studies.get(node.study);
    switch (node.kind) {
      case "study":
        return studyItem(node.study, study, this.#studies.list()[0]?.id === node.study);
      case "page":
        return pageItem(node, PAGE, study);
      default:
        return trialItem(
          this.#places.get(node.study)?.get(node.trial)?.row,
          node,
          study,
          this.isPinned(node),
        );
    }
  }

  /** Hovers are made only when they are shown. */
  async resolveTreeItem(item: TreeItem, node: TrialsNode): Promise<TreeItem> {
    const study = this.#studies.get(node.study);
    if (node.kind === "trial" && study !== undefined) {
      const { row, why } = await this.#engine.call("trial", { study: node.study, trial: node.trial });
      item.tooltip = trialTooltip(row, why ?? undefined, study);
    }
    return item;
  }

  async #firstPage(node: StudyNode): Promise<TrialsNode[]> {
    this.#places.set(node.study, new Map());
    const { nodes, total } = await this.#page(node, 0);
    // A filter hides what it does not find, pinned or not.
    const pinned = this.#filter === "" ? await this.#extra(node, this.#wanted(node.study)) : [];
    const pages: PageNode[] = [];
    for (let offset = PAGE; offset < total; offset += PAGE) {
      pages.push({ kind: "page", study: node.study, offset });
    }
    return [...pinned, ...nodes.filter((trial) => !pinned.includes(trial)), ...pages];
  }

  async #page(parent: StudyNode | PageNode, offset: number): Promise<{ nodes: TrialNode[]; total: number }> {
    const query: EngineCalls["trials"]["params"] = {
      study: parent.study,
      sort: this.#sort,
      offset,
      limit: PAGE,
      ...(this.#filter === "" ? {} : { filter: this.#filter }),
    };
    const { rows, total } = await this.#engine.call("trials", query);
    return { nodes: rows.map((row) => this.#put(row, parent)), total };
  }

  /** Trials above the page: pinned ones, and a selected one that is not on it. What the journal lacks is left out. */
  async #extra(parent: StudyNode, trials: readonly TrialNumber[]): Promise<TrialNode[]> {
    const rows = await Promise.all(
      trials.map((trial) =>
        this.#engine.call("trial", { study: parent.study, trial }).then(
          ({ row }) => row,
          () => undefined,
        ),
      ),
    );
    return rows.filter((row) => row !== undefined).map((row) => this.#put(row, parent));
  }

  #put(row: TrialRow, parent: StudyNode | PageNode): TrialNode {
    const places = this.#places.get(parent.study) ?? new Map<TrialNumber, Place>();
    this.#places.set(parent.study, places);
    const known = places.get(row.number);
    const node: TrialNode = known?.node ?? { kind: "trial", study: parent.study, trial: row.number };
    places.set(row.number, { row, node, parent: known?.parent.kind === "study" ? known.parent : parent });
    return node;
  }

  #nodeOf(id: StudyId): StudyNode {
    const node: StudyNode = this.#nodes.get(id) ?? { kind: "study", study: id };
    this.#nodes.set(id, node);
    return node;
  }

  /** Pinned trials, and the selected one where it is on no open page. */
  #wanted(study: StudyId): TrialNumber[] {
    const { selection } = this.#studies;
    const wanted = new Set(this.#pins(study));
    if (selection?.study === study && !this.#places.get(study)?.has(selection.trial)) {
      wanted.add(selection.trial);
    }
    return [...wanted];
  }

  #pins(study: StudyId): readonly TrialNumber[] {
    return this.#memory.get<TrialNumber[]>(`pins ${study}`, []);
  }

  #flush(): void {
    const { running } = this.#studies;
    this.view.badge =
      running === 0
        ? undefined
        : { value: running, tooltip: `${running} running trial${running === 1 ? "" : "s"}` };
    if (this.#order !== orderOf(this.#studies.list())) {
      this.#changed.fire(undefined);
    } else {
      for (const id of this.#dirty) {
        this.#changed.fire(this.#nodes.get(id));
      }
    }
    this.#dirty.clear();
  }

  #describe(): void {
    const filter = this.#filter === "" ? [] : [`"${this.#filter}"`];
    this.view.description = [...filter, `by ${this.#sort}`].join(" · ");
  }

  /** Shows the selection where the view is open; `reveal` would open a closed one. */
  async #reveal(): Promise<void> {
    const { selection } = this.#studies;
    if (selection === undefined || !this.view.visible) {
      return;
    }
    const [shown] = this.view.selection;
    if (shown?.kind === "trial" && shown.study === selection.study && shown.trial === selection.trial) {
      return;
    }
    const placed = this.#places.get(selection.study)?.get(selection.trial)?.node;
    const node = placed ?? (await this.#fetch(selection));
    if (node !== undefined) {
      await this.view.reveal(node, { select: true, focus: false });
    }
  }

  /** A selected trial that is on no open page gets a row of its own. */
  async #fetch({ study, trial }: Selection): Promise<TrialNode | undefined> {
    const parent = this.#nodes.get(study);
    if (parent === undefined || this.#filter !== "") {
      return undefined;
    }
    const [node] = await this.#extra(parent, [trial]);
    this.#changed.fire(parent);
    return node;
  }
}

function orderOf(studies: readonly StudySummary[]): string {
  return studies.map((study) => study.id).join("\n");
}
