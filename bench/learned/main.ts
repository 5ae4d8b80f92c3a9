/** Systems that learned to optimise, on problems that they have never seen: `npm run bench -- learned SYSTEM`. */
const systems: Readonly<Record<string, () => Promise<{ main(args: string[]): Promise<void> }>>> = {
  "step-size": () => import("./stepSize.ts"),
  rnn: () => import("./rnn.ts"),
  optimizer: () => import("./optimizer.ts"),
  attached: () => import("./attached.ts"),
};

const [system = "", ...rest] = process.argv.slice(2);
const load = Object.hasOwn(systems, system) ? systems[system] : undefined;
if (load === undefined) {
  console.error(`Name a system: npm run bench -- learned ${Object.keys(systems).join("|")} [arguments]`);
  process.exitCode = 1;
} else await (await load()).main(rest);

export {};
