/** What a webview may call of its host; each page acquires it once. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The typed line to the extension host: intents go up, and the page's own state is kept over reloads. */
export interface Host<Up> {
  send(message: Up): void;
  /** What `setState` kept last, unchecked: the caller validates it. */
  state(): unknown;
  setState(state: unknown): void;
}

/**
 * Opens the line to the host. The listener stands before `ready` is sent, so that the answer to it cannot be
 * missed. `accepts` checks every message on arrival; one that fails is reported to the console and dropped.
 */
export function connect<Down, Up extends { readonly type: string }>(
  accepts: (message: unknown) => message is Down,
  receive: (message: Down) => void,
): Host<Up | { readonly type: "ready" }> {
  const api = acquireVsCodeApi();
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (accepts(event.data)) receive(event.data);
    else console.warn("Tuning Fork: the panel got a message it does not know.", event.data);
  });
  const host: Host<Up | { readonly type: "ready" }> = {
    send: (message) => api.postMessage(message),
    state: () => api.getState(),
    setState: (state) => api.setState(state),
  };
  host.send({ type: "ready" });
  return host;
}

/** Whether a value is an object with fields, as every message is. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
