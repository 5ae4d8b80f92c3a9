import { createHash } from "node:crypto";
import { Space } from "../../src/space/space.ts";
import { createStrategy } from "../../src/strategies/registry.ts";
import { constrained } from "../fixtures/spaces.ts";
import { simulate } from "./strategiesSimulator.ts";

/** SHA-256 of all events of a study: equal exactly when every event is. */
export function fingerprint(name: string, seed: number): string {
  const space = new Space(constrained);
  const options = name === "grid" ? { levels: 2 } : {};
  const budget = { min: 1, max: 9, eta: 3 };
  const strategy = createStrategy(name, { space, seed, options, budget, trials: 20 });
  const { events } = simulate(strategy, { space, seed, parallel: 3, max: 9, fails: 0.1 });
  return createHash("sha256").update(JSON.stringify(events)).digest("hex");
}

// Started by the contract suite in a process of its own: NAME SEED.
if (process.argv[1] === import.meta.filename) {
  process.stdout.write(fingerprint(process.argv[2]!, Number(process.argv[3])));
}
