import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  errors,
  type Frame,
  type FrameLocator,
  type Locator,
  type Page,
} from "playwright-core";
import { out } from "../../../scripts/setup/process.ts";
import type { VsCodeServer } from "./server.ts";
import { until } from "./until.ts";

/** Labels in the list of colour themes. */
export const themes = {
  dark: "Dark Modern",
  light: "Light Modern",
  "high-contrast": "Dark High Contrast",
} as const;
/** Where the shots go: outside git, an artefact of CI. */
export const screenshots = join(out, "screenshots");
export type Theme = keyof typeof themes;

/** The class of the workbench's root by which a theme's kind shows. */
const themeClass: Record<Theme, string> = { dark: "vs-dark", light: "vs", "high-contrast": "hc-black" };

export interface WorkbenchOptions {
  /** Pairs of a name and a value that the workbench reads from its URL. */
  readonly payload?: readonly (readonly [string, string])[];
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Called with the new browser profile before the page loads. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

const inputBox = ".quick-input-widget input";

/** `vscode-remote` URI of a path on the server; its authority must be that of the page. */
export const remoteUri = (server: VsCodeServer, path: string) =>
  `vscode-remote://127.0.0.1:${server.port}${path}`;

/** Everything in a page but this machine is refused at once. Webview resources have addresses under
 * vscode-resource.vscode-cdn.net that the webview's own service worker answers. */
async function refuseNetwork(context: BrowserContext): Promise<void> {
  const local = /^(127\.0\.0\.1|localhost|.*\.vscode-resource\.vscode-cdn\.net)$/;
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && !local.test(url.hostname),
    (route) => route.abort(),
  );
}

/** VS Code keeps the frames of covered tabs, hidden. */
async function isOnScreen(frame: Frame): Promise<boolean> {
  const inner = await frame.frameElement();
  const outer = await frame.parentFrame()?.frameElement();
  return (await inner.isVisible()) && (await (outer?.isVisible() ?? true));
}

/** Charts take up a new theme with their next drawing, and draw at most four times a second. */
const REDRAW = 600;

