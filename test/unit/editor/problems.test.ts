import { expect, test } from "vitest";
import { messageAt, placeProblems } from "../../../webview/editor/problems.ts";
import { problem } from "../../webview/editorFixtures.ts";

const slots = [
  "space",
  "space.lr",
  "space.lr.low",
  "space.lr.choices",
  "space.net.lr.low",
  "forbidden.0",
  "budget",
];

test.each([
  ["space.lr.low", "space.lr.low"],
  ["space.lr.choices.2", "space.lr.choices"],
  ["space.lr.choices[2]", "space.lr.choices"],
  ["space.lr.colour", "space.lr"],
  ["space.unknown.low", "space"],
  ["space.net.lr.low", "space.net.lr.low"],
  ["forbidden[0].lr", "forbidden.0"],
  ["budget.min", "budget"],
  ['space["net.lr"].low', "space.net.lr.low"],
  ["colour", ""],
  ["", ""],
])("a problem of %s is said at %j", (path, slot) => {
  const found = problem(path, "Wrong.");
  expect([...placeProblems([found], slots)]).toEqual([[slot, [found]]]);
});

test("a message does not repeat at a control what stands there", () => {
  const low = problem("space.lr.low", "space.lr.low must be above 0.");
  expect(messageAt("space.lr.low", low)).toBe("Must be above 0.");
  expect(messageAt("space.lr", low)).toBe(low.message);
  expect(messageAt("space.lr.low", problem("space.lr.low", "Write a number."))).toBe("Write a number.");
  expect(messageAt("forbidden.0", problem("forbidden[0]", "forbidden[0] holds for nothing."))).toBe(
    "Holds for nothing.",
  );
});

test("several problems of one place stay in their order", () => {
  const found = [problem("space.lr.low", "One."), problem("space.lr.low", "Two.")];
  expect(placeProblems(found, slots).get("space.lr.low")).toEqual(found);
});
