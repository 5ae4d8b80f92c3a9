import { describe, expect, test } from "vitest";
import { chooseEditor } from "../../../scripts/setup/editor.ts";

describe("the VS Code that npm start opens", () => {
  const code = "/usr/bin/code";

  test.each([
    ["on macOS", { platform: "darwin", env: {}, code }],
    ["under X11", { platform: "linux", env: { DISPLAY: ":0" }, code }],
    ["under Wayland", { platform: "linux", env: { WAYLAND_DISPLAY: "wayland-0" }, code }],
  ])("is the user's own %s", (_, surroundings) => {
    expect(chooseEditor(surroundings)).toEqual({ type: "desktop", code });
  });

  test.each([
    ["`code` is missing", { platform: "darwin", env: {}, code: undefined }, "not on the PATH"],
    ["there is no display", { platform: "linux", env: {}, code }, "no display"],
    [
      "in a remote window's terminal",
      { platform: "linux", env: { DISPLAY: ":0", VSCODE_IPC_HOOK_CLI: "/run/x" }, code },
      "another machine",
    ],
    [
      "in WSL",
      { platform: "linux", env: { DISPLAY: ":0", WSL_DISTRO_NAME: "Debian" }, code },
      "another machine",
    ],
  ])("is the browser's where %s", (_, surroundings, why) => {
    expect(chooseEditor(surroundings)).toEqual({ type: "browser", why: expect.stringContaining(why) });
  });
});
