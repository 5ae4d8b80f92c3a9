import { existsSync } from "node:fs";
import { ensureDebianPackages } from "./debian.ts";
import { onPath } from "./process.ts";
import { SetupError } from "./setupError.ts";

// The headless shell has no window to draw and is about a quarter faster.
const names = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
];
const macos = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A Chromium that is on this machine: the environment variable TUNING_FORK_TEST_CHROMIUM first. */
export function findChromium(): string | undefined {
  const named = process.env.TUNING_FORK_TEST_CHROMIUM;
  if (named) {
    if (!existsSync(named)) {
      throw new SetupError(`TUNING_FORK_TEST_CHROMIUM is ${named}, and no such file is there`);
    }
    return named;
  }
  return names.map((name) => onPath(name)).find(Boolean) ?? macos.find(existsSync);
}

/**
 * The Chromium for headless tests, installed where need be.
 * @throws {SetupError} where there is none and none can be installed
 */
export async function ensureChromium(): Promise<string> {
  if (!findChromium()) {
    // With fonts: Chromium only recommends them, and a page without letters tests little.
    await ensureDebianPackages(
      ["chromium", "fonts-dejavu-core", "fonts-liberation"],
      "Chromium for the tests is missing",
    );
  }
  const found = findChromium();
  if (!found) {
    throw new SetupError(
      "Chromium for the tests is missing: install it or name it in TUNING_FORK_TEST_CHROMIUM",
    );
  }
  return found;
}
