import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { LearningDown } from "../../src/protocol/learning.ts";
import type { PanelDown } from "../../src/protocol/panel.ts";
import {
  type Bundle,
  bundlePanel,
  launch,
  type OpenOptions,
  type OpenPanel,
  openPanel,
  type PageKind,
  type SentMessage,
} from "./harness.ts";

/** A panel that the tests of a file open one after the other. */
export interface TestedPanel {
  /** The one that is open. */
  readonly panel: OpenPanel;
  /** Opens it on a snapshot, drawn. */
  open(message: PanelDown | LearningDown, options?: OpenOptions): Promise<void>;
  /** The last message that it has sent. */
  last(): Promise<SentMessage | undefined>;
}

/** The panel in Chromium, under the policy that it has in VS Code. No test may end with a complaint of the browser. */
export function tested(kind: PageKind): TestedPanel {
  let browser: Browser | undefined;
  let bundle: Bundle;
  let panel: OpenPanel;
  beforeAll(async () => {
    browser = await launch();
    bundle = await bundlePanel(kind);
  }, 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    expect(panel.complaints).toEqual([]);
    await panel.close();
  });
  return {
    get panel() {
      return panel;
    },
    async open(message, options = {}) {
      panel = await openPanel(browser!, bundle, options);
      await panel.post(message);
      await panel.settle();
    },
    last: async () => (await panel.sent()).at(-1),
  };
}
