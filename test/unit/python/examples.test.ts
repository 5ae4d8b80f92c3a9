import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { python, ROOT } from "../script/support.ts";

const EXAMPLES = join(ROOT, "examples");
const ALONE = ["-I", "-S"];

describe("examples/digits", () => {
  const train = (...args: string[]) =>
    python([...ALONE, join(EXAMPLES, "digits/train.py"), "--train-size", "200", ...args]).stdout;

  it("learns, prints a line an epoch, and repeats itself exactly", () => {
    const first = train("--epochs", "3", "--lr", "0.1");
    expect(train("--epochs", "3", "--lr", "0.1")).toBe(first);
    const lines = first.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const [index, line] of lines.entries())
      expect(line).toMatch(
        new RegExp(
          `^epoch ${index + 1}/3 train_loss=\\d\\.\\d{4} val_loss=\\d\\.\\d{4} val_accuracy=\\d\\.\\d{4}$`,
        ),
      );
    const losses = lines.map((line) => Number(/val_loss=(\S+)/.exec(line)?.[1]));
    expect(losses[2]).toBeLessThan((losses[0] as number) / 1.3);
  });

  it("depends on every hyperparameter", () => {
    const usual = train("--epochs", "2");
    for (const args of [
      ["--lr", "0.02"],
      ["--momentum", "0.5"],
      ["--nesterov"],
      ["--optimizer", "adam"],
      ["--hidden", "20"],
      ["--activation", "tanh"],
      ["--batch-size", "16"],
      ["--l2", "0.01"],
      ["--seed", "1"],
    ])
      expect(train("--epochs", "2", ...args), args.join(" ")).not.toBe(usual);
    const adam = train("--epochs", "2", "--optimizer", "adam");
    expect(train("--epochs", "2", "--optimizer", "adam", "--beta1", "0.5")).not.toBe(adam);
  });

  it("survives a learning rate that is far too high", () => {
    expect(train("--epochs", "2", "--lr", "1", "--momentum", "0.999").split("\n")).toHaveLength(3);
  });
});

describe("examples/pbt", () => {
  const train = (...args: string[]) => python([...ALONE, join(EXAMPLES, "pbt/train.py"), ...args]).stdout;
  const last = (printed: string): number => Number(/val_loss=(\S+)\n$/.exec(printed)?.[1]);

  it("goes on from its checkpoint as if it had never ended, with other values too", () => {
    const folder = mkdtempSync(join(tmpdir(), "tuning-fork-pbt-"));
    const keep = ["--checkpoint-dir", join(folder, "new")];
    const whole = train("--epochs", "4").split("\n");
    expect(train("--epochs", "2", ...keep).split("\n")).toEqual([
      ...whole.slice(0, 2).map((line) => line.replace("/4", "/2")),
      "",
    ]);
    expect(train("--epochs", "4", ...keep).split("\n")).toEqual(whole.slice(2));
    expect(train("--epochs", "6", "--lr", "0.001", ...keep)).toMatch(/^epoch 5\/6 val_loss=/);
    rmSync(folder, { recursive: true });
  });

  it("rewards a learning rate that sinks", () => {
    const folder = mkdtempSync(join(tmpdir(), "tuning-fork-pbt-"));
    let sinking = 0;
    for (let i = 1; i <= 5; i++) {
      const lr = String(0.06 * 0.4 ** (i - 1));
      sinking = last(train("--epochs", String(4 * i), "--lr", lr, "--checkpoint-dir", folder));
    }
    const fixed = [0.06, 0.02, 0.01, 0.005].map((lr) => last(train("--epochs", "20", "--lr", String(lr))));
    expect(sinking).toBeLessThan(0.7 * Math.min(...fixed));
    rmSync(folder, { recursive: true });
  });
});

describe("examples/space", () => {
  const surrogate = (...args: string[]) => python([...ALONE, join(EXAMPLES, "space/surrogate.py"), ...args]);

  it("takes the whole space", () => {
    const layers = [1, 2, 3].flatMap((n) => [
      ...[`--activation_${n}`, "ELU", `--units_${n}`, "600", `--dropout_${n}`, "0.3"],
      ...[`--weight_init_${n}`, "Normal", `--weight_init_std_${n}`, "0.01"],
    ]);
    const { stdout, stderr } = surrogate(
      ...["--batch_size", "128", "--number_of_updates", "2500", "--number_of_layers", "3"],
      ...["--learning_rate", "1e-3", "--l2", "1e-4", "--dropout_output", "0.4", "--solver", "Adam"],
      ...["--lr_policy", "Exp", "--beta1", "0.1", "--beta2", "0.001", "--rho", "0.95", "--momentum", "0.9"],
      ...["--gamma", "0.005", "--k", "0.75", "--s", "5", ...layers],
    );
    expect(stderr).toBe("");
    const best = Number(/^val_loss=(\S+)\n$/.exec(stdout)?.[1]);
    const usual = Number(/^val_loss=(\S+)\n$/.exec(surrogate().stdout)?.[1]);
    expect(best).toBeLessThan(0.2);
    expect(usual).toBeGreaterThan(0.5);
  });
});

describe("examples/svm and examples/torch", () => {
  it("are whole Python that compiles", () => {
    const folder = mkdtempSync(join(tmpdir(), "tuning-fork-examples-"));
    for (const name of ["svm/train.py", "torch/train.py", "digits/constants.py"]) {
      const code = "import sys; compile(open(sys.argv[1], encoding='utf-8').read(), sys.argv[1], 'exec')";
      expect(python(["-c", code, join(EXAMPLES, name)], { cwd: folder })).toMatchObject({
        code: 0,
        stderr: "",
      });
    }
    rmSync(folder, { recursive: true });
  });
});
