import type { BuildOptions } from "esbuild";
import { root } from "../setup/process.ts";

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  keepNames: true,
  metafile: true,
  charset: "utf8",
  // Some packages' `main` is UMD, whose own requires a bundler does not see.
  mainFields: ["module", "main"],
  legalComments: "none", // dist/third-party.txt has every licence in full
  logLevel: "warning",
};

// import.meta has no meaning in CommonJS; the sources say import.meta.url, so that they also run unbundled.
const commonjs: BuildOptions = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node22", // VS Code 1.101
  define: {
    "import.meta.dirname": "__dirname",
    "import.meta.filename": "__filename",
    "import.meta.url": "importMetaUrl",
  },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
};

const PANELS = [
  "brackets",
  "incumbent",
  "surface",
  "importance",
  "strategy",
  "pareto",
  "schedules",
  "trace",
  "learning",
];

/** All pages in one build: what several of them need, Vega above all, is written once, as modules that they import. */
const pages: BuildOptions = {
  ...common,
  entryPoints: Object.fromEntries([
    ["editor", "webview/editor/main.ts"],
    ...PANELS.map((name) => [name, `webview/${name}/index.ts`]),
  ]),
  outdir: "dist/webview",
  chunkNames: "shared-[hash]",
  splitting: true,
  mainFields: ["browser", "module", "main"],
  platform: "browser",
  format: "esm",
  target: "chrome134", // VS Code 1.101
};

/** One bundle per process. `vscode` is external in the host alone: an import of it anywhere else is an error. */
export const bundles = {
  extension: {
    ...commonjs,
    entryPoints: ["src/host/extension.ts"],
    outfile: "dist/extension.cjs",
    external: ["vscode"],
  },
  engine: { ...commonjs, entryPoints: ["src/engine/main.ts"], outfile: "dist/engine.cjs" },
  // What is imported when it is first needed (TensorFlow.js, by `learn optimizer`) is a file of its own beside it.
  cli: {
    ...common,
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    chunkNames: "cli/[name]-[hash]",
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["@tensorflow/tfjs-node"],
    // Bundled CommonJS packages call require, and the glue of WebAssembly asks where it is.
    banner: {
      js: [
        "#!/usr/bin/env node",
        'import { createRequire as bundledRequire } from "node:module";',
        'import { fileURLToPath as bundledPath } from "node:url";',
        "const require = bundledRequire(import.meta.url);",
        "const __filename = bundledPath(import.meta.url);",
        'const __dirname = bundledPath(new URL(".", import.meta.url));',
      ].join("\n"),
    },
  },
  pages,
} satisfies Record<string, BuildOptions>;

export type BundleName = keyof typeof bundles;
