// `npm run package`: builds, and packs the extension into out/tuning-fork.vsix.
import { mkdir, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { cleanEnvironment, node, out, root, run } from "./setup/process.ts";

export const vsixFile = join(out, "tuning-fork.vsix");

/**
 * Packs the extension in `folder` into `file`.
 * @throws {Error} when vsce refuses; its reasons are in the log
 */
export async function packageExtension(folder: string, file: string, log?: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const vsce = join(root, "node_modules/@vscode/vsce/vsce");
  const options = [
    "--no-dependencies",
    "--allow-missing-repository",
    "--no-rewrite-relative-links",
    "--out",
    file,
  ];
  const code = await run(node, [vsce, "package", ...options], { cwd: folder, log, env: cleanEnvironment() });
  if (code !== 0) {
    throw new Error(`vsce could not package ${folder}${log ? `, see ${log}` : ""}`);
  }
}

/** Builds the extension and packs it. */
export async function buildPackage(log?: string): Promise<string> {
  if ((await run(node, ["esbuild.mjs"], { log })) !== 0) {
    throw new Error(`the build failed${log ? `, see ${log}` : ""}`);
  }
  await packageExtension(root, vsixFile, log);
  return vsixFile;
}

if (import.meta.main) {
  try {
    const { size } = await stat(await buildPackage());
    console.log(`${relative(process.cwd(), vsixFile)}: ${(size / 1e6).toFixed(2)} MB`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
