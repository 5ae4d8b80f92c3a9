import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readScript } from "../../../src/script/readScript.ts";
import { fixture, python, ROOT, SCRIPTS } from "../script/support.ts";

const LAUNCH = join(ROOT, "python/tuning_fork/launch.py");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-launch-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Bind {
  readonly constants?: Readonly<Record<string, unknown>>;
  readonly literals?: readonly Readonly<Record<string, unknown>>[];
}

function save(text: string | Buffer, name = "script.py"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function launch(
  text: string | Buffer,
  bind: Bind | string,
  args: readonly string[] = [],
  name = "script.py",
) {
  const path = save(text, name);
  const before = readFileSync(path);
  const env = { TUNING_FORK_BIND: typeof bind === "string" ? bind : JSON.stringify(bind) };
  const result = python([LAUNCH, path, ...args], { env, cwd: folder });
  expect(readFileSync(path).equals(before), "the file on disk is untouched").toBe(true);
  return result;
}

const literal = (text: string, line: string, nth: number, at: number, value: unknown) => ({
  text,
  line,
  nth,
  at,
  value,
});

describe("constants", () => {
  it("get other values, where they are first assigned", () => {
    const { stdout, stderr, code } = launch(
      'LR: float = 0.1\nA = 1\nNAME = "x"\nA = A + 1\nif __name__ == "__main__":\n    EPOCHS = 3\nprint(LR, A, NAME, EPOCHS)\n',
      { constants: { LR: 0.5, A: 10, NAME: "é'\n", EPOCHS: 9 } },
    );
    expect({ stdout, stderr, code }).toEqual({ stdout: "0.5 11 é'\n 9\n", stderr: "", code: 0 });
  });

  it("stay floats when they were", () => {
    const text = "A = 0.5\nB: float = 1\nC = 1\nD = -1.0\nprint(A, B, C, D)\n";
    expect(launch(text, { constants: { A: 1, B: 2, C: 3, D: 4 } }).stdout).toBe("1.0 2.0 3 4.0\n");
  });

  it("take true, false, null and negative numbers", () => {
    const text = "A = True\nB = 1\nC = 0.5\nprint(A, B, C)\n";
    expect(launch(text, { constants: { A: false, B: null, C: -1e-7 } }).stdout).toBe("False None -1e-07\n");
  });

  it("are not looked for in functions, and a missing one is an error", () => {
    const { stdout, stderr, code } = launch("def f():\n    LR = 1\n\nprint('ran')\n", {
      constants: { LR: 2 },
    });
    expect(code).toBe(64);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^tuning_fork: cannot set values in .*script\.py: there is no module-level assignment of LR\n$/,
    );
  });
});

