import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { python, ROOT } from "../script/support.ts";

const INSPECT = join(ROOT, "python/tuning_fork/inspect.py");
const folder = mkdtempSync(join(tmpdir(), "tuning-fork-inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

function inspect(data: string | Buffer) {
  const path = join(folder, "script.py");
  writeFileSync(path, data);
  return python([INSPECT, path]);
}

describe("inspect.py", () => {
  it("runs none of the script", () => {
    const { stdout, code } = inspect("import sys\nsys.exit(3)\nopen('x', 'w')\n");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).imports).toEqual({ sys: "sys" });
  });

  it("knows a script's encoding", () => {
    const { stdout } = inspect(Buffer.from("# coding: latin-1\nname = 'é'; lr = 0.5\n", "latin1"));
    const [name, lr] = JSON.parse(stdout).assignments;
    expect(name.value.literal.value).toBe("é");
    expect(lr.span).toEqual({ start: 30, end: 38, line: 2 });
  });

  it("says where a script cannot be parsed", () => {
    const { stdout, code } = inspect("a = 1\nb = (\n");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).error).toMatchObject({ line: 2, message: expect.any(String) });
    expect(JSON.parse(inspect(Buffer.from("a = 1\0")).stdout).error).toMatchObject({ line: 1 });
  });

  it("cannot read what is not there, or is in no known encoding", () => {
    expect(python([INSPECT, join(folder, "none.py")]).code).toBe(2);
    expect(inspect(Buffer.from([0x61, 0x3d, 0xff, 0x0a]))).toMatchObject({ code: 2, stdout: "" });
    expect(inspect("# coding: no-such\n").stderr).toMatch(/^inspect\.py: cannot read /);
  });

  it("needs no package, and does not hide the standard library's module of the same name", () => {
    const path = join(folder, "script.py");
    writeFileSync(path, "import inspect\nx = '\\d'\n");
    const { stdout, stderr, code } = python(["-S", "-W", "error", INSPECT, path]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(JSON.parse(stdout).imports).toEqual({ inspect: "inspect" });
  });
});
