import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import type { LearningDown, LearningUp } from "../../src/protocol/learning.ts";
import type { PanelDown, PanelKind, PanelUp } from "../../src/protocol/panel.ts";
import { THEMES, type ThemeName } from "./themes.ts";

const ROOT = join(import.meta.dirname, "../..");
const ORIGIN = "https://panel.invalid";
const NONCE = "dGVzdA";
/** As the host sends it: nothing but the panel's own script and stylesheet. */
const CSP = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${ORIGIN}; font-src ${ORIGIN};`;

/** One panel's script and stylesheet, bundled as for the extension. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
}

export type PageKind = PanelKind | "learning";
export type SentMessage = PanelUp | LearningUp;

export async function bundlePanel(panel: PageKind): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "webview", panel, "index.ts")],
    outfile: "panel.js",
    bundle: true,
    minify: true,
    format: "iife",
    target: "chrome134",
    write: false,
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), style: text(".css") };
}

/** Chromium as Debian installs it, or the one that `TUNING_FORK_TEST_CHROMIUM` names. */
export function launch(): Promise<Browser> {
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

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** What `getState` gives. */
  readonly state?: unknown;
  readonly bodyClasses?: readonly string[];
}

/** A panel in a page that behaves like VS Code's webview: same CSP, same variables, a host that listens. */
export interface OpenPanel {
  readonly page: Page;
  /** Everything that the browser complained about: errors, warnings and violations of the CSP. */
  readonly complaints: string[];
  post(message: PanelDown | LearningDown): Promise<void>;
  /** Messages that the panel has sent so far. */
  sent(): Promise<readonly SentMessage[]>;
  state(): Promise<unknown>;
  setTheme(theme: ThemeName): Promise<void>;
  /** Waits until what was posted is drawn. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function openPanel(
  browser: Browser,
  bundle: Bundle,
  options: OpenOptions = {},
): Promise<OpenPanel> {
  const { theme = "dark", width = 1000, height = 800, state, bodyClasses = [] } = options;
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/panel.js")
      await route.fulfill({ contentType: "text/javascript", body: bundle.script });
    else if (pathname === "/panel.css") await route.fulfill({ contentType: "text/css", body: bundle.style });
    else await route.fulfill({ contentType: "text/html", body: html(THEMES[theme].bodyClass, bodyClasses) });
  });
  await page.addInitScript(
    ({ variables, kept }) => {
      const sent: unknown[] = [];
      let current = kept;
      Object.assign(window, {
        sent,
        keptState: () => current,
        acquireVsCodeApi: () => ({
          postMessage: (message: unknown) => sent.push(structuredClone(message)),
          getState: () => current,
          setState: (next: unknown) => {
            current = next;
          },
        }),
      });
      addEventListener("securitypolicyviolation", (event) =>
        console.error(
          `CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
        ),
      );
      const set = () => {
        for (const [name, value] of Object.entries(variables)) {
          document.documentElement.style.setProperty(`--vscode-${name}`, value);
        }
      };
      if (document.documentElement === null) addEventListener("DOMContentLoaded", set);
      else set();
    },
    { variables: THEMES[theme].variables, kept: state },
  );
  await page.goto(`${ORIGIN}/index.html`);
  await page.waitForFunction(() => (window as unknown as { sent: unknown[] }).sent.length > 0);
  const settle = async () => {
    await page.waitForTimeout(350);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))));
  };
  return {
    page,
    complaints,
    settle,
    post: (message) =>
      page.evaluate((data) => window.postMessage(data, "*"), JSON.parse(JSON.stringify(message))),
    sent: () => page.evaluate(() => (window as unknown as { sent: PanelUp[] }).sent),
    state: () => page.evaluate(() => (window as unknown as { keptState(): unknown }).keptState()),
    setTheme: (name) =>
      page.evaluate(({ bodyClass, variables }) => {
        for (const property of [...document.documentElement.style]) {
          document.documentElement.style.removeProperty(property);
        }
        for (const [variable, value] of Object.entries(variables)) {
          document.documentElement.style.setProperty(`--vscode-${variable}`, value);
        }
        document.body.className = bodyClass;
      }, THEMES[name]),
    close: () => context.close(),
  };
}

function html(bodyClass: string, more: readonly string[]): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CSP}">
<link rel="stylesheet" href="${ORIGIN}/panel.css"></head>
<body class="${[bodyClass, ...more].join(" ")}"><script nonce="${NONCE}" src="${ORIGIN}/panel.js"></script></body></html>`;
}
