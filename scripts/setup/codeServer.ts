import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { installOnce } from "./cache.ts";
import { ensureDebianPackages } from "./debian.ts";
import { cleanEnvironment, failureLine, node, onPath, out, root, run } from "./process.ts";
import { SetupError } from "./setupError.ts";

/** VS Code in a browser, with a Node extension host: what to start and with which Node. */
export interface CodeServer {
  readonly version: string;
  readonly node: string;
  readonly entry: string;
}

/** What code-server's native modules are compiled with. */
const buildTools = ["g++", "libkrb5-dev", "make", "python3"];

/** The folder of Node's own headers, which come with the `node` package: without it node-gyp downloads them. */
function headers(): string | undefined {
  const packages = join(root, "node_modules/node/node_modules");
  const name = readdirSync(packages).find((entry) =>
    existsSync(join(packages, entry, "include/node/node.h")),
  );
  return name && join(packages, name);
}

async function fill(folder: string, version: string): Promise<void> {
  if (onPath("apt-get")) {
    await ensureDebianPackages(buildTools, "What code-server is compiled with is missing");
  }
  // npm asks before it runs install scripts; this is the answer.
  const manifest = { private: true, allowScripts: { "code-server": true, argon2: true } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  const log = join(out, "logs/code-server-install.log");
  const code = await run(
    "npm",
    ["install", "--no-audit", "--no-fund", "--save-exact", `code-server@${version}`],
    {
      cwd: folder,
      log,
      env: cleanEnvironment({
        PATH: `${dirname(node)}:${process.env.PATH}`, // code-server demands Node 24
        npm_config_nodedir: headers(),
      }),
    },
  );
  if (code !== 0) {
    throw new SetupError(
      `code-server ${version} could not be installed: ${failureLine(log)} (all of it: ${log})`,
    );
  }
}

/**
 * code-server from the user's cache folder, fetched and compiled on first use (2 to 10 minutes, 600 MB).
 * @throws {SetupError} where that is not possible
 */
export async function ensureCodeServer(onInstall: () => void = () => {}): Promise<CodeServer> {
  const { config } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const version: string = config.codeServer;
  const fingerprint = `${version} node-abi-${process.versions.modules} ${process.platform}-${process.arch}`;
  const folder = await installOnce(`code-server-${version}`, fingerprint, (empty) => {
    onInstall();
    return fill(empty, version);
  });
  return { version, node, entry: join(folder, "node_modules/code-server/out/node/entry.js") };
}
