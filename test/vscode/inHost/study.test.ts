import { equal, match, ok } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import {
  type CodeAction,
  commands,
  env,
  type Hover,
  type MarkdownString,
  Range,
  type TextDocument,
  workspace,
} from "vscode";
import { closeAll, definition, eventually, folder, json, lineOf, open, script } from "./workspace.ts";

describe("a study", () => {
  let at: Awaited<ReturnType<typeof folder>>;
  let document: TextDocument;

  before(async function () {
    this.timeout(120_000);
    at = await folder("study", { "train.py": script, "train.tune.json": json(definition) });
    await commands.executeCommand("tuningFork.start", at("train.tune.json"));
    document = await open(at("train.py"));
    await eventually(
      "12 trials",
      lensTitles,
      (titles) => titles.some((title) => title.startsWith("12 trials")),
      90_000,
    );
    await eventually("the hover", hover, (text) => text.includes("12 scored trials"));
  });

  after(closeAll);

  const lensTitles = async () => {
    const lenses = await commands.executeCommand<{ command?: { title: string } }[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
      10,
    );
    return lenses.map((lens) => lens.command?.title ?? "");
  };

  const hover = async () => {
    const place = lineOf(document, '"--lr"');
    const hovers = await commands.executeCommand<Hover[]>("vscode.executeHoverProvider", document.uri, place);
    return hovers
      .flatMap(({ contents }) => contents.map((content) => (content as MarkdownString).value))
      .join("\n");
  };

  const fixes = async (text: string) => {
    const place = lineOf(document, text);
    const actions = await commands.executeCommand<CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      new Range(place, place),
    );
    return actions.filter(({ title }) => title.startsWith("Write"));
  };

  const undoAll = async () => {
    while (document.getText() !== script) {
      await open(document.uri);
      await commands.executeCommand("undo");
    }
  };

  it("ends with its trials in an Optuna journal, and the script as it was", async () => {
    const [journal] = await workspace.findFiles("study/.tuning-fork/**/journal.log");
    match(await readFile(journal?.fsPath ?? "", "utf8"), /"op_code": ?0/);
    equal(await readFile(at("train.py").fsPath, "utf8"), script);
  });

  it("shows its evidence: best value, picture, five best trials", async () => {
    const text = await hover();
    match(text, /\*\*lr\*\* · best/);
    match(text, /!\[.*\]\(data:image\/svg\+xml;base64,/);
    equal(text.split("\n").filter((line) => /^\| #\d/.test(line)).length, 5);
  });

  it("writes one best value, as an edit that can be undone", async () => {
    const [one, all] = await fixes('"--lr"');
    match(one?.title ?? "", /^Write \d/);
    equal(all?.title, "Write all 2 best values");
    ok(one?.edit && (await workspace.applyEdit(one.edit)));
    match(document.getText(), /"--lr", type=float, default=(?!0\.01\))\d/);
    match(document.getText(), /"--momentum", type=float, default=0\.9\)/);
    ok(document.isDirty);
    await undoAll();
  });

  it("writes all best values", async () => {
    const [, all] = await fixes('"--lr"');
    await commands.executeCommand(all?.command?.command ?? "", ...(all?.command?.arguments ?? []));
    ok(!document.getText().includes("default=0.01)"));
    ok(!document.getText().includes("default=0.9)"));
    await undoAll();
    equal(document.getText(), script);
  });

  it("marks its values as stale when the script changes, but not when they are written into it", async () => {
    const [one] = await fixes('"--lr"');
    ok(one?.edit && (await workspace.applyEdit(one.edit)));
    ok(!(await hover()).includes("has changed"));
    const { WorkspaceEdit } = await import("vscode");
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, lineOf(document, "loss ="), "# another model\n");
    await workspace.applyEdit(edit);
    ok((await hover()).includes("has changed"));
    await undoAll();
    ok(!(await hover()).includes("has changed"));
  });

  it("gives a trial's command line", async () => {
    const [journal] = await workspace.findFiles("study/.tuning-fork/**/journal.log");
    await commands.executeCommand("tuningFork.copyCommand", { study: journal?.fsPath, trial: 0 });
    match(await env.clipboard.readText(), /train\.py.*--lr/);
  });

  it("goes on without a question when it is started again", async () => {
    const longer = { ...definition, stop: { trials: 14 } };
    await workspace.fs.writeFile(at("train.tune.json"), Buffer.from(json(longer)));
    await commands.executeCommand("tuningFork.start", at("train.tune.json"));
    await eventually(
      "14 trials",
      lensTitles,
      (titles) => titles.some((title) => title.startsWith("14 trials")),
      60_000,
    );
  }).timeout(90_000);
});
