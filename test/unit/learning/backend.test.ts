import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { chooseBackend, fastest } from "../../../src/learning/backend/backend.ts";

describe("the tensor backend", () => {
  test("is the fastest that loads, and says why", () => {
    const native = { name: "native", milliseconds: 8 } as const;
    const wasm = { name: "wasm", milliseconds: 3.21 } as const;
    expect(fastest([native, wasm])).toEqual({
      name: "wasm",
      why: "native takes 8.0 ms for a trial piece of work; wasm takes 3.2 ms for a trial piece of work",
    });
    expect(fastest([{ ...native, milliseconds: 1 }, wasm]).name).toBe("native");
    expect(fastest([{ name: "native", problem: "not installed" }, wasm])).toEqual({
      name: "wasm",
      why: "native does not load (not installed); wasm takes 3.2 ms for a trial piece of work",
    });
    expect(fastest([{ name: "wasm", problem: "no file" }])).toEqual({
      name: "cpu",
      why: "wasm does not load (no file)",
    });
  });

  test("is measured on this machine, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const { name, why } = await chooseBackend("");
    expect(["native", "wasm"]).toContain(name);
    expect(why).toContain(`${name} takes`);
    expect(tf.getBackend()).toBe(name === "native" ? "tensorflow" : name);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("is the one that is asked for, or an error", async () => {
    expect(await chooseBackend("cpu")).toMatchObject({ name: "cpu" });
    expect(tf.getBackend()).toBe("cpu");
    await expect(chooseBackend("webgl")).rejects.toThrow('"webgl" of TUNING_FORK_BACKEND');
  });
});
