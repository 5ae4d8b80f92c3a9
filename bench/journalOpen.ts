/** Opens the journal given for writing, telling every event as to a strategy, and prints the seconds that took, on the clock and of processors. Run by journal.ts. */
import { openStore } from "../src/store/studyStore.ts";

const [file = "", trials = ""] = process.argv.slice(2);
let finished = 0;
const cpuBefore = process.cpuUsage();
const before = performance.now();
const store = await openStore(file, {
  listener: (event) => {
    if (event.type === "finished") finished++;
  },
});
const seconds = (performance.now() - before) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const complete = store.history.trials.filter((trial) => trial.state === "complete").length;
await store.close();
if (finished !== Number(trials) || complete !== finished)
  throw new Error(`${finished} of ${trials} trials were read`);
console.log(seconds, (user + system) / 1e6);
