import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CONTRIBUTED_COMMANDS, INTERNAL_COMMANDS } from "../../../src/host/commandIds.ts";

const root = join(import.meta.dirname, "../../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { contributes } = manifest;
const ids: string[] = contributes.commands.map(({ command }: { command: string }) => command);

describe("package.json and the commands", () => {
  test("contributes exactly the commands that there are", () => {
    expect(ids.toSorted()).toEqual([...CONTRIBUTED_COMMANDS].toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("every menu, link and step names a contributed command", () => {
    const menus = Object.values(contributes.menus as Record<string, { command: string }[]>).flat();
    expect(menus.map(({ command }) => command).filter((id) => !ids.includes(id))).toEqual([]);
    const text = JSON.stringify([contributes.viewsWelcome, contributes.walkthroughs]);
    const linked = [...text.matchAll(/command:(tuningFork\.\w+)|onCommand:(tuningFork\.\w+)/g)];
    expect(linked.length).toBeGreaterThan(4);
    expect(linked.map(([, a, b]) => a ?? b).filter((id) => id && !ids.includes(id))).toEqual([]);
  });

  test("internal commands stand nowhere in it", () => {
    for (const id of INTERNAL_COMMANDS) {
      expect(JSON.stringify(manifest)).not.toContain(`"${id}"`);
    }
  });

  test("menus offer a run in trusted workspaces only; the palette's commands say why not", () => {
    const menus = Object.values(contributes.menus as Record<string, { command: string; when?: string }[]>);
    const runs = menus.flat().filter(({ command }) => /\.(start|resume|selectObjective)$/.test(command));
    expect(runs.length).toBeGreaterThan(3);
    expect(runs.filter(({ when }) => !when?.includes("isWorkspaceTrusted"))).toEqual([]);
    expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({
      supported: "limited",
      restrictedConfigurations: ["tuningFork.interpreter"],
    });
  });

  test("every picture is there", () => {
    const files = [...JSON.stringify(manifest).matchAll(/"(media\/[^"]+)"/g)].map(([, path]) => path ?? "");
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("settings", () => {
  test("code and package.json agree", () => {
    const source = readFileSync(join(root, "src/host/settings.ts"), "utf8");
    const block = source.slice(
      source.indexOf("const DEFAULTS"),
      source.indexOf("};", source.indexOf("const DEFAULTS")),
    );
    const inCode = Object.fromEntries(
      [...block.matchAll(/^ {2}"?([\w.]+)"?: (.+),$/gm)].map(([, name, value]) => [
        `tuningFork.${name}`,
        JSON.parse(value ?? "null"),
      ]),
    );
    const { properties } = contributes.configuration as { properties: Record<string, { default: unknown }> };
    expect(Object.fromEntries(Object.entries(properties).map(([id, one]) => [id, one.default]))).toEqual(
      inCode,
    );
  });
});
