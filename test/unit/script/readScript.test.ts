import { describe, expect, it } from "vitest";
import type { FoundParameter, ScriptReport } from "../../../src/protocol/script.ts";
import { readScript } from "../../../src/script/readScript.ts";
import { fixture, SCRIPTS } from "./support.ts";

const read = (name: string) => readScript(fixture(name));

function get(report: ScriptReport, name: string): FoundParameter {
  const found = report.parameters.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} was not found`);
  return found;
}

const names = (report: ScriptReport, suggested: boolean) =>
  report.parameters.filter((one) => one.suggested === suggested).map((one) => one.name);

describe("argparse", () => {
  it("reads a tutorial's script", () => {
    const report = read("argparse_basic.py");
    expect(names(report, true)).toEqual(["batch_size", "lr", "gamma"]);
    expect(names(report, false)).toEqual([
      "test_batch_size",
      "epochs",
      "no_cuda",
      "dry_run",
      "seed",
      "log_interval",
      "save_model",
    ]);
    expect(report.budget).toEqual({ name: "epochs", max: 14 });
    expect(report.anchor?.line).toBe(15);
    expect(report.authority).toBe("screen");
    expect(get(report, "lr")).toMatchObject({
      origin: "argparse",
      bind: { flag: "--lr" },
      value: 1,
      valueType: "float",
      help: "learning rate",
      proposal: { type: "float", low: 1e-6, high: 1, scale: "log", default: 1 },
    });
    expect(get(report, "dry_run")).toMatchObject({ value: false, bind: { flag: "--dry-run", switch: "on" } });
    expect(report.warnings).toEqual([]);
  });

  it("gives spans of the value and of the whole statement", () => {
    const text = fixture("black_style.py");
    const found = get(readScript(text), "weight_decay");
    expect(text.slice(found.valueSpan?.start, found.valueSpan?.end)).toBe("0.0001");
    expect(text.slice(found.span.start, found.span.end)).toMatch(/^parser\.add_argument\(.*\)$/s);
    expect(found.span.line).toBe(15);
    expect(found.valueSpan?.line).toBe(19);
    expect(get(readScript(text), "learning_rate")).toMatchObject({
      value: undefined,
      help: "step size of the optimiser",
      proposal: { default: 0.01 },
    });
    expect(get(readScript(text), "learning_rate")).not.toHaveProperty("valueSpan");
  });

  it("knows groups, subcommands and arguments of the same name", () => {
    const report = read("subcommands.py");
    expect(get(report, "hidden")).toMatchObject({
      group: "model",
      subcommand: "fit",
      bind: { flag: "--hidden" },
    });
    expect(get(report, "nesterov")).toMatchObject({ group: "optimisation", subcommand: "fit" });
    expect(get(report, "lr")).toMatchObject({ subcommand: "fit", value: 3e-4 });
    expect(get(report, "predict_lr")).toMatchObject({ subcommand: "predict", value: 0.5 });
    expect(report.parameters.map((one) => one.name)).not.toContain("tags");
    expect(report.parameters.map((one) => one.name)).not.toContain("verbose");
  });

  it("knows aliases, actions, types and choices", () => {
    const report = read("function_parser.py");
    expect(get(report, "learning_rate")).toMatchObject({ value: 0.02, valueType: "float" });
    expect(get(report, "optimizer")).toMatchObject({ choices: ["sgd", "adam", "adamw"], suggested: true });
    expect(get(report, "amp").bind).toEqual({ flag: "--amp", switch: "both" });
    expect(get(report, "bias")).toMatchObject({ value: true, bind: { flag: "--no-bias", switch: "off" } });
    expect(get(report, "augment")).toMatchObject({ valueType: "bool", suggested: true });
    expect(get(report, "layers").proposal).toMatchObject({ type: "int", low: 1, high: 8 });
    expect(get(report, "heads").proposal).toMatchObject({ type: "ordinal", choices: [1, 2, 4, 8] });
    expect(get(report, "steps")).toMatchObject({ value: 100, valueType: "int" });
    expect(get(report, "tau").value).toBe(5e-3);
    expect(get(report, "rho").group).toBe("chained");
    expect(report.parameters.map((one) => one.name)).not.toContain("const");
    // The constant only stands for an argument's default.
    expect(get(report, "DEFAULT_LR").suggested).toBe(false);
  });

  it("warns of what cannot be tuned as it stands", () => {
    const report = read("function_parser.py");
    for (const name of ["flag", "momentum", "on"]) expect(get(report, name).suggested).toBe(false);
    expect(report.warnings).toEqual([
      'Line 27: --flag has type=bool, which takes any text (also "False") as true.',
      "Line 29: --momentum has no type, so that the script gets text.",
      "Line 30: --on is on by default and the flag cannot change that.",
      'Line 25: the script needs --data. Turn it on, or give it in the definition\'s "args".',
    ]);
  });

  it("reads what can be read of odd calls", () => {
    const report = read("odd_calls.py");
    expect(get(report, "lr")).toMatchObject({ value: -0.1, valueType: "float" });
    expect(get(report, "range").choices).toEqual([0, 2, 4, 6, 8]);
    expect(get(report, "text").value).toBe("xy");
    expect(get(report, "alpha").help).toBe("L2");
    expect(report.warnings).toContain(
      'Line 19: the script needs the argument "must". Give it in the definition\'s "args".',
    );
    expect(report.warnings.filter((one) => one.includes("only known when the script runs"))).toHaveLength(5);
  });

  it("says when the arguments are elsewhere", () => {
    expect(read("elsewhere.py").warnings).toEqual([
      "The parser's arguments are defined in another file; they are not read from there.",
    ]);
  });

  it("tells gamma's meanings apart in context", () => {
    expect(get(read("sklearn_style.py"), "gamma").proposal.source).toBe("prior: width of the RBF kernel");
    expect(get(read("rl_ppo.py"), "gamma").proposal.source).toBe("prior: discount");
  });
});

describe("constants", () => {
  it("reads literals at module level", () => {
    const report = read("constants_only.py");
    const values = Object.fromEntries(report.parameters.map((one) => [one.name, one.value]));
    expect(values).toEqual({
      learning_rate: 0.001,
      BATCH_SIZE: 128,
      num_epochs: 20,
      WEIGHT_DECAY: 0,
      dropout: 0.25,
      MAX_GRAD_NORM: 5,
      warmup_steps: 1000,
      activation: "relu",
      use_bn: true,
      BIG: 16,
      tiny: 1e-8,
      momentum: 0.9,
    });
    expect(report.budget).toEqual({ name: "num_epochs", max: 20 });
    expect(report.anchor?.line).toBe(4);
  });

  it("reads annotations, also under the main guard", () => {
    const report = read("annotated.py");
    expect(get(report, "LR")).toMatchObject({ value: 1, valueType: "float", origin: "constant" });
    expect(get(report, "BATCH_SIZE").bind).toEqual({ constant: "BATCH_SIZE" });
    expect(report.parameters.map((one) => one.name)).not.toContain("lr");
    expect(report.parameters.map((one) => one.name)).not.toContain("LATER");
  });

  it("leaves out what is set more than once, in any way", () => {
    const report = read("reassigned.py");
    expect(report.parameters.map((one) => one.name)).toEqual(["rho"]);
    for (const name of "lr momentum dropout epochs hidden units weight_decay tau batch_size gamma".split(" "))
      expect(report.warnings.join("\n")).toContain(`: ${name} is set more than once`);
  });

  it("finds nothing where there is nothing", () => {
    expect(read("nothing.py")).toEqual({ parameters: [], warnings: [], authority: "screen" });
  });
});

describe("# tune", () => {
  const report = read("tune_comments.py");

  it.each([
    ["LR", { constant: "LR" }, { type: "float", low: 1e-5, high: 0.1, scale: "log", default: 1e-3 }],
    ["WIDTH", { constant: "WIDTH" }, { type: "int", low: 16, high: 512, scale: "log", default: 64 }],
    ["depth", { flag: "--depth" }, { type: "int", low: 1, high: 8, default: 2 }],
    ["solver", { flag: "--solver" }, { type: "categorical", choices: ["adam", "sgd", "rms prop", "lamb"] }],
  ])("belongs to the argument or constant %s on its line", (name, bind, proposal) => {
    expect(get(report, name)).toMatchObject({ bind, proposal, suggested: true });
  });

  it.each([
    ["p", "0.5", 1, { type: "float", low: 0, high: 0.9 }],
    ["bias", "True", 1, { type: "boolean" }],
    ["size", "3", 1, { type: "ordinal", choices: [1, 3, 5] }],
    ["dropout", "0.25", 1, { low: 0, high: 0.8 }],
    ["momentum", "0.9", 1, { low: 0, high: 0.99 }],
    ["clip", "1.0", 1, { low: 0.1, high: 10, scale: "log" }],
    ["value", "2", 1, { type: "int", low: 1, high: 4 }],
    ["range", "10", 1, { type: "int", low: 5, high: 50 }],
  ])("marks the literal %s", (name, text, nth, proposal) => {
    const found = get(report, name);
    expect(found).toMatchObject({ origin: "literal", proposal, suggested: true });
    expect(found.bind).toMatchObject({ literal: { text, nth, at: found.span.line } });
  });

  it("keeps the comment out of the binding's line", () => {
    expect(get(report, "p").bind).toEqual({ literal: { text: "0.5", line: "p = 0.5", nth: 1, at: 17 } });
  });

  it("says what it does not understand", () => {
    expect(report.warnings).toEqual([
      'Line 31: "# tune" stands beside no value on its line.',
      'Line 35: "# tune" is not understood: the lower bound 5 must be below the upper bound 1.',
      expect.stringMatching(/^Line 36: "# tune" is not understood: "normal" is not known; write log/),
      'Line 38: "# tune" stands beside no value called other on its line.',
      'Line 37: the script\'s own value of far lies outside of what "# tune" asks for.',
    ]);
  });
});

describe("any text", () => {
  it("reads the whole parts of a half-typed file", () => {
    const report = read("half_typed.py.txt");
    expect(names(report, true)).toEqual(expect.arrayContaining(["LR", "momentum", "hidden"]));
  });

  it("reads every beginning of every script without an error", () => {
    for (const name of SCRIPTS) {
      const text = fixture(name);
      for (let end = 0; end < text.length; end += 97) readScript(text.slice(0, end));
    }
  });

  it.each(SCRIPTS)("gives %s the same report with other line ends", (name) => {
    const plain = readScript(fixture(name));
    const crlf = fixture(name).replaceAll("\n", "\r\n");
    const report = readScript(crlf);
    expect(report.parameters.map(({ name, value, proposal }) => ({ name, value, proposal }))).toEqual(
      plain.parameters.map(({ name, value, proposal }) => ({ name, value, proposal })),
    );
    for (const [index, found] of report.parameters.entries()) {
      const before = plain.parameters[index];
      if (found.valueSpan === undefined || before?.valueSpan === undefined) continue;
      expect(found.valueSpan.line).toBe(before.valueSpan.line);
      expect(crlf.slice(found.valueSpan.start, found.valueSpan.end).replaceAll("\r", "")).toBe(
        fixture(name).slice(before.valueSpan.start, before.valueSpan.end),
      );
    }
  });
});
