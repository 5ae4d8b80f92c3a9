import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { out, root } from "../../../scripts/setup/process.ts";
import type { InHostEvent } from "./inHostRunner.ts";
import type { VsCodeServer } from "./server.ts";
import { remoteUri, Workbench } from "./workbench.ts";

const folder = join(out, "in-host");

export interface InHostRun {
  /** Started with `testDriver`. */
  readonly server: VsCodeServer;
  readonly browser: Browser;
  readonly workspace: string;
  /** Mocha test files, TypeScript or JavaScript; they may import `vscode`. */
  readonly files: readonly string[];
  /** Extension under development; the companion, an empty one, where the one to test is installed. */
  readonly extension?: string;
  /** Longest time of the whole run, in milliseconds. */
  readonly timeout?: number;
}

export interface InHostResult {
  readonly passed: readonly string[];
  readonly skipped: readonly string[];
  readonly failed: readonly { readonly title: string; readonly error: string }[];
  /** Why the run as a whole counts as failed; undefined for a green one. */
  readonly fault: string | undefined;
}

/** Extension hosts load CommonJS. `mocha` stays outside: it is the project's own. */
async function bundle(files: readonly string[]): Promise<string[]> {
  await build({
    entryPoints: [join(import.meta.dirname, "inHostRunner.ts"), ...files].map((file) => ({
      in: file,
      out: basename(file).replace(/\.[^.]+$/, ""),
    })),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
  return files.map((file) => join(folder, `${basename(file).replace(/\.[^.]+$/, "")}.cjs`));
}

async function readEvents(file: string): Promise<InHostEvent[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** A killed extension host reports code 0, so green asks for a complete report with something passed too. */
function faultOf(events: readonly InHostEvent[], hostCode: number | undefined): string | undefined {
  const error = events.find((event) => event.type === "error");
  if (error) {
    return error.error;
  }
  if (hostCode === undefined) {
    return "the extension host did not end in time";
  }
  if (!events.some((event) => event.type === "end")) {
    return `the extension host ended before its tests did (code ${hostCode})`;
  }
  if (!events.some((event) => event.type === "pass" || event.type === "fail")) {
    return "no test ran";
  }
  if (events.some((event) => event.type === "fail")) {
    return "a test failed";
  }
  return hostCode === 0 ? undefined : `the extension host ended with code ${hostCode}`;
}

/** Runs Mocha inside the extension host of a fresh window. */
export async function runInHost(options: InHostRun): Promise<InHostResult> {
  const { server } = options;
  const files = await bundle(options.files);
  const report = join(server.home, "in-host.jsonl");
  await rm(report, { force: true });
  let finish = (_code: number | undefined) => {};
  const ended = new Promise<number | undefined>((resolve) => {
    finish = resolve;
  });
  const timer = setTimeout(finish, options.timeout ?? 180_000, undefined);
  const workbench = await Workbench.open(server, options.browser, options.workspace, {
    // The workbench of an automated window calls this global with the exit code of its extension host.
    prepare: (context) => context.exposeFunction("codeAutomationExit", (code: number) => finish(code)),
    payload: [
      ["extensionDevelopmentPath", remoteUri(server, options.extension ?? companion)],
      ["extensionTestsPath", remoteUri(server, join(folder, "inHostRunner.cjs"))],
      [
        "extensionEnvironment",
        JSON.stringify({ IN_HOST_FILES: JSON.stringify(files), IN_HOST_REPORT: report }),
      ],
    ],
  });
  const hostCode = await ended;
  clearTimeout(timer);
  await workbench.close();
  const events = await readEvents(report);
  return {
    passed: events.flatMap((event) => (event.type === "pass" ? [event.title] : [])),
    skipped: events.flatMap((event) => (event.type === "skip" ? [event.title] : [])),
    failed: events.flatMap((event) =>
      event.type === "fail" ? [{ title: event.title, error: event.error }] : [],
    ),
    fault: faultOf(events, hostCode),
  };
}

const companion = join(import.meta.dirname, "../fixtures/companion");
