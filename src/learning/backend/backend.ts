import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import * as tf from "@tensorflow/tfjs";

/** What computes with tensors: TensorFlow's C library, WebAssembly, or plain JavaScript. */
export const BACKENDS = ["native", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface Backend {
  readonly name: BackendName;
  /** For people: why this one. */
  readonly why: string;
}

/** The name that TensorFlow.js registers each under. */
const REGISTERED: Readonly<Record<BackendName, string>> = {
  native: "tensorflow",
  wasm: "wasm",
  cpu: "cpu",
};

const load: Readonly<Record<BackendName, () => Promise<unknown>>> = {
  native: async () => {
    // It calls what Node 23 removed; both are gone for good, so their meaning cannot change under us.
    Object.assign(util, {
      isNullOrUndefined: (value: unknown) => value === null || value === undefined,
      isArray: Array.isArray,
    });
    return createRequire(import.meta.url)("@tensorflow/tfjs-node");
  },
  wasm: async () => {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    // Bundled, its files are in dist/wasm; else it finds them itself.
    const folder = [".", ".."]
      .map((up) => join(import.meta.dirname, up, "wasm"))
      .find((path) => existsSync(path));
    if (folder !== undefined) setWasmPaths(`${folder}/`);
  },
  // It comes with `tf`.
  cpu: async () => undefined,
};

/** Makes one backend the one that `tf` computes with; says why it cannot, if it cannot. */
export async function openBackend(name: BackendName): Promise<string | undefined> {
  try {
    await load[name]();
    return (await tf.setBackend(REGISTERED[name])) ? undefined : `TensorFlow.js refused ${name}`;
  } catch (error) {
    return error instanceof Error ? error.message.split("\n")[0] : String(error);
  }
}

/** WebAssembly where it loads, else plain JavaScript. */
export async function chooseBackend(): Promise<Backend> {
  const problem = await openBackend("wasm");
  if (problem === undefined) return { name: "wasm", why: "fastest for small tensors" };
  await openBackend("cpu");
  return { name: "cpu", why: `WebAssembly does not load: ${problem}` };
}
