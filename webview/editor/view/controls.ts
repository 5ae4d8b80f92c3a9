import { html, nothing, type TemplateResult } from "lit";
import { ifDefined } from "lit/directives/if-defined.js";
import type { JsonPath } from "../../../src/protocol/panel.ts";
import type { Editor } from "../editor.ts";
import { type Option, syncCheck, syncSelect, syncText } from "../sync.ts";
import { formatValue, parseNumber } from "../values.ts";
import { errorIcon } from "./icons.ts";

/** What a typed text means: a value for the file, or why it is none. */
export type Reading = { readonly value: unknown } | { readonly error: string };

export interface TextFieldOptions {
  /** Where its value stands, and its problems. */
  readonly path: JsonPath;
  /** Names the control within its row or section, for tests and styles. */
  readonly field: string;
  /** For screen readers. */
  readonly label: string;
  /** What stands in the file, as text. */
  readonly text: string;
  readonly placeholder?: string;
  readonly size?: "number" | "word" | "wide";
  read(text: string): Reading;
  /** What to change instead of the value at `path`. */
  commit?(value: unknown): void;
}

export function textField(editor: Editor, options: TextFieldOptions): TemplateResult {
  const { path, field, label, text, placeholder, size = "word" } = options;
  const messages = editor.messages(path);
  const commit = (typed: string): boolean => {
    const reading = options.read(typed);
    if ("error" in reading) {
      editor.fail(path, reading.error);
      return false;
    }
    editor.fail(path, undefined);
    if (options.commit) {
      options.commit(reading.value);
    } else {
      editor.set(path, reading.value);
    }
    return true;
  };
  return html`<vscode-textfield
    class="field field-${size}"
    data-field=${field}
    placeholder=${ifDefined(placeholder)}
    .label=${label}
    ?invalid=${messages.length > 0}
    ${syncText({ value: text, messages, commit, revert: () => editor.fail(path, undefined) })}
  ></vscode-textfield>`;
}

export interface NumberFieldOptions extends Omit<TextFieldOptions, "text" | "read"> {
  readonly value: unknown;
  readonly whole?: boolean;
  /** Whether nothing may stand there; then an empty field removes the value. */
  readonly optional?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

export function readNumber(text: string, options: Partial<NumberFieldOptions>): Reading {
  if (text.trim() === "" && options.optional) {
    return { value: undefined };
  }
  const value = parseNumber(text);
  if (value === undefined) {
    return { error: `Write a number, such as ${options.whole ? "3" : "0.01 or 1e-5"}.` };
  }
  if (options.whole && !Number.isInteger(value)) {
    return { error: "Write a whole number." };
  }
  if (options.minimum !== undefined && value < options.minimum) {
    return { error: `Write ${options.minimum} or more.` };
  }
  if (options.maximum !== undefined && value > options.maximum) {
    return { error: `Write ${options.maximum} or less.` };
  }
  return { value };
}

export function numberField(editor: Editor, options: NumberFieldOptions): TemplateResult {
  return textField(editor, {
    size: "number",
    ...options,
    text: formatValue(options.value),
    read: (text) => readNumber(text, options),
  });
}

export interface SelectOptions {
  readonly path: JsonPath;
  readonly field: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly quiet?: boolean;
  commit(value: string): void;
}

export function select(editor: Editor, options: SelectOptions): TemplateResult {
  const invalid = editor.messages(options.path).length > 0;
  return html`<vscode-single-select
    class=${options.quiet ? "select select-quiet" : "select"}
    data-field=${options.field}
    .label=${options.label}
    ?invalid=${invalid}
    ${syncSelect({ value: options.value, options: options.options, commit: options.commit })}
  ></vscode-single-select>`;
}

export interface CheckboxOptions {
  readonly field: string;
  readonly label: string;
  readonly checked: boolean;
  /** Whether the label is drawn, or only read out. */
  readonly labelled?: boolean;
  commit(checked: boolean): void;
}

export function checkbox(options: CheckboxOptions): TemplateResult {
  const { label, labelled = false } = options;
  return html`<vscode-checkbox
    class=${labelled ? "check" : "check check-bare"}
    data-field=${options.field}
    ${syncCheck({ checked: options.checked, commit: options.commit })}
    ><span class=${labelled ? "" : "visually-hidden"}>${label}</span></vscode-checkbox
  >`;
}

/** What is wrong, under the control it is about. */
export function problemLines(messages: readonly string[], under?: string): TemplateResult | typeof nothing {
  if (messages.length === 0) {
    return nothing;
  }
  return html`<div class="problem" data-under=${ifDefined(under)} role="note">
    ${messages.map((message) => html`<div>${errorIcon}<span>${message}</span></div>`)}
  </div>`;
}

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: TemplateResult;
  readonly id?: string;
  readonly action?: string;
  readonly title?: string;
  readonly expanded?: boolean;
  press(): void;
}

/** A button that is only its text, as in VS Code's own editors. */
export function linkButton(options: ButtonOptions): TemplateResult {
  return html`<button
    type="button"
    class="link"
    id=${ifDefined(options.id)}
    data-action=${ifDefined(options.action)}
    title=${ifDefined(options.title)}
    aria-expanded=${ifDefined(options.expanded)}
    @click=${options.press}
    >${options.icon ?? nothing}<span>${options.label}</span></button
  >`;
}

/** A button that is only its icon. */
export function iconButton(options: ButtonOptions & { readonly icon: TemplateResult }): TemplateResult {
  return html`<button
    type="button"
    class="icon-button"
    data-action=${ifDefined(options.action)}
    aria-label=${options.label}
    title=${options.title ?? options.label}
    @click=${options.press}
    >${options.icon}</button
  >`;
}
