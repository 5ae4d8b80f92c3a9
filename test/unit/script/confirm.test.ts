import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { confirmReport } from "../../../src/script/confirm.ts";
import { readScript } from "../../../src/script/readScript.ts";
import { readFacts } from "../../../src/script/screen.ts";
import { fixture, python, ROOT, SCRIPTS } from "./support.ts";

const INSPECT = join(ROOT, "python/tuning_fork/inspect.py");

function inspect(text: string): unknown {
  const { stdout, stderr, code } = python([INSPECT, "-"], { input: text });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const screenFacts = (text: string): unknown => JSON.parse(JSON.stringify(readFacts(text)));

/** Line ends, a byte order mark and no last line end change offsets, not facts. */
const VARIANTS: readonly [string, (text: string) => string][] = [
  ["as it is", (text) => text],
  ["CRLF", (text) => text.replaceAll("\n", "\r\n")],
  ["CR", (text) => text.replaceAll("\n", "\r")],
  ["BOM and no last line end", (text) => `\ufeff${text.trimEnd()}`],
];

describe.each(SCRIPTS)("%s", (name) => {
  it.each(VARIANTS)("gives the same facts to both readers, %s", (_, change) => {
    const text = change(fixture(name));
    const { python: version, ...facts } = inspect(text) as Record<string, unknown>;
    expect(version).toMatch(/^3\.\d+\.\d+$/);
    expect(facts).toEqual(screenFacts(text));
  });

  it("gives the same report", () => {
    const screen = readScript(fixture(name));
    expect(confirmReport(screen, inspect(fixture(name)))).toEqual({ ...screen, authority: "interpreter" });
  });
});

describe("confirmReport", () => {
  const text = "lr = 0.1\nmomentum = 0.9\n";

  it("drops what the interpreter denies and adds what the screen missed", () => {
    const screen = readScript(text.replace("momentum", "dropout"));
    const report = confirmReport(screen, inspect(text));
    expect(report.parameters.map((one) => one.name)).toEqual(["lr", "momentum"]);
    expect(report.authority).toBe("interpreter");
  });

  it("knows more of Python's syntax than the screen's grammar", () => {
    const source = "def f(m):\n    with m as (a, b):\n        lr = 0.5\n    momentum = 0.9\nlr = 0.1\n";
    const report = confirmReport(readScript(source), inspect(source));
    expect(report.parameters.map((one) => [one.name, one.value])).toEqual([["lr", 0.1]]);
  });

  it("keeps the screen's report of a script that Python cannot parse, and says where", () => {
    const screen = readScript(fixture("half_typed.py.txt"));
    const report = confirmReport(screen, inspect(fixture("half_typed.py.txt")));
    expect(report.parameters).toEqual(screen.parameters);
    expect(report.authority).toBe("screen");
    expect(report.warnings.at(-1)).toMatch(/^Line 4: Python 3\.\d+\.\d+ cannot parse the script: /);
  });

  it.each([null, 3, [], {}, { python: "3.9", calls: [] }])("refuses %j", (answer) => {
    expect(() => confirmReport(readScript(text), answer)).toThrow(/cannot be read/);
  });
});
