import { expect, test } from "vitest";
import { curvePicture, DARK_INK, dataUri, effectPicture, LIGHT_INK } from "../../../src/host/pictures.ts";
import { definition, parameters } from "../../fixtures/fakeEngine/data.ts";

const count = (text: string | undefined, part: string) => (text ?? "").split(part).length - 1;
const [lr, optimizer] = parameters.parameters;

test("an effect plot has a dot for every finite score and marks the best trial on top", () => {
  const picture = effectPicture(lr!, definition.space.lr, 12, "val_loss", LIGHT_INK);
  expect(count(picture, "<circle")).toBe(2);
  expect(count(picture, LIGHT_INK.best)).toBe(1);
  expect(picture?.lastIndexOf("<circle")).toBe(picture?.indexOf(`<circle`, picture.indexOf(LIGHT_INK.mark)));
  expect(picture).not.toContain("NaN");
});

test("a log scale puts equal ratios at equal distances", () => {
  const effect = [1e-4, 1e-2, 1].map((value, trial) => ({ value, score: trial, trial }));
  const picture = effectPicture({ ...lr!, effect }, definition.space.lr, undefined, "loss", DARK_INK);
  const [a, b, c] = [...(picture ?? "").matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect(b! - a!).toBeCloseTo(c! - b!, 1);
});

test("categories have their own columns and names", () => {
  const picture = effectPicture(optimizer!, definition.space.optimizer, 12, "val_loss", LIGHT_INK);
  expect(picture).toContain(">adam</text>");
  expect(picture).toContain(">sgd</text>");
});

test("nothing to draw is no picture", () => {
  expect(effectPicture({ ...lr!, effect: [] }, undefined, undefined, "m", LIGHT_INK)).toBeUndefined();
  expect(curvePicture([1, Number.NaN], "m", LIGHT_INK)).toBeUndefined();
});

test("one value and one score are drawn in the middle", () => {
  const effect = [{ value: 1, score: 1, trial: 0 }];
  expect(effectPicture({ ...lr!, effect }, undefined, 0, "m", LIGHT_INK)).not.toContain("NaN");
});

test("names from the script are text, not markup", () => {
  const picture = curvePicture([1, 2], '<script>"&', LIGHT_INK);
  expect(picture).not.toContain("<script>");
  expect(dataUri(picture!)).toMatch(/^data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+$/);
});

test("one diverged run does not press all others into a line", () => {
  const effect = Array.from({ length: 21 }, (_, i) => ({
    value: (i + 1) / 100,
    score: i === 20 ? 1e6 : 1 + i / 20,
    trial: i,
  }));
  const picture = effectPicture({ ...lr!, effect }, definition.space.lr, undefined, "loss", LIGHT_INK)!;
  const heights = [...picture.matchAll(/cy="([\d.]+)"/g)].map((match) => Number(match[1]));
  expect(Math.max(...heights.slice(0, 20)) - Math.min(...heights.slice(0, 20))).toBeGreaterThan(10);
  expect(picture).toContain("≥ ");
});
