import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePythonJson, parsePythonJson } from "../../../src/journal/pythonJson.ts";

test("bare tokens are numbers, also nested and in lists", () => {
  expect(parsePythonJson('{"a":NaN,"b":[Infinity,-Infinity,1],"c":{"d":NaN}}')).toEqual({
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1],
    c: { d: Number.NaN },
  });
});

test("text that looks like a token stays text on a line that has real ones", () => {
  const line = String.raw`{"NaN":"NaN","b":"say \"Infinity\" and -Infinity","c":"\\","d":NaN,"e":"#","f":"\u0023\u0023"}`;
  expect(parsePythonJson(line)).toEqual({
    NaN: "NaN",
    b: 'say "Infinity" and -Infinity',
    c: "\\",
    d: Number.NaN,
    e: "#",
    f: "##",
  });
});

test.each(["-NaN", "1NaN", "Infinit", '{"a":NaN', "nan", "NaN NaN", '"NaN', "[NaN,]"])(
  "%s is no JSON",
  (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  },
);

test("non-finite numbers are written as Python's tokens, the text around them kept", () => {
  expect(
    encodePythonJson({
      a: Number.NaN,
      b: [Number.NEGATIVE_INFINITY, "#NaN", "Infinity"],
      c: Number.POSITIVE_INFINITY,
    }),
  ).toBe('{"a":NaN,"b":[-Infinity,"#NaN","Infinity"],"c":Infinity}');
});

test("what is written is ASCII on one line", () => {
  expect(encodePythonJson({ "ä\n": "☃😀\u2028" })).toBe('{"\\u00e4\\n":"\\u2603\\ud83d\\ude00\\u2028"}');
});

test("whatever JSON value is written is read back, non-finite numbers and odd keys included", () => {
  const leaf = fc.oneof(
    fc.double({ noDefaultInfinity: false, noNaN: false }).map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.string({ unit: "binary" }),
    fc.constantFrom("NaN", "#", "##NaN", "\\u0023", '"Infinity"', "-Infinity", null, true),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("tree")),
      fc.dictionary(fc.string(), tie("tree")),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const plain = structuredClone(value);
      expect(parsePythonJson(encodePythonJson(value))).toEqual(plain);
    }),
    { numRuns: 2000 },
  );
});
