import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import type { EditorDown, EditorUp } from "../../src/protocol/panel.ts";
import type { Theme } from "./editorThemes.ts";

const ROOT = join(import.meta.dirname, "../..");
const ORIGIN = "http://editor.test";
const NONCE = "bm9uY2U";
/** The same policy as in VS Code: nothing is allowed but the page's own script and stylesheet. */
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${ORIGIN}; font-src ${ORIGIN}`;

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** The editor's script and stylesheet, bundled as they are for VS Code. */
export async function bundleEditor(): Promise<Bundle> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: ["webview/editor/main.ts"],
    outfile: "editor.js",
    bundle: true,
    minify: true,
    keepNames: true,
    charset: "utf8",
    platform: "browser",
    format: "iife",
    target: "chrome134",
    write: false,
  });
  const text = (ending: string) => result.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), style: text(".css") };
}

/** Chromium as Debian installs it, or the one that `TUNING_FORK_TEST_CHROMIUM` names. */
export function launchBrowser(): Promise<Browser> {
  const candidates = [
    process.env.TUNING_FORK_TEST_CHROMIUM,
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
  ].filter((path) => path !== undefined);
  const executablePath = candidates.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error("No Chromium: install chromium-headless-shell, or set TUNING_FORK_TEST_CHROMIUM to one.");
  }
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

declare global {
  interface Window {
    sent: EditorUp[];
    kept: unknown;
    violations: string[];
  }
}

export interface PageOptions {
  readonly theme: Theme;
  readonly width?: number;
  readonly height?: number;
  /** What an earlier page kept. */
  readonly state?: unknown;
}

/** One page of the editor, in a webview as VS Code makes one. */
export class EditorPage {
  readonly page: Page;
  /** Errors and warnings of the console, and violations of the policy. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, bundle: Bundle, options: PageOptions): Promise<EditorPage> {
    const { theme, width = 1100, height = 760, state } = options;
    const page = await browser.newPage({ viewport: { width, height } });
    const opened = new EditorPage(page);
    page.on("console", (entry) => {
      if (entry.type() === "error" || entry.type() === "warning") {
        opened.complaints.push(entry.text());
      }
    });
    page.on("pageerror", (error) => opened.complaints.push(error.stack ?? error.message));
    await page.route(`${ORIGIN}/**`, (route) => {
      const path = new URL(route.request().url()).pathname;
      const bodies: Record<string, [string, string]> = {
        "/": ["text/html", html(theme)],
        "/editor.js": ["text/javascript", bundle.script],
        "/editor.css": ["text/css", bundle.style],
      };
      const [contentType, body] = bodies[path] ?? ["text/plain", ""];
      return route.fulfill({ contentType: `${contentType}; charset=utf-8`, body });
    });
    await page.addInitScript(prepare, { variables: theme.variables, state });
    await page.goto(`${ORIGIN}/`);
    await page.waitForFunction(() => window.sent.some(({ type }) => type === "ready"));
    return opened;
  }

  async receive(message: EditorDown): Promise<void> {
    // undefined does not survive the way through JSON, but it does in VS Code's own messages.
    await this.page.evaluate((text) => {
      window.postMessage({ definition: undefined, study: undefined, ...JSON.parse(text) }, "*");
    }, JSON.stringify(message));
    await this.page.waitForFunction(() => document.querySelector("#editor > *") !== null);
    await this.settle();
  }

  /** Waits until all controls have drawn themselves. */
  async settle(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  /** Intents since the last call. */
  async sent(): Promise<EditorUp[]> {
    await this.settle();
    return this.page.evaluate(() => window.sent.splice(0));
  }

  kept(): Promise<unknown> {
    return this.page.evaluate(() => window.kept);
  }

  /** All that went wrong so far. */
  async wrong(): Promise<string[]> {
    const violations = await this.page.evaluate(() => window.violations);
    return [...this.complaints, ...violations];
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

function html(theme: Theme): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${ORIGIN}/editor.css" />
    <title>Configuration space</title>
  </head>
  <body class="${theme.kind}" data-vscode-theme-kind="${theme.kind}">
    <script nonce="${NONCE}" src="${ORIGIN}/editor.js"></script>
  </body>
</html>`;
}

/** What VS Code puts into a webview before its own script runs. */
function prepare({
  variables,
  state,
}: {
  variables: Readonly<Record<string, string>>;
  state: unknown;
}): void {
  window.sent = [];
  window.violations = [];
  window.kept = state;
  document.addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
  });
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: EditorUp) => window.sent.push(message),
      getState: () => window.kept,
      setState: (next: unknown) => {
        window.kept = next;
      },
    }),
  });
  const paint = () => {
    for (const [name, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  };
  if (document.documentElement) {
    paint();
  } else {
    new MutationObserver((_, observer) => {
      if (document.documentElement) {
        observer.disconnect();
        paint();
      }
    }).observe(document, { childList: true });
  }
}
