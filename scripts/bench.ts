// `npm run bench -- <benchmark> [arguments]`: runs one of the benchmarks that take arguments of their own.
import { join } from "node:path";
import { node, root, run } from "./setup/process.ts";

const benchmarks: Readonly<Record<string, string>> = {
  quality: "bench/quality/main.ts",
  overhead: "bench/overhead.ts",
  peers: "bench/peers/main.ts",
  lenet: "bench/lenet/main.ts",
  learned: "bench/learned/main.ts",
  drift: "bench/drift/main.ts",
  hypergradient: "bench/hypergradient/main.ts",
  network: "bench/network/main.ts",
  cartpole: "bench/cartpole/main.ts",
};

const [name = "", ...args] = process.argv.slice(2);
const file = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (file === undefined) {
  console.error(`Name a benchmark: npm run bench -- ${Object.keys(benchmarks).join("|")} [arguments]`);
  process.exitCode = 1;
} else {
  // Where npm was called from, so that paths among the arguments mean what they say.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  process.exitCode = await run(node, [join(root, file), ...args], { cwd });
}
