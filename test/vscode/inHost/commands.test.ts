import { deepEqual, equal, ok } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { commands, extensions, Selection, TabInputCustom, window, workspace } from "vscode";
import { CONTRIBUTED_COMMANDS, INTERNAL_COMMANDS } from "../../../src/host/commandIds.ts";
import type { Definition } from "../../../src/protocol/definition.ts";
import {
  closeAll,
  definition,
  EXTENSION,
  eventually,
  folder,
  json,
  lineOf,
  open,
  script,
} from "./workspace.ts";

const activeTab = () => {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof TabInputCustom ? `${input.viewType} ${input.uri.fsPath}` : undefined;
};

const read = async (path: string) => JSON.parse(await readFile(path, "utf8")) as Definition;

describe("the extension", () => {
  afterEach(closeAll);

  it("is activated by a Python file and has every command", async () => {
    const at = await folder("activation", { "train.py": script });
    await open(at("train.py"));
    const extension = extensions.getExtension(EXTENSION);
    await eventually("activation", () => extension?.isActive);
    const registered = new Set(await commands.getCommands(true));
    deepEqual(
      [...CONTRIBUTED_COMMANDS, ...INTERNAL_COMMANDS].filter((id) => !registered.has(id)),
      [],
    );
  });

  it("offers to tune above the parser", async () => {
    const at = await folder("lens", { "train.py": script, "plain.py": "print('hello')\n" });
    const lenses = async (file: string) => {
      const document = await open(at(file));
      const found = await commands.executeCommand<
        { command?: { title: string }; range: { start: { line: number } } }[]
      >("vscode.executeCodeLensProvider", document.uri, 10);
      return found.map((lens) => `${lens.range.start.line} ${lens.command?.title}`);
    };
    deepEqual(await lenses("train.py"), ["3 $(play) Tune Hyperparameters"]);
    deepEqual(await lenses("plain.py"), []);
  });
});

describe("Tune Hyperparameters", () => {
  afterEach(closeAll);

  it("writes the definition once, opens its editor and leaves the script alone", async () => {
    const at = await folder("tune", { "train.py": script });
    await commands.executeCommand("tuningFork.tune", at("train.py"));
    const path = at("train.tune.json").fsPath;
    equal(activeTab(), `tuningFork.configEditor ${path}`);
    deepEqual(Object.keys((await read(path)).space), ["lr", "momentum"]);
    equal(await readFile(at("train.py").fsPath, "utf8"), script);

    const changed = json({ ...(await read(path)), seed: 7 });
    await workspace.fs.writeFile(at("train.tune.json"), Buffer.from(changed));
    await closeAll();
    await commands.executeCommand("tuningFork.tune", at("train.py"));
    equal(activeTab(), `tuningFork.configEditor ${path}`);
    equal(await readFile(path, "utf8"), changed);
  });

  it("saves what is on screen first", async () => {
    const at = await folder("dirty", { "train.py": script });
    const document = await open(at("train.py"));
    await window.activeTextEditor?.edit((edit) =>
      edit.insert(lineOf(document, "args ="), 'parser.add_argument("--dropout", type=float, default=0.5)\n'),
    );
    ok(document.isDirty);
    await commands.executeCommand("tuningFork.tune");
    ok(!document.isDirty);
    ok("dropout" in (await read(at("train.tune.json").fsPath)).space);
  });

  it("leaves a broken definition as it is", async () => {
    const broken = '{ "version": 1, "script": "train.py", "space": { \n';
    const at = await folder("broken", { "train.py": script, "train.tune.json": broken });
    await commands.executeCommand("tuningFork.tune", at("train.py"));
    await eventually("its editor", activeTab);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const document = await workspace.openTextDocument(at("train.tune.json"));
    equal(document.getText(), broken);
    ok(!document.isDirty);
  });

  it("says what to do where there is no script, and does not throw", async () => {
    await closeAll();
    await commands.executeCommand("tuningFork.tune");
    equal(activeTab(), undefined);
  });
});

describe("Tune This Value", () => {
  afterEach(closeAll);

  it("adds the literal under the cursor to the space, once", async () => {
    const text = `${script}smoothing = max(0.3, 0.1)\n`;
    const at = await folder("value", { "train.py": text, "train.tune.json": json(definition) });
    const document = await open(at("train.py"));
    const place = lineOf(document, "0.3").translate(0, 1);
    const select = async () => {
      await open(at("train.py"));
      (window.activeTextEditor as { selection: Selection }).selection = new Selection(place, place);
      await commands.executeCommand("tuningFork.tuneSelection");
    };
    await select();
    const target = await workspace.openTextDocument(at("train.tune.json"));
    const names = () => Object.keys((JSON.parse(target.getText()) as Definition).space);
    const added = await eventually("a third parameter", names, (found) => found.length === 3);
    deepEqual(added.slice(0, 2), ["lr", "momentum"]);
    const { bind, type } = (JSON.parse(target.getText()) as Definition).space[added[2] ?? ""] ?? {};
    equal(type, "float");
    ok(bind && "literal" in bind && bind.literal.text === "0.3");
    await select();
    equal(names().length, 3);
    await target.save();
  });
});
