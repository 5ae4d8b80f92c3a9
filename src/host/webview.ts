import { randomBytes } from "node:crypto";
import { Uri, type Webview } from "vscode";
import type { PanelKind } from "../protocol/panel.ts";

/** The bundles of the pages, by the names of their files in dist/webview. */
export type PageName = "editor" | "learning" | PanelKind;

const folderOf = (extensionUri: Uri) => Uri.joinPath(extensionUri, "dist", "webview");

/** Lets a webview run our bundle of that name, with the modules that it imports, and nothing else. */
export function showPage(webview: Webview, extensionUri: Uri, name: PageName, title: string): void {
  const folder = folderOf(extensionUri);
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const nonce = randomBytes(16).toString("base64");
  const script = webview.asWebviewUri(Uri.joinPath(folder, `${name}.js`));
  const style = webview.asWebviewUri(Uri.joinPath(folder, `${name}.css`));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data: blob:`,
  ].join("; ");
  webview.html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${style}" nonce="${nonce}">
</head>
<body>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
