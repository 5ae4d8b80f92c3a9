import { expect, test } from "vitest";
import { type ConfigSpaceJson, spaceOfConfigSpace } from "../../../bench/quality/configSpace.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";

/** Two learners with parameters of their own, and every kind of condition. */
const hierarchical: ConfigSpaceJson = {
  hyperparameters: [
    { name: "task", type: "categorical", choices: ["1", "2"], default: "1" },
    { name: "fraction", type: "uniform_float", lower: 0.1, upper: 1, log: false, default: 0.5 },
    { name: "learner", type: "categorical", choices: ["svm", "tree", "net"], default: "svm" },
    { name: "kernel", type: "categorical", choices: ["linear", "radial", "poly"], default: "radial" },
    { name: "gamma", type: "uniform_float", lower: 1e-4, upper: 10, log: true, default: 0.1 },
    { name: "degree", type: "uniform_int", lower: 2, upper: 5, log: false, default: 3, q: null },
    { name: "depth", type: "uniform_int", lower: 1, upper: 30, log: false, default: 40 },
    { name: "surrogates", type: "ordinal", sequence: ["few", "some", "many"], default: "some" },
    { name: "shared", type: "uniform_float", lower: 0, upper: 1, log: false, default: 0.5 },
    { name: "version", type: "constant", value: 7 },
    { name: "large", type: "uniform_int", lower: 1, upper: 9, log: false, default: 5 },
    { name: "onTask2", type: "uniform_int", lower: 1, upper: 9, log: false, default: 5 },
  ],
  conditions: [
    { child: "kernel", parent: "learner", type: "EQ", value: "svm" },
    {
      child: "gamma",
      type: "AND",
      conditions: [
        { child: "gamma", parent: "learner", type: "EQ", value: "svm" },
        { child: "gamma", parent: "kernel", type: "NEQ", value: "linear" },
      ],
    },
    { child: "degree", parent: "learner", type: "EQ", value: "svm" },
    { child: "degree", parent: "kernel", type: "EQ", value: "poly" },
    { child: "depth", parent: "learner", type: "IN", values: ["tree", "net"] },
    { child: "surrogates", parent: "depth", type: "GT", value: 10 },
    {
      child: "shared",
      type: "OR",
      conditions: [
        { child: "shared", parent: "depth", type: "LT", value: 4 },
        { child: "shared", parent: "gamma", type: "GT", value: 1 },
      ],
    },
    { child: "version", parent: "learner", type: "EQ", value: "net" },
    { child: "large", parent: "fraction", type: "GT", value: 0.5 },
    { child: "onTask2", parent: "task", type: "EQ", value: "2" },
  ],
  forbiddens: [
    {
      type: "AND",
      clauses: [
        { name: "learner", type: "EQ", value: "tree" },
        { name: "depth", type: "IN", values: [29, 30] },
      ],
    },
  ],
};

interface Drawn {
  readonly learner: string;
  readonly kernel?: string;
  readonly depth?: number;
  readonly gamma?: number;
}

const spec = spaceOfConfigSpace(hierarchical, { task: "1", fraction: 1 });

test("instance and fidelity are taken out, and conditions on them decided", () => {
  expect(spec.parameters).not.toHaveProperty("task");
  expect(spec.parameters).not.toHaveProperty("fraction");
  expect(spec.parameters).not.toHaveProperty("onTask2");
  expect(spec.parameters.large).toEqual({ type: "int", low: 1, high: 9, default: 5 });
  expect(spaceOfConfigSpace(hierarchical, { task: "2", fraction: 0.3 }).parameters).toHaveProperty("onTask2");
  expect(spaceOfConfigSpace(hierarchical, { task: "2", fraction: 0.3 }).parameters).not.toHaveProperty(
    "large",
  );
});

test("types keep their bounds, scales and orders", () => {
  expect(spec.parameters.gamma).toMatchObject({ type: "float", low: 1e-4, high: 10, scale: "log" });
  expect(spec.parameters.depth).toMatchObject({ type: "int", low: 1, high: 30, default: 30 });
  expect(spec.parameters.surrogates).toMatchObject({ type: "ordinal", choices: ["few", "some", "many"] });
  expect(spec.parameters.version).toMatchObject({ type: "categorical", choices: [7] });
});

test("a draw has exactly the parameters that the conditions make active", () => {
  const space = new Space(spec);
  const seen = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    const c = space.sample(random(0, i));
    const { learner, kernel, depth, gamma } = c as unknown as Drawn;
    const svm = learner === "svm";
    const active = {
      kernel: svm,
      gamma: svm && kernel !== "linear",
      degree: svm && kernel === "poly",
      depth: !svm,
      surrogates: (depth ?? 0) > 10,
      shared: (depth !== undefined && depth < 4) || (gamma ?? 0) > 1,
      version: learner === "net",
      large: true,
    };
    for (const [name, expected] of Object.entries(active)) {
      expect([name, name in c], JSON.stringify(c)).toEqual([name, expected]);
      if (expected) seen.add(name);
    }
    expect(learner === "tree" && (depth ?? 0) > 28).toBe(false);
  }
  expect(seen.size).toBe(8);
});

test("what is not known is named", () => {
  const strange = { hyperparameters: [{ name: "x", type: "normal_float" }] };
  expect(() => spaceOfConfigSpace(strange)).toThrow('"x" has the type "normal_float"');
});
