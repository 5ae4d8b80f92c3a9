import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commands, type TextDocument, Uri, window, workspace } from "vscode";
import type { Definition } from "../../../src/protocol/definition.ts";

/** Helpers of the tests inside the extension host: a folder a test, and waiting. */

export const EXTENSION = "tuning-fork.tuning-fork";

export const script = `import argparse
import math

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--momentum", type=float, default=0.9)
args = parser.parse_args()

loss = abs(math.log10(args.lr) + 2.5) + args.momentum * 0.01
print(f"val_loss={loss:.4f}")
`;

export const definition: Definition = {
  version: 1,
  script: "train.py",
  objective: { metric: "val_loss", goal: "minimize" },
  space: {
    lr: { type: "float", low: 1e-5, high: 1, scale: "log", default: 0.01 },
    momentum: { type: "float", low: 0.3, high: 0.999, default: 0.9 },
  },
  strategy: { name: "random" },
  stop: { trials: 12 },
  parallel: 2,
  seed: 1,
};

export const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** A fresh folder of the workspace with these files; gives the place of one. */
export async function folder(
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<(file: string) => Uri> {
  const root = workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (root === undefined) {
    throw new Error("the window has no folder");
  }
  const path = join(root, name);
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  for (const [file, text] of Object.entries(files)) {
    await writeFile(join(path, file), text);
  }
  return (file) => Uri.file(join(path, file));
}

/** Waits for a value that is worth something. */
export async function eventually<T>(
  what: string,
  read: () => T | PromiseLike<T>,
  accept: (value: T) => boolean = Boolean,
  timeout = 20_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await read();
    if (accept(value)) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited for ${what}; last value: ${JSON.stringify(value)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function open(uri: Uri): Promise<TextDocument> {
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document);
  return document;
}

export const closeAll = () => commands.executeCommand("workbench.action.closeAllEditors");

export const lineOf = (document: TextDocument, text: string) =>
  document.positionAt(document.getText().indexOf(text));
