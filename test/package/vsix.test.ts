import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BundleName, bundles } from "../../scripts/build/bundles.ts";
import { vsixFile } from "../../scripts/package.ts";
import { root } from "../../scripts/setup/process.ts";
import { findPython } from "../../scripts/setup/python.ts";

const vsix = process.env.TUNING_FORK_TEST_VSIX ?? vsixFile;

/** The webviews' pages: named one by one, so that none gets in or out unseen. */
const PAGES = [
  "editor",
  "brackets",
  "incumbent",
  "surface",
  "importance",
  "strategy",
  "pareto",
  "schedules",
  "trace",
  "learning",
] as const;

const list = "import json, sys, zipfile; print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))";

describe("the packaged extension", () => {
  let names: string[];

  beforeAll(() => {
    names = JSON.parse(execFileSync(findPython().path, ["-c", list, vsix], { encoding: "utf8" }));
  });

  test("weighs at most 3 MB", async () => {
    expect((await stat(vsix)).size).toBeLessThanOrEqual(3_000_000);
  });

  test("holds what it needs", () => {
    const needed = [
      "package.json",
      "readme.md",
      "changelog.md",
      "LICENSE.txt",
      "dist/extension.cjs",
      "dist/engine.cjs",
      "dist/cli.mjs",
      "dist/tune.schema.json",
      "dist/validateDefinition.cjs",
      "dist/strategies.json",
      "dist/third-party.txt",
      "python/tuning_fork/__init__.py",
      "media/learned/step-size-rmsprop.json",
      "dist/wasm/tfjs-backend-wasm-simd.wasm",
      "examples/digits/digits.csv",
      ...PAGES.flatMap((name) => [`dist/webview/${name}.js`, `dist/webview/${name}.css`]),
    ];
    expect(names).toEqual(expect.arrayContaining(needed.map((name) => `extension/${name}`)));
  });

  test("holds nothing else", () => {
    const allowed = [
      /^\[Content_Types\]\.xml$/,
      /^extension\.vsixmanifest$/,
      /^extension\/(package(\.nls)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
      /^extension\/dist\/((extension|engine|validateDefinition)\.cjs|cli\.mjs|(tune\.schema|strategies)\.json|third-party\.txt)$/,
      new RegExp(`^extension/dist/webview/((${PAGES.join("|")})\\.(js|css)|shared-\\w+\\.js)$`),
      /^extension\/media\/[\w./-]+\.(svg|png|md)$/,
      /^extension\/media\/learned\/[\w-]+\.json$/,
      // What `learn` learns on.
      /^extension\/examples\/digits\/digits\.csv$/,
      /^extension\/python\/tuning_fork\/\w+\.py$/,
      /^extension\/dist\/cli\/[\w-]+\.mjs$/,
      /^extension\/dist\/wasm\/[\w-]+\.wasm$/,
      /^extension\/python\/tuning_fork\/py\.typed$/,
    ];
    expect(names.filter((name) => !allowed.some((pattern) => pattern.test(name)))).toEqual([]);
  });
});

describe("the bundles", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tuning-fork-bundles-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const importing = (name: BundleName) =>
    build({
      ...bundles[name],
      entryPoints: undefined,
      outfile: undefined,
      outdir: folder,
      stdin: { contents: 'import * as vscode from "vscode"; console.log(vscode.version);', resolveDir: "." },
      write: false,
      logLevel: "silent",
    });

  test.each<BundleName>(["engine", "cli", "pages"])("of %s cannot import vscode", async (name) => {
    await expect(importing(name)).rejects.toThrow('Could not resolve "vscode"');
  });

  test("of the command line stands alone", () => {
    // Copied away from node_modules, where whatever was not bundled would be found.
    const copy = join(folder, "dist", "cli.mjs");
    for (const name of ["cli.mjs", "cli", "wasm"])
      cpSync(join(root, "dist", name), join(folder, "dist", name), { recursive: true });
    cpSync(join(root, "python"), join(folder, "python"), { recursive: true });
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(execFileSync(copy, ["--version"], { encoding: "utf8" }).trim()).toBe(version);
    const script = join(root, "examples/digits/train.py");
    const report = JSON.parse(execFileSync(copy, ["inspect", script, "--json"], { encoding: "utf8" }));
    expect(report.parameters.map(({ name }: { name: string }) => name)).toContain("lr");
    // With TensorFlow.js and its WebAssembly.
    const small = ["epochs=1", "steps=4", "unroll=2", "units=2", "problems=2", "baselines=false"];
    const file = join(folder, "optimizer.json");
    execFileSync(copy, [
      "learn",
      "optimizer",
      "--out",
      file,
      ...small.flatMap((option) => ["--set", option]),
    ]);
    expect(JSON.parse(readFileSync(file, "utf8")).record.options.backend).toBe("wasm");
  });

  test("of the host can", async () => {
    await expect(importing("extension")).resolves.toMatchObject({ errors: [] });
  });
});
