import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { python, ROOT } from "../script/support.ts";

function run(code: string, env: Record<string, string> = {}) {
  const { stdout, stderr } = python(["-c", `import tuning_fork\n${code}`], {
    env: { PYTHONPATH: join(ROOT, "python"), ...env },
  });
  expect(stderr).toBe("");
  return stdout;
}

describe("report", () => {
  it.each([
    ["tuning_fork.report(3, val_loss=0.07)", '{"step": 3, "val_loss": 0.07}\n'],
    ["tuning_fork.report(val_loss=1)", '{"val_loss": 1}\n'],
    ["tuning_fork.report({'val_loss': 0.5}, step=3)", '{"step": 3, "val_loss": 0.5}\n'],
    ["tuning_fork.report(2, {'a/b': True}, c=float('nan'))", '{"step": 2, "a/b": 1, "c": NaN}\n'],
    [
      "tuning_fork.report(2, loss=0.5, hypergradients={'lr': -0.125, 'wd': True})",
      '{"step": 2, "loss": 0.5, "hypergradients": {"lr": -0.125, "wd": 1}}\n',
    ],
    ["tuning_fork.report(x=float('-inf'))", '{"x": -Infinity}\n'],
    ["from fractions import Fraction\ntuning_fork.report(x=Fraction(1, 4))", '{"x": 0.25}\n'],
  ])("%s", (code, line) => {
    expect(run(code)).toBe(line);
  });

  it("writes to the original standard output, at once", () => {
    const code =
      "import io, os, sys\nsys.stdout = io.StringIO()\nprint('hidden')\ntuning_fork.report(x=1)\nos._exit(0)";
    expect(run(code)).toBe('{"x": 1}\n');
  });

  it("refuses what is no number", () => {
    const result = python(["-c", "import tuning_fork\ntuning_fork.report(x='a')"], {
      env: { PYTHONPATH: join(ROOT, "python") },
    });
    expect(result.stderr).toContain("ValueError");
    expect(result.stdout).toBe("");
  });
});

describe("params", () => {
  const env = { TUNING_FORK_PARAMS: '{"lr": 1, "layers": 2, "opt": "adam"}' };

  it("holds the trial's values", () => {
    expect(run("p = tuning_fork.params\nprint(p['lr'], p.opt, dict(p), len(p), 'x' in p)", env)).toBe(
      "1 adam {'lr': 1, 'layers': 2, 'opt': 'adam'} 3 False\n",
    );
  });

  it("overlays defaults, and keeps floats", () => {
    const code = "print(tuning_fork.params(lr=0.5, momentum=0.9, layers=1))";
    expect(run(code, env)).toBe("Params(lr=1.0, momentum=0.9, layers=2, opt='adam')\n");
    expect(run(code)).toBe("Params(lr=0.5, momentum=0.9, layers=1)\n");
  });

  it("says what is missing", () => {
    const code = "try:\n    tuning_fork.params.lr\nexcept AttributeError as e:\n    print(e)";
    expect(run(code)).toBe("no parameter 'lr'; give it a default: tuning_fork.params(lr=...)\n");
  });

  it("can be pickled and copied", () => {
    const code =
      "import copy, pickle\np = tuning_fork.params(lr=0.5)\nprint(pickle.loads(pickle.dumps(p)), copy.deepcopy(p).lr)";
    expect(run(code)).toBe("Params(lr=0.5) 0.5\n");
  });
});

describe("checkpoint_dir and budget", () => {
  it("give what the study gives", () => {
    const folder = mkdtempSync(join(tmpdir(), "tuning-fork-module-"));
    const path = join(folder, "a", "b");
    const env = { TUNING_FORK_CHECKPOINT: path, TUNING_FORK_BUDGET: "27" };
    expect(run("print(tuning_fork.checkpoint_dir(), tuning_fork.budget(), tuning_fork.budget(3))", env)).toBe(
      `${path} 27 27\n`,
    );
    expect(existsSync(path)).toBe(true);
    rmSync(folder, { recursive: true });
    expect(run("print(tuning_fork.budget())", { TUNING_FORK_BUDGET: "0.5" })).toBe("0.5\n");
  });

  it("give nothing when a script is run by hand", () => {
    expect(run("print(tuning_fork.checkpoint_dir(), tuning_fork.budget(), tuning_fork.budget(9))")).toBe(
      "None None 9\n",
    );
  });
});