/** A window of VS Code, driven as a person would: by keys, clicks and what is on screen. */
export class Workbench {
  readonly page: Page;
  /** Errors on the page's console, for a failure's report. */
  readonly problems: string[] = [];
  #shots = 0;

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error") {
        this.problems.push(message.text());
      }
    });
  }

  /** Opens a folder in a fresh browser profile: layout, trust and webview state are all new. */
  static async open(
    server: VsCodeServer,
    browser: Browser,
    folder: string,
    options: WorkbenchOptions = {},
  ): Promise<Workbench> {
    const context = await browser.newContext({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    context.setDefaultTimeout(60_000);
    await refuseNetwork(context);
    await options.prepare?.(context);
    const url = new URL(server.url);
    url.searchParams.set("folder", folder);
    if (options.payload) {
      url.searchParams.set("payload", JSON.stringify(options.payload));
    }
    const workbench = new Workbench(await context.newPage());
    await workbench.page.goto(url.href);
    await workbench.#ready();
    return workbench;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async #ready(): Promise<void> {
    await this.page.locator(".monaco-workbench .part.statusbar").waitFor();
    await this.page.locator(".monaco-workbench .part.activitybar .action-item").first().waitFor();
  }

  /** Reloads the window: the extension host ends and another starts. The page's own reload would not save the layout. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent("load");
    await this.runCommand("Developer: Reload Window");
    await loaded;
    await this.#ready();
  }

  /** Opens a file by quick open. */
  async openFile(name: string): Promise<void> {
    await this.#pick("Control+P", name, name.split("/").at(-1) ?? name);
    await this.page
      .locator(".tab.active", { hasText: name.split("/").at(-1) })
      .first()
      .waitFor();
  }

  /** Runs a command from the command palette, by its whole title ("Category: Title"). */
  async runCommand(title: string): Promise<void> {
    await this.#pick("F1", `>${title}`, title);
  }

  async #pick(key: string, text: string, label: string): Promise<void> {
    const input = this.page.locator(inputBox);
    await until(`"${label}" in the list`, () => this.#tryPick(key, text, label), Boolean, 60_000);
    // A command may go on asking in the same box, so its being hidden is not to be waited for.
    const isWaiting = async () => (await input.isVisible()) && (await input.inputValue()) === text;
    await until(`"${label}" to be taken`, isWaiting, (waiting) => !waiting);
  }

  /** Whether the row was there and was clicked. What takes the focus at the same moment (a dialog that closes, an
   * editor that opens) hides the box again, and a list that was opened too early lacks commands: as a person would,
   * one opens it once more. */
  async #tryPick(key: string, text: string, label: string): Promise<boolean> {
    const input = this.page.locator(inputBox);
    const soon = { timeout: 4000 };
    try {
      if (!(await input.isVisible())) {
        await this.page.keyboard.press(key);
      }
      await input.fill(text, soon);
      // The palette's search is fuzzy: the row is chosen by its label.
      await this.quickPickRow(label).click(soon);
      return true;
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) {
        throw error;
      }
      await this.page.keyboard.press("Escape");
      return false;
    }
  }

  /** A row of the open quick pick. */
  quickPickRow(label: string): Locator {
    return this.page
      .locator(".quick-input-widget .quick-input-list .monaco-list-row", { hasText: label })
      .first();
  }

  /** Shows a view container of the activity bar. */
  async openView(title: string): Promise<void> {
    const tab = this.page
      .locator('.part.activitybar [role="tab"]', { has: this.page.locator(`[aria-label^="${title}"]`) })
      .first();
    if ((await tab.getAttribute("aria-selected")) !== "true") {
      await tab.click();
    }
  }

  /** The rows of a tree view that are on screen (the list is virtual). */
  treeRows(view: string): Locator {
    return this.page.locator(`.part.sidebar [aria-label^="${view}"] .monaco-list-row`);
  }

  /** The text of those rows: label and description. */
  async treeTexts(view: string): Promise<string[]> {
    return this.treeRows(view).evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll(".label-name, .label-description")]
          .map((part) => part.textContent)
          .join(" "),
      ),
    );
  }

  /** The document of the nth webview on screen. */
  webview(nth = 0): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").nth(nth).frameLocator("iframe#active-frame");
  }

  /** The webview on screen that runs `name`.js: which of several it is, VS Code does not tell otherwise. */
  async webviewPage(name: string): Promise<Frame> {
    const find = async () => {
      for (const frame of this.page.frames()) {
        const script = frame.locator(`script[src$="/${name}.js"]`);
        if ((await script.count().catch(() => 0)) > 0 && (await isOnScreen(frame))) {
          return frame;
        }
      }
      return undefined;
    };
    const frame = await until(`the ${name} page`, find, Boolean, 60_000);
    return frame as Frame;
  }

  /** A CodeLens on screen. */
  codeLens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration", { hasText: text });
  }

  /** Texts that decorations put behind lines: generated content, which is in no element's text. */
  async decorations(): Promise<string[]> {
    return this.page
      .locator(".editor-instance .view-lines")
      .first()
      .evaluate((lines) =>
        [...lines.querySelectorAll("span")]
          .map((span) => getComputedStyle(span, "::after").content)
          .filter((content) => content !== "none" && content !== "normal" && content !== '""')
          .map((content) => content.replace(/^"|"$/g, "").replaceAll("\u00a0", " ").trim()),
      );
  }

  /** Puts the cursor on a line of the open editor, 1-based, and the line in view. */
  async goToLine(line: number): Promise<void> {
    await this.#pick("Control+G", `:${line}`, String(line));
    await this.page.locator(inputBox).waitFor({ state: "hidden" });
  }

  /** The line of the editor that holds this text. */
  line(text: string): Locator {
    return this.page.locator(".editor-instance .view-line", { hasText: text }).first();
  }

  /** Hovers over a text in the editor and gives the hover. */
  async hover(text: string): Promise<Locator> {
    await this.line(text).locator("span span", { hasText: text }).first().hover();
    const hover = this.page.locator(".monaco-hover:visible").first();
    await hover.waitFor();
    return hover;
  }

  /** Sets the cursor on the line with this text and applies one of its quick fixes. */
  async quickFix(text: string, title: string): Promise<void> {
    await this.line(text).click();
    await this.page.keyboard.press("Control+.");
    const row = this.page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    await row.click();
    await row.waitFor({ state: "hidden" });
  }

  /** The text of the open editor, as far as it is on screen. */
  async editorText(): Promise<string> {
    const lines = this.page.locator(".editor-instance .view-lines .view-line");
    const placed = await lines.evaluateAll((elements) =>
      elements.map((element) => ({
        top: element.getBoundingClientRect().top,
        text: element.textContent ?? "",
      })),
    );
    return placed
      .sort((one, other) => one.top - other.top)
      .map(({ text }) => text.replaceAll("\u00a0", " "))
      .join("\n");
  }

  /** The status bar's item of an extension, by the start of what it is called. */
  statusItem(label: string): Locator {
    return this.page.locator(`.part.statusbar .statusbar-item [aria-label^="${label}"]`).first();
  }

  /** Opens the context menu of what is clicked, gives its entries, and closes it. */
  async contextMenu(target: Locator): Promise<string[]> {
    await target.click({ button: "right" });
    const menu = this.page.locator(".context-view .monaco-menu, .monaco-menu-container .monaco-menu").first();
    await menu.waitFor();
    const entries = await menu.locator(".action-label").allTextContents();
    await this.page.keyboard.press("Escape");
    await menu.waitFor({ state: "hidden" });
    return entries.filter(Boolean);
  }

  /** A modal dialog, for instance the question of workspace trust. */
  dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  async answerDialog(button: string): Promise<void> {
    await this.dialog().getByRole("button", { name: button }).click();
    await this.dialog().waitFor({ state: "hidden" });
  }

  /** Trusts the workspace by way of its banner's editor. */
  async grantTrust(): Promise<void> {
    await this.runCommand("Workspaces: Manage Workspace Trust");
    await this.page
      .locator(".workspace-trust-editor")
      .getByRole("button", { name: "Trust", exact: true })
      .click();
    await this.page.locator(".part.banner").waitFor({ state: "hidden" });
    const overlay = this.page.locator(".monaco-modal-editor-block"); // in it the editor of trust lies over all others
    await overlay.locator('[aria-label^="Close"]').last().click();
    await overlay.waitFor({ state: "hidden" });
  }

  /** A notification on screen. */
  notification(text: string): Locator {
    return this.page.locator(".notification-toast", { hasText: text }).first();
  }

  /** By the palette: code-server reads a changed settings.json when a window loads, not before. */
  async setTheme(theme: Theme): Promise<void> {
    const row = this.quickPickRow(themes[theme]);
    // A list that is opened before the window knows its extensions has no themes, and gets none.
    await until(`the theme ${themes[theme]}`, () => this.#listsTheme(row, themes[theme]), Boolean, 60_000);
    await row.click();
    await this.page.locator(inputBox).waitFor({ state: "hidden" });
    await this.page.locator(`.monaco-workbench.${themeClass[theme]}`).waitFor();
  }

  async #listsTheme(row: Locator, label: string): Promise<boolean> {
    await this.runCommand("Preferences: Color Theme");
    await this.page.locator('.quick-input-widget input[placeholder*="Color Theme"]').fill(label);
    const found = await row.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (!found) {
      await this.page.keyboard.press("Escape");
    }
    return found;
  }

  /**
   * Shoots the window in each theme, into out/screenshots/<theme>-<n>-<name>.png; the last is the dark one, which stays.
   * @param show brings on screen what a change of theme closes: a hover, a menu
   */
  async screenshot(name: string, show: () => Promise<unknown> = async () => {}): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    this.#shots++;
    const number = String(this.#shots).padStart(2, "0");
    for (const theme of ["light", "high-contrast", "dark"] as const) {
      await this.setTheme(theme);
      await this.page.waitForTimeout(REDRAW);
      await show();
      const path = join(screenshots, `${theme}-${number}-${name}.png`);
      await this.page.screenshot({ path, animations: "disabled" });
    }
  }
}
