import { beforeEach, describe, expect, test } from "vitest";
import { Freshness, hashText, type Memory } from "../../../src/host/freshness.ts";

class Notebook implements Memory {
  readonly notes = new Map<string, unknown>();
  get<T>(key: string): T | undefined {
    return structuredClone(this.notes.get(key)) as T | undefined;
  }
  async update(key: string, value: unknown): Promise<void> {
    this.notes.set(key, structuredClone(value));
  }
}

const ran = "lr = 0.1\nbs = 32\n";
const once = "lr = 0.0032\nbs = 32\n";
const twice = "lr = 0.0032\nbs = 64\n";

describe("results and the script's last change", () => {
  let notebook: Notebook;
  let freshness: Freshness;
  beforeEach(() => {
    notebook = new Notebook();
    freshness = new Freshness(notebook);
  });

  test("the hash is SHA-256 of the text", () => {
    expect(hashText("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  test("a changed script makes them stale, and undoing the change fresh again", () => {
    expect(freshness.isStale(`${ran}#`, hashText(ran))).toBe(true);
    expect(freshness.isStale(ran, hashText(ran))).toBe(false);
    expect(freshness.isStale(ran, undefined)).toBe(false);
  });

  test("written best values do not, one after the other and in the next window", () => {
    freshness.derive(ran, once);
    freshness.derive(once, twice);
    expect(freshness.isStale(twice, hashText(ran))).toBe(false);
    expect(new Freshness(notebook).isStale(once, hashText(ran))).toBe(false);
    expect(freshness.isStale(`${twice}#`, hashText(ran))).toBe(true);
  });

  test("it forgets the oldest", () => {
    for (let n = 0; n <= 200; n++) {
      freshness.derive(ran, `lr = ${n}`);
    }
    expect(freshness.isStale("lr = 0", hashText(ran))).toBe(true);
    expect(freshness.isStale("lr = 1", hashText(ran))).toBe(false);
  });
});
