import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A free port of 127.0.0.1: the wanted one, or any where that is taken. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => (wanted === 0 ? reject(error) : resolve(freePort())));
    probe.listen(wanted, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : wanted));
    });
  });
}

/** Arguments by which code-server listens on this machine alone, and asks the network for nothing. */
export const listenArguments = (port: number): string[] => [
  ...["--bind-addr", `127.0.0.1:${port}`, "--auth", "none"],
  ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
];

/** Arguments that keep a code-server's files in folders of its own; `config` is an empty file. */
export const folderArguments = (config: string, userData: string, extensions: string): string[] => [
  ...["--config", config, "--user-data-dir", userData, "--extensions-dir", extensions],
];

/**
 * Waits until a code-server answers; the first start after boot reads everything from disk, so 60 s are allowed.
 * @throws {Error} when it has ended, or does not answer in time
 */
export async function untilItAnswers(url: string, hasEnded: () => boolean): Promise<void> {
  const answers = () =>
    fetch(`${url}/healthz`).then(
      (reply) => reply.ok,
      () => false,
    );
  const deadline = Date.now() + 60_000;
  while (!(await answers())) {
    if (hasEnded() || Date.now() > deadline) {
      throw new Error("code-server did not start");
    }
    await sleep(100);
  }
}
