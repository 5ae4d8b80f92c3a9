import { appendFileSync } from "node:fs";
import Mocha from "mocha";

/** What the runner reports, one JSON object a line. Nothing after `end` means that the host died. */
export type InHostEvent =
  | { readonly type: "pass" | "skip"; readonly title: string }
  | { readonly type: "fail"; readonly title: string; readonly error: string }
  | { readonly type: "error"; readonly error: string }
  | { readonly type: "end" };

const setting = (name: "IN_HOST_FILES" | "IN_HOST_REPORT") => {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set`);
  }
  return value;
};

function report(event: InHostEvent): void {
  appendFileSync(setting("IN_HOST_REPORT"), `${JSON.stringify(event)}\n`);
}

const text = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function runMocha(): Promise<number> {
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, forbidOnly: true, reporter: class {} as never });
  for (const file of JSON.parse(setting("IN_HOST_FILES")) as string[]) {
    mocha.addFile(file);
  }
  return new Promise((resolve) => {
    mocha
      .run(resolve)
      .on("pass", (test) => report({ type: "pass", title: test.fullTitle() }))
      .on("pending", (test) => report({ type: "skip", title: test.fullTitle() }))
      .on("fail", (test, error) => report({ type: "fail", title: test.fullTitle(), error: text(error) }))
      .on("end", () => report({ type: "end" }));
  });
}

/** Called by VS Code in the extension host; a rejection becomes exit code 1. */
export async function run(): Promise<void> {
  const failures = await runMocha().catch((error) => {
    report({ type: "error", error: text(error) }); // a test file that throws while it loads
    throw error;
  });
  if (failures > 0) {
    throw new Error(`${failures} tests failed`);
  }
}
