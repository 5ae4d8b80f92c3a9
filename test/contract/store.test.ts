import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach } from "vitest";
import { openStore } from "../../src/store/studyStore.ts";
import { storeContract } from "./store.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true });
});

storeContract("journal file", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "store-"));
  folders.push(folder);
  return {
    open: (goals, listener) =>
      openStore(path.join(folder, "journal.log"), {
        create: { name: "study", goals, metricNames: goals.map((_, index) => `metric ${index}`) },
        ...(listener && { listener }),
      }),
  };
});
