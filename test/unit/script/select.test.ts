import { describe, expect, it } from "vitest";
import { describeSelection } from "../../../src/script/select.ts";
import { fixture } from "./support.ts";

/** Selects what stands between the two bars. */
function select(marked: string) {
  const start = marked.indexOf("|");
  const end = marked.indexOf("|", start + 1) - 1;
  return describeSelection(marked.replaceAll("|", ""), start, end);
}

describe("describeSelection", () => {
  it("describes a literal that is selected, or that the cursor touches", () => {
    const expected = {
      name: "dropout",
      origin: "selection",
      bind: { literal: { text: "0.25", line: "net = Net(nn.Dropout(0.25), 0.25)", nth: 1, at: 2 } },
      value: 0.25,
      valueType: "float",
      suggested: true,
      proposal: { type: "float", low: 0, high: 0.99, default: 0.25 },
    };
    expect(select("import nn\n  net = Net(nn.Dropout(|0.25|), 0.25)")).toMatchObject(expected);
    expect(select("import nn\n  net = Net(nn.Dropout(0.||25), 0.25)")).toMatchObject(expected);
    expect(select("import nn\n  net = Net(nn.Dropout(0.25||), 0.25)")).toMatchObject(expected);
  });

  it("counts equal literals of a line", () => {
    expect(select("f(0.5, |0.5|)")).toMatchObject({ bind: { literal: { nth: 2 } }, name: "f_2" });
  });

  it("takes white space around a value", () => {
    expect(select("f(| 0.5 |)")).toMatchObject({ value: 0.5 });
  });

  it("gives the argument or constant that a value belongs to", () => {
    expect(select("LR = |0.5|")).toMatchObject({ bind: { constant: "LR" }, origin: "constant" });
    const source = "p.add_argument('--seed', type=int, default=|3|)";
    expect(select(source)).toMatchObject({ bind: { flag: "--seed" }, origin: "argparse", suggested: true });
    expect(select("p.add_||argument('--seed', type=int, default=3)")).toMatchObject({ name: "seed" });
  });

  it("names a literal after its keyword, key, parameter or target", () => {
    expect(select("f(lr=|1|)")).toMatchObject({ name: "lr", proposal: { type: "float" } });
    expect(select("{'lr': |0.1|}")).toMatchObject({ name: "lr" });
    expect(select("def f(lr: float = |0.1|): pass")).toMatchObject({ name: "lr" });
    expect(select("self.rate = |0.1|")).toMatchObject({ name: "rate" });
    expect(select("x = a * |0.1|")).toMatchObject({ name: "value" });
  });

  it.each([
    ["x = y ||+ z", /Put the cursor on a number/],
    ["f(|1, 2|)", /several/],
    ["f(|None|)", /None has no range/],
    ['f(f"|1|")', /Put the cursor on a number/],
    ['"""|doc|"""', /Put the cursor on a number/],
    ["x = 1  # |2|", /Put the cursor on a number/],
  ])("says why %s is no value", (marked, problem) => {
    expect(select(marked)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it("works in text that is being typed", () => {
    expect(select("def f(\n  x = g(lr=|0.1|\n")).toMatchObject({ name: "lr", value: 0.1 });
    const text = fixture("keras_style.py").replaceAll("\n", "\r\n");
    const start = text.indexOf("0.5");
    expect(describeSelection(text, start, start + 3)).toMatchObject({ name: "dropout", value: 0.5 });
  });
});
