import { describe, expect, test } from "vitest";
import { Studies } from "../../../src/host/studies.ts";
import { summary } from "../../fixtures/fakeEngine/data.ts";

function watched() {
  const studies = new Studies();
  const changes: string[] = [];
  studies.events.on("changed", (id) => changes.push(id));
  return { studies, changes };
}

describe("the window's studies", () => {
  test("a summary that is known already changes nothing", () => {
    const { studies, changes } = watched();
    studies.accept(summary({ id: "a" }));
    studies.accept(summary({ id: "a" }));
    expect(changes).toEqual(["a"]);
    studies.accept(summary({ id: "a", revision: 2 }));
    expect(changes).toEqual(["a", "a"]);
  });

  test("what a new list does not name is gone", () => {
    const { studies, changes } = watched();
    studies.accept(summary({ id: "a" }));
    studies.replaceAll([summary({ id: "b" })]);
    expect(studies.list().map(({ id }) => id)).toEqual(["b"]);
    expect(changes).toEqual(["a", "a", "b"]);
  });

  test("running ones come first, then the latest", () => {
    const { studies } = watched();
    studies.accept(summary({ id: "old", status: "finished", updated: 1 }));
    studies.accept(summary({ id: "new", status: "finished", updated: 9 }));
    studies.accept(summary({ id: "runs", status: "running", updated: 0 }));
    expect(studies.list().map(({ id }) => id)).toEqual(["runs", "new", "old"]);
  });

  test("a script shows the latest study that has a best value", () => {
    const { studies } = watched();
    studies.accept(summary({ id: "scored", status: "finished", updated: 1 }));
    studies.accept(summary({ id: "fresh", best: undefined, updated: 9 }));
    expect(studies.ofScript("/work/train.py")?.id).toBe("scored");
    expect(studies.ofScript("/work/other.py")).toBeUndefined();
    expect(studies.ofDefinition("/work/train.tune.json")?.id).toBe("fresh");
  });

  test("with the engine gone nothing runs; the same engine state after that is news", () => {
    const { studies } = watched();
    studies.accept(summary({ id: "a" }));
    expect(studies.running).toBe(2);
    expect(studies.engineDied().map(({ id }) => id)).toEqual(["a"]);
    expect(studies.get("a")).toMatchObject({ status: "stopped", message: "The engine ended." });
    expect(studies.running).toBe(0);
    expect(studies.engineDied()).toEqual([]);
    studies.accept(summary({ id: "a" }));
    expect(studies.get("a")?.status).toBe("running");
  });

  test("a selection is told once", () => {
    const { studies } = watched();
    const told: unknown[] = [];
    studies.events.on("selected", (selection) => told.push(selection));
    studies.select({ study: "a", trial: 1 });
    studies.select({ study: "a", trial: 1 });
    studies.select({ study: "b", trial: 1 });
    studies.select(undefined);
    expect(told).toEqual([{ study: "a", trial: 1 }, { study: "b", trial: 1 }, undefined]);
  });
});
