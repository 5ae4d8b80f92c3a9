import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };

export const VERSION: string = packageJson.version;

/** The command line: beside us when bundled, its source when not. */
export const commandLine: string = [
  join(dirname(fileURLToPath(import.meta.url)), "cli.mjs"),
  join(dirname(fileURLToPath(import.meta.url)), "../cli/main.ts"),
].find(existsSync)!;

/** The folder with our Python package: beside `dist/` when bundled, at the top of the repository when not. */
export const pythonFolder: string = find(dirname(fileURLToPath(import.meta.url)));

function find(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "python");
    if (existsSync(join(candidate, "tuning_fork", "__init__.py"))) return candidate;
    if (dirname(folder) === folder) return join(from, "..", "python");
  }
}
