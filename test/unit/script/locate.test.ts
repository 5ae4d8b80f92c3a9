import { describe, expect, it } from "vitest";
import type { Binding, Parameter } from "../../../src/protocol/space.ts";
import { locate } from "../../../src/script/locate.ts";

const parameter = (bind: Binding): Parameter => ({ type: "float", low: 0, high: 1, bind });
const at = (text: string, bind: Binding) => locate(text, { x: parameter(bind) }).get("x");

const literal = (text: string, line: string, nth: number, lineNumber: number): Binding => ({
  literal: { text, line, nth, at: lineNumber },
});

describe("locate", () => {
  it("finds flags by any spelling, and constants", () => {
    const text = 'LR = 0.5\np.add_argument("-m", "--momentum", type=float, default=0.9)\n';
    expect(at(text, { flag: "--momentum" })).toMatchObject({ name: "x", value: 0.9 });
    expect(at(text, { flag: "-m" })).toMatchObject({ value: 0.9 });
    expect(at(text, { constant: "LR" })).toMatchObject({ value: 0.5 });
    expect(at(text, { flag: "--lr" })).toBeUndefined();
    expect(at(text, { env: "LR" })).toBeUndefined();
  });

  it("finds a literal after lines were moved, the nearest of equal lines", () => {
    const line = "x = f(0.5)";
    expect(at(`${line}\n\n\n${line}\n\n`, literal("0.5", line, 1, 3))?.span.line).toBe(4);
    expect(at(`\n\n  ${line}  # why\n`, literal("0.5", line, 1, 99))?.span.line).toBe(3);
  });

  it("accepts a line with its comment", () => {
    expect(at("x = 0.5  # why", literal("0.5", "x = 0.5  # why", 1, 1))?.value).toBe(0.5);
  });

  it("counts equal literals of a line", () => {
    expect(at("f(0.5, 0.5)", literal("0.5", "f(0.5, 0.5)", 2, 1))?.span.start).toBe(7);
    expect(at("f(0.5, 0.5)", literal("0.5", "f(0.5, 0.5)", 3, 1))).toBeUndefined();
  });

  it("finds a literal whose value was written since", () => {
    expect(at("f(0.5, 0.125)", literal("0.5", "f(0.5, 0.5)", 2, 1))).toMatchObject({ value: 0.125 });
    expect(at("f(0.5, g, 0.5)", literal("0.5", "f(0.5, 0.5)", 2, 1))).toBeUndefined();
  });

  it("prefers a line that reads as it did to a nearer one with another value", () => {
    const text = "x = 0.1\n\n\n\nx = 0.5\n";
    expect(at(text, literal("0.5", "x = 0.5", 1, 1))?.span.line).toBe(5);
  });
});
