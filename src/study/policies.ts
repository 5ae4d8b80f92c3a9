import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DirectionName } from "../learning/stepsize/directions.ts";
import type { Policies } from "../learning/stepsize/driver.ts";
import { looksAtChanges, parsePolicy, type StepSizePolicy } from "../learning/stepsize/policy.ts";
import { TuningForkError } from "../protocol/errors.ts";

/** The policies by the rule of the optimizer that they are for. */
export type PolicyBook = Readonly<Partial<Record<DirectionName, Policies>>>;

/**
 * The step-size policies of a folder, `step-size-*.json`; `own`, a file, takes the place of the one for its optimizer.
 * @throws TuningForkError `bad-definition` where that file cannot be read or is none
 */
export async function readPolicies(folder: string, own: string | undefined): Promise<PolicyBook> {
  const names = (await readdir(folder)).filter((name) => /^step-size-.*\.json$/.test(name));
  const shipped = await Promise.all(names.map((name) => readPolicy(join(folder, name))));
  const book: Partial<Record<DirectionName, Policies>> = {};
  const take = (policy: StepSizePolicy): void => {
    const kind = looksAtChanges(policy) ? "both" : "losses";
    book[policy.direction] = { ...book[policy.direction], [kind]: policy };
  };
  for (const policy of shipped) take(policy);
  if (own !== undefined) {
    const policy = await readPolicy(own);
    // The one that came with us and sees more would be asked instead.
    book[policy.direction] = {};
    take(policy);
  }
  return book;
}

async function readPolicy(path: string): Promise<StepSizePolicy> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new TuningForkError(
      "bad-definition",
      `The step-size policy ${path} cannot be read: ${(error as Error).message}.`,
      "Make one with Train a Step-Size Policy, or leave strategy.policy out for those that come with Tuning Fork.",
    );
  }
  return parsePolicy(text, basename(path));
}
