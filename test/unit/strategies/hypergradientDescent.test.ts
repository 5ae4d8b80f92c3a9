import { expect, it } from "vitest";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import { simulate } from "../../contract/strategiesSimulator.ts";
import { everyType } from "../../fixtures/spaces.ts";

it("runs each configuration as it is and then under hypergradient descent, and says so", () => {
  const space = new Space(everyType);
  const budget = { min: 1, max: 9, eta: 3 };
  const strategy = createStrategy("hypergradient-descent", {
    space,
    seed: 1,
    options: {},
    budget,
    trials: 4,
  });
  const { events } = simulate(strategy, { space, seed: 1, parallel: 1, max: 9 });
  const started = events.flatMap((event) => (event.type === "started" ? [event] : []));
  expect(started.map(({ control }) => control)).toEqual(["own", "descent", "own", "descent"]);
  expect(started[1]!.configuration).toEqual(started[0]!.configuration);
  const asked = createStrategy("hypergradient-descent", { space, seed: 1, options: {}, budget, trials: 4 });
  asked.tell(started[0]!);
  expect(asked.ask()).toMatchObject({
    control: "descent",
    note: { why: "#0 again, its learning rate set by hypergradient descent." },
  });
});
