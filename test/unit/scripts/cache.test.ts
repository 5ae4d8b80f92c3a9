import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cacheRoot, installOnce } from "../../../scripts/setup/cache.ts";

describe("the cache folder", () => {
  test.each([
    ["linux", { HOME: "/home/ada" }, "/home/ada/.cache/tuning-fork"],
    ["linux", { HOME: "/home/ada", XDG_CACHE_HOME: "/var/cache/ada" }, "/var/cache/ada/tuning-fork"],
    ["darwin", { HOME: "/Users/ada" }, "/Users/ada/Library/Caches/tuning-fork"],
  ])("on %s with %j is %s", (platform, env, folder) => {
    expect(cacheRoot(env, platform)).toBe(folder);
  });
});

describe("a folder that is installed once", () => {
  let cache: string;
  let fills: string[];

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "tuning-fork-cache-"));
    fills = [];
  });
  afterEach(() => rm(cache, { recursive: true }));

  const install = (fingerprint: string) =>
    installOnce(
      "tool",
      fingerprint,
      async (folder) => {
        fills.push(fingerprint);
        await writeFile(join(folder, "content"), fingerprint);
      },
      cache,
    );

  test("is filled on first use and never again", async () => {
    await install("1");
    const folder = await install("1");
    expect(fills).toEqual(["1"]);
    expect(await readFile(join(folder, "content"), "utf8")).toBe("1");
  });

  test("is filled afresh for another version", async () => {
    await install("1");
    const folder = await install("2");
    expect(fills).toEqual(["1", "2"]);
    expect(await readFile(join(folder, "content"), "utf8")).toBe("2");
  });

  test("is emptied and filled again after an interruption", async () => {
    await mkdir(join(cache, "tool"));
    await writeFile(join(cache, "tool", "half"), "");
    const folder = await install("1");
    expect((await readdir(folder)).sort()).toEqual(["content", "ready.json"]);
  });

  test("stays unready when filling fails", async () => {
    const failing = installOnce("tool", "1", () => Promise.reject(new Error("no network")), cache);
    await expect(failing).rejects.toThrow("no network");
    await install("1");
    expect(fills).toEqual(["1"]);
  });

  test("is filled once by two at the same time", async () => {
    await Promise.all([install("1"), install("1")]);
    expect(fills).toEqual(["1"]);
  });

  test("is not kept locked by a process that died", async () => {
    const noProcess = 2 ** 22 + 1; // above every limit of process ids
    await writeFile(join(cache, "tool.lock"), `${noProcess}`);
    await install("1");
    expect(await readdir(cache)).toEqual(["tool"]);
  });
});
