import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { curveOfFile, LearningCurves } from "../../../src/host/learningCurves.ts";
import { cleanedCurve } from "../../fixtures/learningCurve.ts";

const FILE = "/work/step-size.json";
const begun = { file: FILE, system: "step-size", seed: 2, options: { direction: "adam" } };
const step = (iteration: number, file = FILE) => ({
  file,
  iteration,
  of: 16,
  figures: { reward: iteration / 10 },
});

describe("the curves of what is learned", () => {
  it("grow with what is heard for their own file, and begin anew with another learning for it", () => {
    const curves = new LearningCurves();
    const changes: string[] = [];
    curves.events.on("changed", (file) => changes.push(file));
    curves.heard(step(1));
    expect(curves.newest).toBeUndefined();
    curves.begin(begun);
    curves.heard(step(1));
    curves.heard(step(2, "/elsewhere.json"));
    curves.heard(step(2));
    expect(curves.get(FILE)).toEqual({
      ...begun,
      status: "running",
      of: 16,
      points: [
        { iteration: 1, figures: { reward: 0.1 } },
        { iteration: 2, figures: { reward: 0.2 } },
      ],
    });
    curves.ended(FILE, "stopped");
    expect(curves.newest?.status).toBe("stopped");
    expect(changes).toEqual([FILE, FILE, FILE, FILE]);
    curves.begin(begun);
    expect(curves.get(FILE)?.points).toEqual([]);
  });

  it.each(["step-size-rmsprop", "lstm-digits"])(
    "are in the file of %s, which comes with the program",
    async (name) => {
      const path = join(import.meta.dirname, "../../../media/learned", `${name}.json`);
      const text = await readFile(path, "utf8");
      const curve = curveOfFile(path, text);
      const { record } = JSON.parse(text);
      expect(curve).toMatchObject({ status: "finished", seed: record.seed, of: record.progress[0].of });
      expect(curve.points.map(({ figures }) => figures)).toEqual(
        record.progress.map(({ figures }: { figures: unknown }) => figures),
      );
    },
  );

  it("have the cleaned labels with them, if they are whole", () => {
    const { file, seed, options, points, cleaned } = cleanedCurve();
    const record = { seed, options, progress: points };
    const of = (more: object) =>
      curveOfFile(file, JSON.stringify({ system: "cleaning", record, ...more })).cleaned;
    expect(of(cleaned!)).toEqual(cleaned);
    expect(of({ ...cleaned, weights: [0] })).toBeUndefined();
    expect(of({ ...cleaned, missed: [{ label: 1 }] })).toBeUndefined();
  });

  it("say when learning was ended early", async () => {
    const record = { seed: 0, options: {}, progress: [{ iteration: 3, of: 16, figures: { reward: 1 } }] };
    expect(curveOfFile(FILE, JSON.stringify({ system: "step-size", record })).status).toBe("stopped");
  });

  it.each([
    ["no JSON", "lr = 0.1"],
    ["another JSON", '{"name":"package"}'],
    [
      "figures that are no numbers",
      '{"system":"x","record":{"seed":0,"options":{},"progress":[{"iteration":1,"figures":{"a":"b"}}]}}',
    ],
  ])("are not in a file with %s: it says so, and what to open", (_, text) => {
    expect(() => curveOfFile(FILE, text)).toThrow(
      expect.objectContaining({
        code: "bad-input",
        message: `${FILE} has no learning curve.`,
        next: expect.stringContaining("Train a Step-Size Policy"),
      }),
    );
  });
});
