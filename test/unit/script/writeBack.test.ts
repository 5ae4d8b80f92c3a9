import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FoundParameter } from "../../../src/protocol/script.ts";
import type { Value } from "../../../src/protocol/space.ts";
import { locate } from "../../../src/script/locate.ts";
import { readScript } from "../../../src/script/readScript.ts";
import { describeSelection } from "../../../src/script/select.ts";
import { applyEdits, valueEdits } from "../../../src/script/writeBack.ts";
import { fixture, python, SCRIPTS } from "./support.ts";

const change = (found: FoundParameter, value: Value) => ({
  name: found.name,
  parameter: { bind: found.bind },
  value,
});

function write(text: string, name: string, value: Value) {
  const found = readScript(text).parameters.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} was not found`);
  const { edits, problems } = valueEdits(text, [change(found, value)]);
  return { text: applyEdits(text, edits), problems };
}

describe("valueEdits", () => {
  it.each([
    [
      'p.add_argument("--lr", type=float, default=0.1)',
      "lr",
      3e-3,
      'p.add_argument("--lr", type=float, default=0.003)',
    ],
    [
      'p.add_argument("--lr", type=float)  # here',
      "lr",
      1,
      'p.add_argument("--lr", type=float, default=1.0)  # here',
    ],
    ['p.add_argument("--lr", type=float,)', "lr", 0.5, 'p.add_argument("--lr", type=float, default=0.5,)'],
    [
      'p.add_argument("--lr", type=float, default=LR)',
      "lr",
      0.5,
      'p.add_argument("--lr", type=float, default=0.5)',
    ],
    [
      'p.add_argument("--on", action="store_true")',
      "on",
      true,
      'p.add_argument("--on", action="store_true", default=True)',
    ],
    ["p.add_argument('--opt', default='sgd')", "opt", "adam", "p.add_argument('--opt', default='adam')"],
    ["p.add_argument('--n', type=int, default=None)", "n", 3, "p.add_argument('--n', type=int, default=3)"],
    ["LR: float = 1e-3  # tune: log(1e-5, 1)", "LR", 1e-5, "LR: float = 1e-5  # tune: log(1e-5, 1)"],
    ["LR = +.5", "LR", 0.25, "LR = 0.25"],
    ["x = f(1, a=1)  # tune: int(1, 9)", "a", 2, "x = f(1, a=2)  # tune: int(1, 9)"],
    ["class A:\n  p = -1  # tune: int(-9, 9)", "p", 2, "class A:\n  p = 2  # tune: int(-9, 9)"],
  ])("%s", (before, name, value, after) => {
    expect(write(before, name, value)).toEqual({ text: after, problems: [] });
  });

  it("keeps a value apart from the word before it", () => {
    const text = "def f():\n  return-1";
    const found = describeSelection(text, text.length, text.length) as FoundParameter;
    expect(applyEdits(text, valueEdits(text, [change(found, 2)]).edits)).toBe("def f():\n  return 2");
  });

  it("needs no edit for a value that stands there", () => {
    expect(
      valueEdits("LR = 0.1", [{ name: "LR", parameter: { bind: { constant: "LR" } }, value: 0.1 }]),
    ).toEqual({
      edits: [],
      problems: [],
    });
  });

  it("takes a missing binding for a flag of the name", () => {
    const text = 'p.add_argument("--lr", type=float, default=0.1)';
    const { edits } = valueEdits(text, [{ name: "lr", parameter: {}, value: 0.2 }]);
    expect(applyEdits(text, edits)).toContain("default=0.2");
  });

  it("says what it cannot write", () => {
    const problem = (text: string, bind: FoundParameter["bind"]) =>
      valueEdits(text, [{ name: "x", parameter: { bind }, value: 1 }]).problems[0]?.message;
    expect(problem("y = 1", { constant: "x" })).toBe("x is no longer where it was in the script.");
    expect(problem("y = 1", { env: "X" })).toBe(
      "x does not stand in the script: it reaches it from outside.",
    );
    expect(problem('p.add_argument("--x", type=int, required=True)', { flag: "--x" })).toBe(
      "--x is required, so that a default has no effect (line 1).",
    );
    expect(problem('p.add_argument("--x", type=int, **more)', { flag: "--x" })).toBe(
      "The arguments of add_argument for --x are not all written there (line 1).",
    );
  });

  it("writes several values at once, in the order of the text", () => {
    const text = fixture("rl_ppo.py");
    const report = readScript(text);
    const values = new Map<string, Value>([
      ["tau", 1],
      ["gamma", 0.95],
      ["learning_rate", 1e-3],
      ["clip_coef", 0.1],
    ]);
    const changes = report.parameters
      .filter((found) => values.has(found.name))
      .toReversed()
      .map((found) => change(found, values.get(found.name) as Value));
    const after = applyEdits(text, valueEdits(text, changes).edits);
    expect(after).toBe(
      text
        .replace("default=2.5e-4", "default=1e-3")
        .replace("default=0.99", "default=0.95")
        .replace("default=0.2,", "default=0.1,"),
    );
  });
});

/** A value of the kind that a parameter has. */
function valueFor(found: FoundParameter, n: number, i: number, s: string, b: boolean): Value {
  if (found.valueType === "bool") return b;
  if (found.valueType === "int") return i;
  return found.valueType === "float" ? n : s;
}

describe.each(SCRIPTS)("values written into %s", (name) => {
  it.each([
    ["LF", (text: string) => text],
    ["CRLF", (text: string) => text.replaceAll("\n", "\r\n")],
  ])("are read back, and nothing else changes (%s)", (_, lineEnds) => {
    const text = lineEnds(fixture(name));
    const { parameters } = readScript(text);
    const writable = parameters.filter((found) => !found.required && found.valueType !== undefined);
    if (writable.length === 0) return;
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
    fc.assert(
      fc.property(
        fc.constantFrom(...writable),
        numbers,
        fc.integer(),
        fc.string({ unit: "grapheme", maxLength: 12 }),
        fc.boolean(),
        (found, n, i, s, b) => {
          const value = valueFor(found, n, i, s, b);
          const { edits, problems } = valueEdits(text, [change(found, value)]);
          expect(problems).toEqual([]);
          expect(edits.length).toBeLessThanOrEqual(1);
          const after = applyEdits(text, edits);
          const again = locate(after, { [found.name]: { ...found.proposal, bind: found.bind } }).get(
            found.name,
          );
          expect(again?.value).toBe(value);
          const [edit] = edits;
          if (edit === undefined) return;
          const length = edit.newText.length;
          expect(after.slice(0, edit.start)).toBe(text.slice(0, edit.start));
          expect(after.slice(edit.start + length)).toBe(text.slice(edit.end));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("Python", () => {
  it("reads written values as they were meant", () => {
    const values = [
      0.1,
      1e-5,
      1e22,
      123456789.123,
      5e-324,
      1.7976931348623157e308,
      -0.25,
      1,
      64,
      'it\'s "x"\\\n\0é😀',
      true,
    ];
    const old = (value: Value) => {
      if (typeof value === "string") return "'s'";
      if (typeof value === "boolean") return "False";
      return Number.isSafeInteger(value) ? "7" : "0.5";
    };
    const lines = values.map((value, index) => {
      const text = `v${index} = ${old(value)}`;
      const parameter = { bind: { constant: `v${index}` } };
      return applyEdits(text, valueEdits(text, [{ name: "v", parameter, value }]).edits);
    });
    const names = values.map((_, index) => `v${index}`).join(", ");
    const { stdout, stderr } = python([
      "-c",
      `${lines.join("\n")}\nimport json\nprint(json.dumps([${names}]))`,
    ]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(values);
  });
});
