import { type Browser, chromium } from "playwright-core";
import { ensureChromium } from "../../../scripts/setup/chromium.ts";

/** Headless Chromium that looks nothing up by itself. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(),
    args: [
      "--no-sandbox", // root in a container
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      "--disable-quic",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
