import type { EditorDown } from "../../src/protocol/panel.ts";
import type { PageState } from "./app.ts";
import { isLoose } from "./values.ts";

/** Whether a message is one that the editor can draw. */
export function isEditorDown(message: unknown): message is EditorDown {
  return (
    isLoose(message) &&
    message.type === "definition" &&
    [message.problems, message.strategies, message.metrics, message.missing].every(Array.isArray) &&
    typeof message.fileName === "string" &&
    typeof message.trusted === "boolean" &&
    (message.definition === undefined || isLoose(message.definition)) &&
    (message.study === undefined || isLoose(message.study))
  );
}

/** The state kept by an earlier page, as far as it can be read. */
export function readState(state: unknown): PageState {
  const { scroll, open } = isLoose(state) ? state : {};
  return {
    scroll: typeof scroll === "number" ? scroll : 0,
    open: Array.isArray(open) ? open.filter((key) => typeof key === "string") : [],
  };
}
