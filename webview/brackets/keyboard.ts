import type { Spot } from "./scene.ts";

/**
 * Where an arrow key leads. Left and right go along a rung and on into the next bracket at that budget; up and
 * down follow the trial through its rungs, or go to the nearest node of the rung above or below. Undefined where
 * there is nothing further.
 */
export function move(spots: readonly Spot[], from: Spot | undefined, key: string): Spot | undefined {
  if (from === undefined) return spots[0];
  switch (key) {
    case "ArrowRight":
      return sideways(spots, from, 1);
    case "ArrowLeft":
      return sideways(spots, from, -1);
    case "ArrowDown":
      return upright(spots, from, 1);
    case "ArrowUp":
      return upright(spots, from, -1);
    case "Home":
      return spots.find((spot) => isSameRung(spot, from));
    case "End":
      return spots.findLast((spot) => isSameRung(spot, from));
    default:
      return undefined;
  }
}

function isSameRung(a: Spot, b: Spot): boolean {
  return a.bracket === b.bracket && a.rung === b.rung;
}

function sideways(spots: readonly Spot[], from: Spot, step: 1 | -1): Spot | undefined {
  const row = spots.filter((spot) => spot.budget === from.budget).sort((a, b) => a.bracket - b.bracket);
  return row[row.findIndex((spot) => spot.key === from.key) + step];
}

function upright(spots: readonly Spot[], from: Spot, step: 1 | -1): Spot | undefined {
  const there = spots.filter((spot) => spot.bracket === from.bracket && spot.rung === from.rung + step);
  const same = there.find((spot) => spot.trial === from.trial);
  if (same !== undefined) return same;
  return there.reduce<Spot | undefined>(
    (nearest, spot) =>
      nearest === undefined || Math.abs(spot.x - from.x) < Math.abs(nearest.x - from.x) ? spot : nearest,
    undefined,
  );
}
