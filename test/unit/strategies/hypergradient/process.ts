import { createHash } from "node:crypto";
import type { Configuration, SpaceSpec } from "../../../../src/protocol/space.ts";
import type { TrialEvent } from "../../../../src/protocol/trial.ts";
import { random } from "../../../../src/space/random.ts";
import { Space } from "../../../../src/space/space.ts";
import { createStrategy } from "../../../../src/strategies/registry.ts";

export const valleySpace: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-5, high: 1, scale: "log", default: 1e-4 },
    decay: { type: "float", low: 1e-8, high: 1e-1, scale: "log", default: 1e-6 },
    dropout: { type: "float", low: 0, high: 0.8, default: 0.5 },
  },
};

/** A quadratic in the positions of the parameters in their ranges, whose best point the seed draws; with derivatives. */
export function valley(seed: number) {
  const space = new Space(valleySpace);
  const draws = random(seed, 0);
  const best = space.names.map(() => 0.2 + 0.6 * draws.uniform());
  const curvatures = [1, 0.5, 2];
  const gaps = (configuration: Configuration) =>
    space.encode(configuration).map((unit, i) => unit - best[i]!);
  return {
    /** Of the furthest parameter, as a share of its range. */
    distance: (configuration: Configuration) => Math.max(...gaps(configuration).map(Math.abs)),
    score(configuration: Configuration) {
      const off = gaps(configuration);
      const slopes = off.map((gap, i) => 2 * curvatures[i]! * gap);
      return {
        loss: 0.1 + off.reduce((sum, gap, i) => sum + curvatures[i]! * gap ** 2, 0),
        hypergradients: {
          lr: slopes[0]! / (Number(configuration.lr) * Math.log(1e5)),
          decay: slopes[1]! / (Number(configuration.decay) * Math.log(1e7)),
          dropout: slopes[2]! / 0.8,
        },
      };
    },
  };
}

/** SHA-256 of all that is asked in a study of two workers, which a fresh strategy must ask too after each event. */
export function fingerprint(seed: number): string {
  const { score } = valley(seed);
  const make = () =>
    createStrategy("hypergradient", {
      space: new Space(valleySpace),
      seed,
      options: {},
      budget: undefined,
      trials: 30,
    });
  const strategy = make();
  const events: TrialEvent[] = [];
  const asked: string[] = [];
  const tell = (event: TrialEvent) => {
    strategy.tell(event);
    events.push(event);
    const fresh = make();
    for (const one of events) fresh.tell(JSON.parse(JSON.stringify(one)) as TrialEvent);
    asked.push(JSON.stringify(fresh.ask()));
    if (asked.at(-1) !== JSON.stringify(strategy.ask())) throw new Error("a replay asks for something else");
  };
  const running: { readonly trial: number; readonly configuration: Configuration }[] = [];
  for (let trial = 0; trial < 30; trial++) {
    const ask = strategy.ask();
    if (ask.type !== "run") break;
    const { configuration, note } = ask;
    tell({ type: "started", trial, configuration, budget: 0, note, time: trial });
    running.push({ trial, configuration });
    if (running.length < 2) continue;
    const { trial: ended, configuration: run } = running.splice(trial % 2, 1)[0]!;
    const { loss, hypergradients } = score(run);
    tell({
      type: "finished",
      trial: ended,
      state: "complete",
      budget: 0,
      losses: [loss],
      hypergradients,
      time: trial,
    });
  }
  return createHash("sha256").update(asked.join("\n")).digest("hex");
}

// Started by the test in a process of its own: SEED.
if (process.argv[1] === import.meta.filename) process.stdout.write(fingerprint(Number(process.argv[2])));
