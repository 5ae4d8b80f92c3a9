import { existsSync } from "node:fs";
import { buildPackage, vsixFile } from "../../../scripts/package.ts";

/** The packaged extension: the one that `npm test` has made, else the last one in out/, else a fresh one. */
export async function vsix(): Promise<string> {
  const made = process.env.TUNING_FORK_TEST_VSIX ?? vsixFile;
  return existsSync(made) ? made : buildPackage();
}
