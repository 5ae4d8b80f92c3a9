import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureCodeServer } from "../../../scripts/setup/codeServer.ts";
import { folderArguments, freePort, listenArguments, untilItAnswers } from "../../../scripts/setup/serve.ts";

/** No prompts, no look-ups in a network, no animations; workspace trust is off unless a test turns it on. */
const quietSettings = {
  "chat.disableAIFeatures": true,
  "editor.accessibilitySupport": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.confirmBeforeClose": "never",
  "workbench.colorTheme": "Dark Modern",
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

export interface ServerOptions {
  /** Packaged extension to install before the start. */
  readonly vsix?: string;
  /** Lets a page's URL name an extension under development and in-host tests; hides toasts and refuses dialogs. */
  readonly testDriver?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  readonly pid: number;
  /** Program and arguments, parted by spaces. */
  readonly command: string;
}

/** A disposable VS Code: own home, settings and extensions folder, on a free port of 127.0.0.1. */
export interface VsCodeServer {
  readonly url: string;
  readonly port: number;
  /** HOME of everything in it; removed at the end. */
  readonly home: string;
  /** What it started and still runs, engines that outlive their window included. */
  processes(): Promise<readonly ServerProcess[]>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** What the server and all under it get: nothing that would tie it to another VS Code or to this user's files. */
function environmentFor(home: string, run: string, extra: Readonly<Record<string, string>> = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|VITEST|npm_|NODE_OPTIONS$|NODE_ENV$|PORT$|PASSWORD$|XDG_)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    EXTENSIONS_GALLERY: "{}", // otherwise the extension gallery is asked
    TUNING_FORK_TEST_RUN: run,
    ...extra,
  };
}

/** Processes that carry this run's mark in their environment: a detached engine is in no process group of ours. */
async function marked(run: string): Promise<ServerProcess[]> {
  const found: ServerProcess[] = [];
  for (const name of await readdir("/proc").catch(() => [])) {
    const pid = Number(name);
    if (!pid || pid === process.pid) {
      continue;
    }
    const environment = await readFile(`/proc/${name}/environ`, "latin1").catch(() => "");
    if (environment.includes(`TUNING_FORK_TEST_RUN=${run}\0`)) {
      const words = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
      found.push({ pid, command: words.replaceAll("\0", " ").trim() });
    }
  }
  return found;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** Starts a VS Code and waits until it answers. The first start after boot reads everything from disk: allow 60 s. */
export async function startVscode(options: ServerOptions = {}): Promise<VsCodeServer> {
  const { node, entry } = await ensureCodeServer();
  const home = await mkdtemp(join(tmpdir(), "tuning-fork-vscode-"));
  const run = randomUUID();
  const env = environmentFor(home, run, options.env);
  const userData = join(home, "user");
  const config = join(home, "config.yaml");
  await mkdir(join(userData, "User"), { recursive: true });
  await writeFile(config, "");
  await writeFile(
    join(userData, "User/settings.json"),
    JSON.stringify({ ...quietSettings, ...options.settings }, null, 2),
  );

  const command = [entry, ...folderArguments(config, userData, join(home, "extensions"))];
  if (options.vsix) {
    const install = [...command, "--install-extension", options.vsix, "--force"];
    const done = spawnSync(node, install, { env, encoding: "utf8" });
    if (done.status !== 0) {
      throw new Error(`${options.vsix} could not be installed: ${done.stdout}${done.stderr}`);
    }
  }

  const port = await freePort();
  const driver = options.testDriver ? ["--vscode-option", "enable-smoke-test-driver"] : [];
  const server = spawn(node, [...command, ...listenArguments(port), "--ignore-last-opened", ...driver], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const logFile = join(home, "server.log");
  const log = createWriteStream(logFile);
  server.stdout.pipe(log);
  server.stderr.pipe(log);
  const killGroup = () => server.pid && signal(-server.pid, "SIGKILL");
  process.once("exit", killGroup); // a test run that is cut short leaves no server behind

  const stop = async () => {
    process.off("exit", killGroup);
    if (server.pid) {
      signal(-server.pid, "SIGTERM");
    }
    for (let wait = 0; wait < 50; wait++) {
      const left = await marked(run);
      if (left.length === 0) {
        break;
      }
      for (const { pid } of left) {
        signal(pid, wait < 25 ? "SIGTERM" : "SIGKILL");
      }
      await sleep(100);
    }
    killGroup();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };

  const url = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(url, () => server.exitCode !== null);
  } catch (error) {
    const said = await readFile(logFile, "utf8").catch(() => "");
    await stop();
    throw new Error(`code-server did not start: ${said}`, { cause: error });
  }
  return {
    url,
    port,
    home,
    processes: () => marked(run),
    log: () => readFile(logFile, "utf8"),
    stop,
  };
}
