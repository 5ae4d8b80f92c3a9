import type { VscodeCheckbox } from "@vscode-elements/elements/dist/vscode-checkbox/vscode-checkbox.js";
import type { VscodeSingleSelect } from "@vscode-elements/elements/dist/vscode-single-select/vscode-single-select.js";
import type { VscodeTextfield } from "@vscode-elements/elements/dist/vscode-textfield/vscode-textfield.js";
import { noChange } from "lit";
import { AsyncDirective } from "lit/async-directive.js";
import { directive, type ElementPart, type PartInfo, PartType } from "lit/directive.js";
import { sameJson } from "./values.ts";

/**
 * Ties a control to a value that others may change at any time. lit's own property bindings write only what
 * differs from the last value written, so a refused edit would stay on screen, and a redraw would take away what
 * is being typed. Here a control shows the value unless somebody is typing in it.
 */
abstract class SyncDirective<Element, Binding> extends AsyncDirective {
  #bound: Binding | undefined;

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) {
      throw new Error("This directive belongs on an element.");
    }
  }

  /** The binding of the last drawing; the listeners of the first one read it. */
  protected get bound(): Binding {
    return this.#bound as Binding;
  }

  protected abstract listen(element: Element): void;
  protected abstract show(element: Element): void;

  override update(part: ElementPart, [binding]: [Binding]): typeof noChange {
    const element = part.element as Element;
    const first = this.#bound === undefined;
    this.#bound = binding;
    if (first) {
      this.listen(element);
    }
    this.show(element);
    return noChange;
  }

  render(_binding: Binding): typeof noChange {
    return noChange;
  }
}

export interface TextBinding {
  readonly value: string;
  /** What is wrong with the value, for screen readers. */
  readonly messages: readonly string[];
  /** Takes what was typed; false where it cannot be, then it stays to be corrected. */
  commit(text: string): boolean;
  /** The text is the old value again. */
  revert(): void;
}

class TextDirective extends SyncDirective<VscodeTextfield, TextBinding> {
  #typing = false;

  #commit(element: VscodeTextfield): void {
    if (!this.#typing) {
      return;
    }
    if (element.value === this.bound.value) {
      this.#revert(element);
      return;
    }
    this.#typing = !this.bound.commit(element.value);
    this.show(element);
  }

  #revert(element: VscodeTextfield): void {
    this.#typing = false;
    element.value = this.bound.value;
    this.bound.revert();
  }

  protected override listen(element: VscodeTextfield): void {
    element.addEventListener("input", () => {
      this.#typing = true;
    });
    element.addEventListener("change", () => this.#commit(element));
    element.addEventListener("focusout", () => this.#commit(element));
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        this.#commit(element);
      } else if (event.key === "Escape" && this.#typing) {
        event.stopPropagation();
        this.#revert(element);
      }
    });
  }

  /** The control is gone, and what was typed in it with its message. */
  protected override disconnected(): void {
    if (this.#typing) {
      this.#typing = false;
      this.bound.revert();
    }
  }

  protected override show(element: VscodeTextfield): void {
    if (!this.#typing && element.value !== this.bound.value) {
      element.value = this.bound.value;
    }
    const description = this.bound.messages.join(" ");
    void element.updateComplete.then(() => {
      element.wrappedElement.ariaDescription = description || null;
      element.wrappedElement.ariaInvalid = description ? "true" : null;
    });
  }
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
}

export interface SelectBinding {
  readonly value: string;
  readonly options: readonly Option[];
  commit(value: string): void;
}

const OPTION_HEIGHT = 22;
const MOST_VISIBLE_OPTIONS = 10;

class SelectDirective extends SyncDirective<VscodeSingleSelect, SelectBinding> {
  #options: readonly Option[] = [];

  /** The list opens upwards where there is no room below. */
  #place(element: VscodeSingleSelect): void {
    const { bottom, top } = element.getBoundingClientRect();
    const rows = Math.min(this.#options.length, MOST_VISIBLE_OPTIONS);
    const described = this.#options.some((option) => option.description) ? 3 * OPTION_HEIGHT : 0;
    const height = rows * OPTION_HEIGHT + described;
    element.position = bottom + height > window.innerHeight && top > height ? "above" : "below";
  }

  protected override listen(element: VscodeSingleSelect): void {
    for (const event of ["pointerdown", "keydown"]) {
      element.addEventListener(event, () => this.#place(element), { capture: true });
    }
    element.addEventListener("change", () => {
      if (element.value !== this.bound.value) {
        this.bound.commit(element.value);
      }
    });
  }

  protected override show(element: VscodeSingleSelect): void {
    const { value, options } = this.bound;
    // A value that the list does not have is shown all the same: it stands in the file.
    const known = options.some((option) => option.value === value);
    const all = known ? options : [{ value, label: value }, ...options];
    if (!sameJson(all, this.#options)) {
      this.#options = all;
      element.options = all.map(({ value, label, description = "" }) => ({
        value,
        label,
        description,
        selected: false,
        disabled: false,
      }));
      element.value = value;
    } else if (element.value !== value) {
      element.value = value;
    }
  }
}

export interface CheckBinding {
  readonly checked: boolean;
  commit(checked: boolean): void;
}

class CheckDirective extends SyncDirective<VscodeCheckbox, CheckBinding> {
  protected override listen(element: VscodeCheckbox): void {
    element.addEventListener("change", () => this.bound.commit(element.checked));
  }

  protected override show(element: VscodeCheckbox): void {
    if (element.checked !== this.bound.checked) {
      element.checked = this.bound.checked;
    }
  }
}

export const syncText = directive(TextDirective);
export const syncSelect = directive(SelectDirective);
export const syncCheck = directive(CheckDirective);
