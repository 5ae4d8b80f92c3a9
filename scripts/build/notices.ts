import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The licences of all packages that are part of a bundle, as one text.
 * @param root the project's folder
 * @param inputs bundled files, relative to the root
 * @throws {Error} naming a package that says nothing of its licence
 */
export async function thirdPartyNotices(root: string, inputs: readonly string[]): Promise<string> {
  const owner = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
  const folders = new Set(inputs.flatMap((input) => input.match(owner)?.[0] ?? []));
  const notices: string[] = [];
  for (const folder of [...folders].sort()) {
    const manifest = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    const file = (await readdir(join(root, folder))).find((name) => /^licen[cs]e/i.test(name));
    const text = file ? await readFile(join(root, folder, file), "utf8") : "";
    if (!file && !manifest.license) {
      throw new Error(`${folder} is bundled but says nothing of its licence`);
    }
    notices.push(`${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`);
  }
  return notices.join(`\n${"-".repeat(80)}\n\n`);
}
