import type { VscodeTextfield } from "@vscode-elements/elements/dist/vscode-textfield/vscode-textfield.js";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { syncText } from "../sync.ts";
import { openIcon } from "./icons.ts";
import { sparkline } from "./sparkline.ts";

export interface Suggestion {
  readonly value: string;
  readonly detail?: string;
  /** A small curve beside it. */
  readonly curve?: readonly number[];
}

/**
 * A text field with suggestions: any text may be written. `vscode-single-select` has a combobox mode, but loses
 * what was typed unless it is added to its list first.
 */
export class TuneCombobox extends LitElement {
  static override properties = {
    value: {},
    label: {},
    placeholder: {},
    invalid: { type: Boolean },
    suggestions: { attribute: false },
    messages: { attribute: false },
    opened: { state: true },
    active: { state: true },
    filter: { state: true },
  };
  declare value: string;
  declare label: string;
  declare placeholder: string;
  declare invalid: boolean;
  declare suggestions: readonly Suggestion[];
  declare messages: readonly string[];
  /** Takes a text that was typed or chosen. */
  declare commit: (text: string) => void;
  declare opened: boolean;
  declare active: number;
  declare filter: string | undefined;

  constructor() {
    super();
    this.value = "";
    this.label = "";
    this.placeholder = "";
    this.invalid = false;
    this.suggestions = [];
    this.messages = [];
    this.opened = false;
    this.active = -1;
    this.filter = undefined;
  }

  /** Its parts belong to the page, so that the page's stylesheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  private get visible(): readonly Suggestion[] {
    const filter = this.filter?.trim().toLowerCase();
    return filter
      ? this.suggestions.filter(({ value }) => value.toLowerCase().includes(filter))
      : this.suggestions;
  }

  private get textfield(): VscodeTextfield {
    return this.querySelector("vscode-textfield") as VscodeTextfield;
  }

  private open(): void {
    this.opened = this.visible.length > 0;
  }

  private close(): void {
    this.opened = false;
    this.active = -1;
    this.filter = undefined;
  }

  private choose(value: string): void {
    this.close();
    this.textfield.value = value;
    if (value !== this.value) {
      this.commit(value);
    }
  }

  private move(by: number): void {
    if (!this.opened) {
      this.open();
      return;
    }
    const count = this.visible.length;
    this.active = (this.active + by + (by < 0 && this.active < 0 ? 1 : 0) + count) % count;
  }

  private onKeyDown(event: KeyboardEvent): void {
    const chosen = this.opened ? this.visible[this.active] : undefined;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && chosen) {
      // Before the text field takes the letters typed so far.
      event.stopPropagation();
      this.choose(chosen.value);
    } else if (event.key === "Escape" && this.opened) {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter") {
      this.close();
    }
  }

  private onInput(): void {
    this.filter = this.textfield.value;
    this.active = -1;
    this.open();
  }

  private onFocusOut(event: FocusEvent): void {
    if (!this.contains(event.relatedTarget as Node | null)) {
      this.close();
    }
  }

  private option(suggestion: Suggestion, index: number): TemplateResult {
    const { value, detail, curve } = suggestion;
    return html`<li
      id="${this.id}-${index}"
      role="option"
      class=${index === this.active ? "suggestion active" : "suggestion"}
      aria-selected=${value === this.value}
      @pointerdown=${(event: Event) => {
        // The field keeps the focus, and so does not take its half-typed text.
        event.preventDefault();
        this.choose(value);
      }}
    >
      <span class="suggestion-value">${value}</span>
      ${curve && curve.length > 1 ? sparkline(curve) : nothing}
      ${detail ? html`<span class="quiet number">${detail}</span>` : nothing}
    </li>`;
  }

  protected override render(): TemplateResult {
    return html`<vscode-textfield
        class="field field-combobox"
        .label=${this.label}
        placeholder=${this.placeholder}
        autocomplete="off"
        ?invalid=${this.invalid}
        ${syncText({
          value: this.value,
          messages: this.messages,
          commit: (text) => {
            this.commit(text.trim());
            return true;
          },
          revert: () => this.close(),
        })}
        @keydown=${{ handleEvent: (event: KeyboardEvent) => this.onKeyDown(event), capture: true }}
        @input=${this.onInput}
        @click=${this.open}
        @focusout=${this.onFocusOut}
      >
        <span slot="content-after" class="combobox-button" aria-hidden="true">${openIcon}</span>
      </vscode-textfield>
      <ul popover="manual" class="suggestions" role="listbox" aria-label=${this.label}>
        ${this.visible.map((suggestion, index) => this.option(suggestion, index))}
      </ul>`;
  }

  protected override updated(): void {
    const list = this.querySelector("ul") as HTMLElement;
    if (this.opened && !list.matches(":popover-open")) {
      const { left, bottom, width } = this.textfield.getBoundingClientRect();
      Object.assign(list.style, { left: `${left}px`, top: `${bottom + 1}px`, minWidth: `${width}px` });
      list.showPopover();
    } else if (!this.opened && list.matches(":popover-open")) {
      list.hidePopover();
    }
    void this.textfield.updateComplete.then(() => this.describe(list));
  }

  /** Says to screen readers what the field is: the list stands outside its shadow tree. */
  private describe(list: HTMLElement): void {
    const input = this.textfield.wrappedElement;
    const items = list.querySelectorAll<HTMLElement>("li");
    input.role = "combobox";
    input.ariaAutoComplete = "list";
    input.ariaExpanded = String(this.opened);
    Object.assign(input, {
      ariaControlsElements: [list],
      ariaActiveDescendantElement: this.opened ? (items[this.active] ?? null) : null,
    });
    items[this.active]?.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("tune-combobox", TuneCombobox);
