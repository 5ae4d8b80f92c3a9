import { render } from "lit";
import type { EditorDown, EditorUp, JsonPath } from "../../src/protocol/panel.ts";
import { collect, type Model } from "./collect.ts";
import type { Editor } from "./editor.ts";
import { getAt, overlay, type PendingEdit, SETTLE_MS, settle } from "./pending.ts";
import { messageAt, slotOf } from "./problems.ts";
import { sameJson } from "./values.ts";
import { page } from "./view/page.ts";

/** What is kept while the tab is hidden or the window reloads. */
export interface PageState {
  readonly scroll: number;
  /** Parts that are open. */
  readonly open: readonly string[];
}

export interface AppOptions {
  readonly root: HTMLElement;
  readonly state: PageState;
  send(intent: EditorUp): void;
  keepState(state: PageState): void;
}

/** The page: the last message, the edits that are on their way, and what is open. */
export class App implements Editor {
  readonly #options: AppOptions;
  readonly #open: Set<string>;
  readonly #kept = new Set<string>();
  readonly #errors = new Map<string, string>();
  #message: EditorDown | undefined;
  #model: Model | undefined;
  #edits: readonly PendingEdit[] = [];
  #scroll: number;
  #drawing = false;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#open = new Set(options.state.open);
    this.#scroll = options.state.scroll;
  }

  /** The file, or the study, as the host says it is. */
  receive(message: EditorDown): void {
    if (this.#message === undefined) {
      this.#showWhenDrawn();
    }
    this.#message = message;
    this.#edits = settle(this.#edits, message.definition, performance.now());
    if (message.definition === undefined) {
      this.#errors.clear();
    }
    this.#draw();
  }

  /** The page was scrolled. */
  scrolled(position: number): void {
    this.#scroll = position;
    this.#keepState();
  }

  get model(): Model {
    if (!this.#model) {
      throw new Error("There is nothing to draw before the first message.");
    }
    return this.#model;
  }

  set(path: JsonPath, value: unknown): void {
    const shown = this.#shown();
    if (shown === undefined || sameJson(getAt(shown, path), value)) {
      this.#draw();
      return;
    }
    this.#edits = [...this.#edits, { path, value, sent: performance.now() }];
    this.#options.send(value === undefined ? { type: "set", path } : { type: "set", path, value });
    this.#draw();
    // Should the host refuse it, the file's own value comes back.
    setTimeout(() => this.#settle(), SETTLE_MS);
  }

  send(intent: EditorUp): void {
    this.#options.send(intent);
  }

  fail(path: JsonPath, message: string | undefined): void {
    const slot = slotOf(path);
    if (message === undefined) {
      this.#errors.delete(slot);
    } else {
      this.#errors.set(slot, message);
    }
    this.#draw();
  }

  messages(path: JsonPath): readonly string[] {
    const slot = slotOf(path);
    const error = this.#errors.get(slot);
    return error === undefined
      ? (this.model.problems.get(slot) ?? []).map((problem) => messageAt(slot, problem))
      : [error];
  }

  isOpen(key: string): boolean {
    return this.#open.has(key);
  }

  toggle(key: string): void {
    if (!this.#open.delete(key)) {
      this.#open.add(key);
    }
    this.#keepState();
    this.#draw();
  }

  keep(name: string): void {
    this.#kept.add(name);
  }

  #shown(): unknown {
    return this.#message?.definition && overlay(this.#message.definition, this.#edits);
  }

  #settle(): void {
    const left = settle(this.#edits, this.#message?.definition, performance.now());
    if (left.length !== this.#edits.length) {
      this.#edits = left;
      this.#draw();
    }
  }

  #keepState(): void {
    this.#options.keepState({ scroll: this.#scroll, open: [...this.#open] });
  }

  /** Changes of one turn are drawn at once. */
  #draw(): void {
    if (this.#drawing) {
      return;
    }
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      if (this.#message) {
        this.#model = collect(this.#message, this.#shown(), this.#kept, this.#errors.size);
        render(page(this), this.#options.root);
      }
    });
  }

  /**
   * Controls draw themselves in the microtasks after the page, and every select asks for its place when it does:
   * on a page of 200 rows that takes seconds, unless they have no place yet.
   */
  #showWhenDrawn(): void {
    const { root } = this.#options;
    root.hidden = true;
    setTimeout(() => {
      root.hidden = false;
      window.scrollTo({ top: this.#scroll, behavior: "instant" });
    });
  }
}