describe("literals", () => {
  it("get other values, found by line, text and count", () => {
    const text =
      "import math\n\ndef f(a, b):\n    return dict(x=0.5, y=0.5)  # tune y: linear(0, 1)\nprint(f(1, 2))\n";
    const bind = { literals: [literal("0.5", "return dict(x=0.5, y=0.5)", 2, 4, 0.25)] };
    expect(launch(text, bind).stdout).toBe("{'x': 0.5, 'y': 0.25}\n");
  });

  it("are found after lines were moved, and after another value was written", () => {
    const bind = { literals: [literal("0.5", "x = 0.5", 1, 1, 3)] };
    expect(launch("\n\n\nx = 0.5\nprint(x)\n", bind).stdout).toBe("3.0\n");
    expect(launch("x = 0.125  # was 0.5\nprint(x)\n", bind).stdout).toBe("3.0\n");
    expect(launch("x = 0.1\n\n\nx = 0.5\nprint(x)\n", bind).stdout).toBe("3.0\n");
    expect(launch("x = 0.5\n\n\nx = 0.5\nprint(x)\n", bind).stdout).toBe("0.5\n");
  });

  it("may be negative, text, or several on a line; strings and f-strings are left alone", () => {
    const text = 'f = lambda *a: print(*a, "0.5", f"{0.5}")\nf(-0.5, 0.5, "a", True)\n';
    const line = 'f(-0.5, 0.5, "a", True)';
    const bind = {
      literals: [
        literal("-0.5", line, 1, 2, 1),
        literal("0.5", line, 1, 2, 2),
        literal('"a"', line, 1, 2, "b"),
        literal("True", line, 1, 2, false),
      ],
    };
    expect(launch(text, bind).stdout).toBe("1.0 2.0 b False 0.5 0.5\n");
  });

  it("that are missing are an error", () => {
    const { stderr, code } = launch("x = 0.5\n", { literals: [literal("0.5", "y = 0.5", 1, 1, 3)] });
    expect(code).toBe(64);
    expect(stderr).toContain("there is no 0.5 on a line `y = 0.5`");
  });

  it.each(SCRIPTS)("of %s are found as the reader in the editor names them", (name) => {
    const text = fixture(name);
    const { parameters } = readScript(text);
    const constants: Record<string, unknown> = {};
    const literals: unknown[] = [];
    for (const { bind, value } of parameters) {
      if ("constant" in bind) constants[bind.constant] = value;
      else if ("literal" in bind) literals.push({ ...bind.literal, value });
    }
    const probe = [
      "import importlib.util, json, os, sys",
      `spec = importlib.util.spec_from_file_location("launch", ${JSON.stringify(LAUNCH)})`,
      "launch = importlib.util.module_from_spec(spec)",
      "spec.loader.exec_module(launch)",
      "data = sys.stdin.buffer.read()",
      "launch.rewrite(data, 'x.py', json.loads(os.environ['BIND']))",
    ].join("\n");
    for (const input of [text, text.replaceAll("\n", "\r\n"), `\ufeff${text}`]) {
      const env = { BIND: JSON.stringify({ constants, literals }) };
      expect(python(["-W", "ignore", "-c", probe], { input, env })).toEqual({
        code: 0,
        stdout: "",
        stderr: "",
      });
    }
  });
});

