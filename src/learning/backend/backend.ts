import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import * as tf from "@tensorflow/tfjs";
import { TuningForkError } from "../../protocol/errors.ts";

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

/** Milliseconds of a piece of work of the sizes that are at hand here: a layer of a small recurrent network, and back. */
function measure(): number {
  const unrolled = (kernel: tf.Tensor): tf.Scalar => {
    let state: tf.Tensor = tf.zeros([640, 20]);
    for (let step = 0; step < 30; step++) state = tf.tanh(tf.add(tf.matMul(state, kernel), 0.1));
    return tf.mean(state);
  };
  const work = (): number => {
    const begin = performance.now();
    tf.tidy(() =>
      tf
        .grad(unrolled)(tf.fill([20, 20], 0.1))
        .dataSync(),
    );
    return performance.now() - begin;
  };
  work(); // what is compiled and fetched the first time
  return Math.min(work(), work(), work());
}

/** A backend that was tried: how long it took, or why it does not load. */
export type Tried =
  | { readonly name: BackendName; readonly milliseconds: number }
  | { readonly name: BackendName; readonly problem: string };

/** The fastest of those that load; plain JavaScript where none does. */
export function fastest(tried: readonly Tried[]): Backend {
  const words = tried.map((one) =>
    "problem" in one
      ? `${one.name} does not load (${one.problem})`
      : `${one.name} takes ${one.milliseconds.toPrecision(2)} ms for a trial piece of work`,
  );
  const loaded = tried.filter((one) => "milliseconds" in one);
  const first = loaded.toSorted((a, b) => a.milliseconds - b.milliseconds)[0];
  return { name: first?.name ?? "cpu", why: words.join("; ") };
}

/**
 * WebAssembly or the native library, whichever is faster for small tensors on this machine; plain JavaScript where neither
 * loads. Backends differ in the last digit, and so does what is learned: TUNING_FORK_BACKEND names one to be taken.
 * @throws TuningForkError `bad-input` where that one is unknown or does not load
 */
export async function chooseBackend(wanted = process.env.TUNING_FORK_BACKEND): Promise<Backend> {
  if (wanted) return open(wanted);
  const tried: Tried[] = [];
  for (const name of ["native", "wasm"] as const) {
    const problem = await openBackend(name);
    tried.push(problem === undefined ? { name, milliseconds: measure() } : { name, problem });
  }
  const chosen = fastest(tried);
  await openBackend(chosen.name);
  return chosen;
}

async function open(wanted: string): Promise<Backend> {
  const name = BACKENDS.find((one) => one === wanted);
  const problem = name === undefined ? "there is none of that name" : await openBackend(name);
  if (name !== undefined && problem === undefined) return { name, why: "TUNING_FORK_BACKEND names it" };
  throw new TuningForkError(
    "bad-input",
    `The backend "${wanted}" of TUNING_FORK_BACKEND cannot be used: ${problem}.`,
    `There is: ${BACKENDS.join(", ")}.`,
  );
}
