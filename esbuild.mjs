// Builds dist/: `node esbuild.mjs [--watch] [--only name,name]`. Names are those of scripts/build/bundles.ts, and "data".
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import standaloneCode from "ajv/dist/standalone/index.js";
import { build, context } from "esbuild";
import { bundles } from "./scripts/build/bundles.ts";
import { thirdPartyNotices } from "./scripts/build/notices.ts";
import { summary } from "./scripts/build/summary.ts";

const root = import.meta.dirname;
const dist = join(root, "dist");
const allNames = [...Object.keys(bundles), "data"];

/** The JSON Schema of a definition and the strategies' forms: computed here, so that the editor loads no strategy and compiles no schema. */
async function writeData() {
  const { definitionSchema } = await import("./src/definition/schema.ts");
  const { strategies } = await import("./src/strategies/registry.ts");
  const { definitionAjv } = await import("./src/definition/compile.ts");
  const forms = strategies.map(({ create, ...form }) => form);
  const schema = definitionSchema(forms);
  await writeFile(join(dist, "tune.schema.json"), JSON.stringify(schema));
  const ajv = definitionAjv({ source: true, esm: false });
  await build({
    stdin: {
      contents: standaloneCode.default(ajv, ajv.compile(schema)),
      resolveDir: root,
      sourcefile: "validate.cjs",
    },
    outfile: join(dist, "validateDefinition.cjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
  });
  await writeFile(join(dist, "strategies.json"), JSON.stringify(forms));
}

/** TensorFlow.js fetches its WebAssembly from files; in Node one thread is as good as many for small tensors. */
async function copyWebAssembly() {
  const from = join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist");
  await mkdir(join(dist, "wasm"), { recursive: true });
  for (const name of ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"]) {
    await copyFile(join(from, name), join(dist, "wasm", name));
  }
}

function check(names) {
  const unknown = names.filter((name) => !allNames.includes(name));
  if (unknown.length > 0) {
    throw new Error(`nothing is called ${unknown.join(", ")}: use ${allNames.join(", ")}`);
  }
  const entries = names.flatMap((name) => Object.values(bundles[name]?.entryPoints ?? {}));
  const missing = entries.filter((entry) => !existsSync(join(root, entry)));
  if (missing.length > 0) {
    throw new Error(`no such entry point: ${missing.join(", ")}`);
  }
}

async function buildOnce(names) {
  const chosen = names.filter((name) => bundles[name]);
  const results = await Promise.all(chosen.map((name) => build(bundles[name])));
  if (names.includes("data")) {
    await writeData();
  }
  if (names.includes("cli")) {
    await chmod(join(dist, "cli.mjs"), 0o755);
    await copyWebAssembly();
  }
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  await writeFile(join(dist, "third-party.txt"), await thirdPartyNotices(root, inputs));
  console.log(results.map(({ metafile }) => summary(metafile)).join("\n"));
}

async function watch(names) {
  for (const name of names.filter((name) => bundles[name])) {
    await (await context({ ...bundles[name], minify: false, sourcemap: "linked", logLevel: "info" })).watch();
  }
  await writeData();
  console.log("watching; the schema and the strategies' forms are written once, now");
}

const { values } = parseArgs({ options: { watch: { type: "boolean" }, only: { type: "string" } } });
const names = values.only?.split(",") ?? allNames;
try {
  check(names);
  if (!values.only) {
    await rm(dist, { recursive: true, force: true });
  }
  await mkdir(dist, { recursive: true });
  await (values.watch ? watch(names) : buildOnce(names));
} catch (error) {
  // esbuild has printed its own errors already.
  if (!error.errors) {
    console.error(`build failed: ${error.message}`);
  }
  process.exitCode = 1;
}
