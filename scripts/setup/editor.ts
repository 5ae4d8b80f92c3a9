/** Which VS Code `npm start` opens. */
export type Editor =
  /** The user's own, with folders of its own for settings and extensions. */
  | { readonly type: "desktop"; readonly code: string }
  /** VS Code in a browser, from the cache folder. */
  | { readonly type: "browser"; readonly why: string };

export interface Surroundings {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where `code` is on the PATH. */
  readonly code: string | undefined;
}

/** The user's own VS Code where it can show a window here, else the one in a browser. */
export function chooseEditor({ platform, env, code }: Surroundings): Editor {
  if (!code) {
    return { type: "browser", why: "`code` is not on the PATH" };
  }
  if (env.VSCODE_IPC_HOOK_CLI || env.WSL_DISTRO_NAME) {
    return {
      type: "browser",
      why: "`code` here is another machine's VS Code, which takes no folders of its own",
    };
  }
  if (platform === "linux" && !env.DISPLAY && !env.WAYLAND_DISPLAY) {
    return { type: "browser", why: "there is no display for `code` to open a window on" };
  }
  return { type: "desktop", code };
}
