import "@vscode-elements/elements/dist/vscode-button/index.js";
import "@vscode-elements/elements/dist/vscode-checkbox/index.js";
import "@vscode-elements/elements/dist/vscode-single-select/index.js";
import { VscodeTextfield } from "@vscode-elements/elements/dist/vscode-textfield/index.js";
import { css } from "lit";
import "./view/combobox.ts";
import "../shared/theme.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/form.css";
import "./style/table.css";
import "./style/narrow.css";
import "./style/contrast.css";
import type { EditorDown, EditorUp } from "../../src/protocol/panel.ts";
import { connect } from "../shared/messages.ts";
import { App } from "./app.ts";
import { isEditorDown, readState } from "./message.ts";

// The square background of its input would stand over the round corners of its frame, which has the same colour.
VscodeTextfield.elementStyles.push(css`
  .root input,
  :host([invalid]) .root input {
    background-color: transparent;
  }
`);

const SCROLL_REST_MS = 150;

const host = connect<EditorDown, EditorUp>(isEditorDown, (message) => app.receive(message));
const root = document.createElement("div");
root.id = "editor";
document.body.append(root);

const app = new App({
  root,
  state: readState(host.state()),
  send: (intent) => host.send(intent),
  keepState: (state) => host.setState(state),
});

let rest: ReturnType<typeof setTimeout> | undefined;
window.addEventListener("scroll", () => {
  clearTimeout(rest);
  rest = setTimeout(() => app.scrolled(window.scrollY), SCROLL_REST_MS);
});

// The headings of the table stand still right under the header, which wraps in a narrow window.
const headerSize = new ResizeObserver(([entry]) => {
  const height = entry?.borderBoxSize[0]?.blockSize ?? 0;
  document.documentElement.style.setProperty("--header-height", `${height}px`);
});
new MutationObserver(() => {
  headerSize.disconnect();
  const header = root.querySelector("header");
  if (header) {
    headerSize.observe(header);
  }
}).observe(root, { childList: true });
