import { basename, join } from "node:path";
import { Uri, window, workspace } from "vscode";
import type { FrameUp } from "../protocol/panel.ts";

/** Saves what a panel shows where the user says; `folder` is offered first, and `fallback` names a file that has no name. */
export async function saveExport(
  { name: given, format, content }: Extract<FrameUp, { type: "save" }>,
  folder: string | undefined,
  fallback: string,
): Promise<void> {
  const name = basename(given).replace(/\.[^.]*$/, "") || fallback;
  const start = folder ?? workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(join(start, `${name}.${format}`)),
    filters: { [format.toUpperCase()]: [format] },
  });
  if (target !== undefined) {
    const encoding = format === "png" ? "base64" : "utf8";
    await workspace.fs.writeFile(target, Buffer.from(content, encoding));
  }
}
