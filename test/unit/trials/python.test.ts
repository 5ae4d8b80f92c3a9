import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findInterpreter, inspectWithInterpreter } from "../../../src/trials/python.ts";

const python = process.env.TUNING_FORK_TEST_PYTHON ?? "python3";
const executable = execFileSync(python, ["-c", "import sys; print(sys.executable)"], {
  encoding: "utf8",
}).trim();

let folder = "";
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tuning-fork-python-")));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder for PATH with programs of these names and shell texts; a path is linked to. */
async function programs(
  name: string,
  contents: Readonly<Record<string, string>>,
): Promise<NodeJS.ProcessEnv> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [file, content] of Object.entries(contents)) {
    if (content.startsWith("/")) await symlink(content, join(path, file));
    else await writeFile(join(path, file), `#!/bin/sh\n${content}\n`, { mode: 0o755 });
  }
  return { PATH: path };
}

describe("the interpreter", () => {
  test("on the PATH is found", async () => {
    const env = await programs("good", { python3: executable });
    expect(await findInterpreter(undefined, env)).toBe(join(folder, "good", "python3"));
  });

  test("that is too old or broken is passed over", async () => {
    const env = await programs("old", {
      python3: "echo '2.7 /usr/bin/python3'",
      python: "echo '3.9 /opt/python3.9'",
    });
    expect(await findInterpreter(undefined, env)).toBe("/opt/python3.9");
  });

  test("that was named is used as it was named", async () => {
    expect(await findInterpreter(executable)).toBe(executable);
  });

  test("that is nowhere is told with what was tried", async () => {
    const env = await programs("bad", {
      python3: "echo '3.7 /usr/bin/python3'",
      python: "echo oops >&2; exit 9",
    });
    await expect(findInterpreter(undefined, env)).rejects.toMatchObject({
      code: "interpreter-not-found",
      message: "No Python 3.8 or later was found on the PATH: python3 (it is Python 3.7), python (oops).",
    });
    await expect(findInterpreter(undefined, { PATH: join(folder, "empty") })).rejects.toMatchObject({
      code: "interpreter-not-found",
      message: expect.stringContaining("python3 (not found)"),
    });
  });

  test("that was named and cannot be used is told by name", async () => {
    await expect(findInterpreter("/no/such/python")).rejects.toMatchObject({
      code: "interpreter-not-found",
      message: "The Python interpreter /no/such/python cannot be used: not found.",
    });
    await expect(findInterpreter("/bin/echo")).rejects.toMatchObject({
      message: expect.stringContaining("does not answer like Python"),
    });
  });
});

describe("reading a script", () => {
  /** A python folder whose inspect.py is this text. */
  async function pythonFolder(name: string, inspect: string): Promise<string> {
    await mkdir(join(folder, name, "tuning_fork"), { recursive: true });
    await writeFile(join(folder, name, "tuning_fork", "inspect.py"), inspect);
    return join(folder, name);
  }
  const echo =
    "import sys, json, dataclasses\n" +
    "text = sys.stdin.buffer.read().decode('utf-8') if sys.argv[1] == '-' else open(sys.argv[1], encoding='utf-8').read()\n" +
    "print(json.dumps({'target': sys.argv[1], 'text': text}, ensure_ascii=False))\n";

  test("from a file or as text, whatever its characters", async () => {
    const home = await pythonFolder("echo", echo);
    const path = join(folder, "trän.py");
    await writeFile(path, "x = 'é😀'\n");
    expect(await inspectWithInterpreter(executable, { path }, home)).toEqual({
      target: path,
      text: "x = 'é😀'\n",
    });
    expect(await inspectWithInterpreter(executable, { text: "y = '█'\r\n" }, home)).toEqual({
      target: "-",
      text: "y = '█'\r\n",
    });
    const large = "z = 1\n".repeat(200_000);
    expect(await inspectWithInterpreter(executable, { text: large }, home)).toEqual({
      target: "-",
      text: large,
    });
  });

  test("that fails is told in the interpreter's words", async () => {
    const home = await pythonFolder("fails", "raise SystemExit('train.py: permission denied')\n");
    await expect(inspectWithInterpreter(executable, { text: "x" }, home)).rejects.toMatchObject({
      code: "script-unreadable",
      message: expect.stringContaining("train.py: permission denied"),
    });
  });

  test("with an answer that is no JSON is refused", async () => {
    const home = await pythonFolder("garbage", "print('hello')\n");
    await expect(inspectWithInterpreter(executable, { text: "x" }, home)).rejects.toMatchObject({
      code: "script-unreadable",
    });
  });

  test("without an interpreter says so", async () => {
    const home = await pythonFolder("nobody", echo);
    await expect(inspectWithInterpreter("/no/such/python", { text: "x" }, home)).rejects.toMatchObject({
      code: "interpreter-not-found",
    });
  });

  test("runs none of it and reads it as it ships", async () => {
    const home = join(import.meta.dirname, "../../../python");
    const facts = await inspectWithInterpreter(
      executable,
      { text: "import sys\nLR = 0.01\nsys.exit(3)\n" },
      home,
    );
    expect(facts).toMatchObject({ assignments: [expect.objectContaining({ name: "LR" })] });
  });
});
