// `npm start`: builds, packs, and opens VS Code with the extension installed and examples/ as its workspace.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { buildPackage } from "./package.ts";
import { cacheRoot } from "./setup/cache.ts";
import { ensureCodeServer } from "./setup/codeServer.ts";
import { chooseEditor, type Editor } from "./setup/editor.ts";
import { cleanEnvironment, onPath, out, root, run } from "./setup/process.ts";
import { folderArguments, freePort, listenArguments, untilItAnswers } from "./setup/serve.ts";
import { SetupError } from "./setup/setupError.ts";

const examples = join(root, "examples");

/** Where a VS Code keeps settings and extensions of its own: the user's stay as they are. */
const profileOf = (kind: Editor["type"]) => join(cacheRoot(), "vscode-profile", kind);

/**
 * A first profile holds what keeps the way to the extension short: no chat beside it, and no question whether to
 * trust examples/, since whoever runs `npm start` has run this project's code already.
 */
const settings = {
  "chat.disableAIFeatures": true,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};

async function makeProfile(kind: Editor["type"]): Promise<string> {
  const profile = profileOf(kind);
  const file = join(profile, "user/User/settings.json");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(settings, null, 2), { flag: "wx" }).catch((error) => {
    if (error.code !== "EEXIST") {
      throw error;
    }
  });
  return profile;
}

async function openDesktop(code: string, vsix: string): Promise<void> {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const profile = await makeProfile("desktop");
  const folders = ["--user-data-dir", join(profile, "user"), "--extensions-dir", join(profile, "extensions")];
  const own = [...asRoot, ...folders];
  const log = join(out, "logs/vscode-install.log");
  const installed = await run(code, [...own, "--install-extension", vsix, "--force"], { log });
  if (installed !== 0) {
    throw new SetupError(`VS Code (${code}) could not install the extension, see ${log}`);
  }
  const opened = await run(code, [...own, "--new-window", examples]);
  if (opened !== 0) {
    throw new SetupError(`VS Code (${code}) did not open: exit code ${opened}`);
  }
  console.log("VS Code is open, with examples/ as its workspace.");
}

async function openInBrowser(vsix: string, wantedPort: number): Promise<void> {
  const { node, entry, version } = await ensureCodeServer(() =>
    console.log("Fetching VS Code for the browser (code-server) into the cache folder: once, some minutes."),
  );
  const profile = await makeProfile("browser");
  const config = join(profile, "config.yaml");
  await writeFile(config, "");
  // Values of an enclosing VS Code would tie this one to it.
  const inherited = Object.entries(cleanEnvironment()).filter(
    ([name]) => !/^(VSCODE_|PORT$|PASSWORD$)/.test(name),
  );
  const env = Object.fromEntries(inherited);
  const command = [entry, ...folderArguments(config, join(profile, "user"), join(profile, "extensions"))];
  const log = join(out, "logs/code-server-extension.log");
  if ((await run(node, [...command, "--install-extension", vsix, "--force"], { env, log })) !== 0) {
    throw new SetupError(`code-server could not install the extension, see ${log}`);
  }
  const port = await freePort(wantedPort);
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(node, [...command, ...listenArguments(port), examples], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<number>((resolve) => server.once("exit", (code) => resolve(code ?? 0)));
  await untilItAnswers(url, () => server.exitCode !== null);
  console.log(`
VS Code (code-server ${version}) runs at  ${url}/?folder=${examples}
Open the address in a browser on this machine; Ctrl+C here ends it. Studies go on until they are stopped.`);
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => server.kill("SIGTERM"));
  }
  await ended;
}

try {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "8765" }, browser: { type: "boolean" } },
  });
  console.log("Building the extension …");
  const vsix = await buildPackage(join(out, "logs/package.log"));
  const editor = values.browser
    ? ({ type: "browser", why: "asked for with --browser" } as const)
    : chooseEditor({ platform: process.platform, env: process.env, code: onPath("code") });
  if (editor.type === "desktop") {
    await openDesktop(editor.code, vsix);
  } else {
    console.log(`Opening VS Code in the browser: ${editor.why}.`);
    await openInBrowser(vsix, Number(values.port));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
