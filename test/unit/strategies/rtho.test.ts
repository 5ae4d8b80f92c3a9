import { expect, it } from "vitest";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import { simulate } from "../../contract/strategiesSimulator.ts";
import { everyType } from "../../fixtures/spaces.ts";

it("runs each configuration as it is and then under real-time hypergradients, and says so", () => {
  const space = new Space(everyType);
  const input = { space, seed: 1, options: {}, budget: undefined, trials: 4 };
  const { events } = simulate(createStrategy("rtho", input), { space, seed: 1, parallel: 1, max: 0 });
  const started = events.flatMap((event) => (event.type === "started" ? [event] : []));
  expect(started.map(({ control }) => control)).toEqual(["own", "real-time", "own", "real-time"]);
  expect(started[1]!.configuration).toEqual(started[0]!.configuration);
  const asked = createStrategy("rtho", input);
  asked.tell(started[0]!);
  expect(asked.ask()).toMatchObject({
    control: "real-time",
    note: { why: "#0 again, its learning rate set by real-time hypergradients." },
  });
});
