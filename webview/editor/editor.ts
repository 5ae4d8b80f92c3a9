import type { EditorUp, JsonPath } from "../../src/protocol/panel.ts";
import type { Model } from "./collect.ts";

/** What the parts of the page draw from, and all that they may do. */
export interface Editor {
  readonly model: Model;
  /** Changes one value of the file; undefined removes it. One call is one step of undo. */
  set(path: JsonPath, value: unknown): void;
  send(intent: EditorUp): void;
  /** Says why what was typed in the control of `path` cannot be sent; undefined takes it back. */
  fail(path: JsonPath, message: string | undefined): void;
  /** What is wrong with the value at `path`, in the order to read it. */
  messages(path: JsonPath): readonly string[];
  /** Parts that open and close keep that over tab switches; `key` names one. */
  isOpen(key: string): boolean;
  toggle(key: string): void;
  /** Keeps a row in its place for as long as the page is open. */
  keep(name: string): void;
}
