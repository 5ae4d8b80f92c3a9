// Runs scripts/<name>.ts with the project's own Node (the `node` development dependency): the TypeScript needs
// Node 24, the caller may be any from 20 on. `node scripts/run.mjs <name> [arguments]`
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
const node = join(root, "node_modules/node/bin/node");
const [name, ...args] = process.argv.slice(2);

if (!existsSync(node)) {
  console.error(
    existsSync(join(root, "node_modules"))
      ? "The project's own Node is missing: npm has left out install scripts. Run `npm ci --ignore-scripts=false`."
      : "Nothing is installed yet. Run `npm ci` first.",
  );
  process.exit(1);
}
const path = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
const done = spawnSync(node, [join(root, "scripts", `${name}.ts`), ...args], {
  stdio: "inherit",
  env: { ...process.env, PATH: path },
});
process.exit(done.status ?? 1);