describe("the script", () => {
  it("runs as if it were started by itself", () => {
    const text =
      "import sys, os\nA = 1\nm = sys.modules['__main__']\nprint(__name__, __file__, sys.argv, sys.path[0], __spec__, m.A)\n" +
      "import helper\nfrom inspect import getsource, isfunction\ndef f(): return A\nprint(getsource(f), helper.x, __builtins__.len('ab'))\n";
    writeFileSync(join(folder, "helper.py"), "x = 5\n");
    const path = join(folder, "script.py");
    const { stdout, stderr } = launch(text, { constants: { A: 2 } }, ["--flag", "v"]);
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([
      `__main__ ${path} ['${path}', '--flag', 'v'] ${folder} None 2`,
      "def f(): return A",
      " 5 2",
      "",
    ]);
  });

  it("shows its own lines in tracebacks, and no launcher", () => {
    const text = "A = 1\n\ndef f():\n    raise ValueError('no')\n\nf()  # the call\n";
    const { stderr, code } = launch(text, { constants: { A: 2 } });
    const alone = python([save(text)], { cwd: folder });
    expect(stderr).toBe(alone.stderr);
    expect(stderr).toContain("f()  # the call");
    expect(code).toBe(1);
  });

  it("shows chained errors, syntax errors and its own hook as Python does", () => {
    for (const text of [
      "A = 1\ntry:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('x') from e\n",
      "A = 1\ndef f(:\n",
      "A = 1\nimport sys\nsys.excepthook = lambda t, e, tb: print('mine', t.__name__, tb.tb_frame.f_code.co_filename)\n1 / 0\n",
      "A = 1\nraise KeyboardInterrupt\n",
    ]) {
      const { stderr, stdout, code } = launch(text, { constants: { A: 1 } });
      expect({ stderr, stdout, code }).toEqual(python([save(text)], { cwd: folder }));
    }
  });

  it.each([
    ["raise SystemExit(7)", 7],
    ["import sys; sys.exit()", 0],
    ["import sys; sys.exit('bye')", 1],
    ["import os; os._exit(9)", 9],
  ])("%s ends it with code %d", (line, code) => {
    expect(launch(`A = 1\n${line}\n`, { constants: { A: 2 } }).code).toBe(code);
  });

  it.each([
    ["CRLF", Buffer.from("A = 1\r\nprint(A, [0.5])\r\n")],
    ["CR", Buffer.from("A = 1\rprint(A, [0.5])\r")],
    ["a byte order mark", Buffer.from("\ufeffA = 1\nprint(A, [0.5])\n")],
    ["no last line end", Buffer.from("A = 1\nprint(A, [0.5])")],
    ["tabs", Buffer.from("if True:\n\tA = 1\n\tprint(A, [0.5])\n")],
  ])("may have %s", (_, text) => {
    const bind = { constants: { A: 2 }, literals: [literal("0.5", "print(A, [0.5])", 1, 2, 0.25)] };
    expect(launch(text, bind)).toMatchObject({ stdout: "2 [0.25]\n", stderr: "", code: 0 });
  });

  it("may be in another encoding", () => {
    const text = Buffer.from(
      "# -*- coding: latin-1 -*-\nNAME = 'é'\nprint(ascii(NAME), ascii('ü'), 0.5)\n",
      "latin1",
    );
    const bind = {
      constants: { NAME: "ñ" },
      literals: [literal("0.5", "print(ascii(NAME), ascii('ü'), 0.5)", 1, 3, 1)],
    };
    expect(launch(text, bind)).toMatchObject({ stdout: "'\\xf1' '\\xfc' 1.0\n", stderr: "", code: 0 });
  });

  it("may have future imports and a name with spaces", () => {
    const text = "'''doc'''\nfrom __future__ import annotations\nA: Missing = 1\nprint(A, __doc__)\n";
    expect(launch(text, { constants: { A: 2 } }, [], "two words é.py").stdout).toBe("2 doc\n");
  });

  it.each(["spawn", "forkserver", "fork"])("has children by %s that see the same values", (method) => {
    const text = [
      "import multiprocessing as mp, sys",
      "A = 1",
      "def main(): pass  # a name that the launcher has too",
      "LAUNCHER = 'mine'",
      "def work(i):",
      "    return i, A, dict(x=0.5), __name__",
      "def nested(i):",
      `    with mp.get_context("${method}").Pool(1) as pool:`,
      "        return pool.map(work, [i])",
      'if __name__ == "__main__":',
      `    context = mp.get_context("${method}")`,
      "    with context.Pool(2) as pool:",
      "        print(pool.map(work, range(2)))",
      "    from concurrent.futures import ProcessPoolExecutor",
      "    with ProcessPoolExecutor(1, mp_context=context) as pool:",
      "        print(list(pool.map(nested, [7])))",
    ].join("\n");
    const bind = {
      constants: { A: 2 },
      literals: [literal("0.5", "return i, A, dict(x=0.5), __name__", 1, 6, 0.25)],
    };
    const child = method === "fork" ? "__main__" : "__mp_main__";
    expect(launch(text, bind)).toEqual({
      stdout:
        `[(0, 2, {'x': 0.25}, '${child}'), (1, 2, {'x': 0.25}, '${child}')]\n` +
        `[[(7, 2, {'x': 0.25}, '${child}')]]\n`,
      stderr: "",
      code: 0,
    });
  });

  it("does not run with values that cannot be read", () => {
    expect(launch("print('ran')\n", "{oops")).toMatchObject({ stdout: "", code: 64 });
    expect(launch("print('ran')\n", "{oops").stderr).toMatch(/^tuning_fork: cannot set values in /);
  });

  it("that does not exist is named", () => {
    const { code, stderr } = python([LAUNCH, join(folder, "none.py")], { env: { TUNING_FORK_BIND: "{}" } });
    expect(code).toBe(64);
    expect(stderr).toContain("none.py");
  });
});
