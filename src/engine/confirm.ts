import { TuningForkError } from "../protocol/errors.ts";
import type { ScriptReport } from "../protocol/script.ts";
import type { Binding, Parameter } from "../protocol/space.ts";
import { confirmReport } from "../script/confirm.ts";
import { bindingOf, locate } from "../script/locate.ts";
import { readScript } from "../script/readScript.ts";
import { type LoadedDefinition, readText } from "../study/definitions.ts";
import { inspectWithInterpreter } from "../trials/python.ts";

/**
 * Asks the user's own Python, before a run, whether the script still has what the definition tunes: otherwise every
 * trial would fail for the same reason. Runs none of the script.
 * @throws TuningForkError `script-unreadable` when this Python cannot parse it, `bad-definition` when a constant or
 * literal is gone. @returns warnings for people: an option that was not found may be made in a way that no reader sees.
 */
export async function confirmScript(
  loaded: LoadedDefinition,
  interpreter: string,
  pythonFolder: string,
): Promise<string[]> {
  const { definition, scriptPath } = loaded;
  const tuned = Object.entries(definition.space).filter(([, parameter]) => parameter.enabled !== false);
  if (definition.command?.every((word) => !word.includes("{python}"))) return [];
  const text = await readText(scriptPath, "The script");
  const report = confirmReport(
    readScript(text),
    await inspectWithInterpreter(interpreter, { text }, pythonFolder),
  );
  if (report.authority !== "interpreter") {
    throw new TuningForkError(
      "script-unreadable",
      `${scriptPath}: ${report.warnings.at(-1)}`,
      "Mend the script and start again.",
    );
  }
  const gone = tuned.filter(([name, parameter]) => isGone(name, parameter, report, text));
  if (gone.length > 0) {
    const names = gone
      .map(([name, parameter]) => `${name} (${describe(bindingOf(name, parameter))})`)
      .join(", ");
    throw new TuningForkError(
      "bad-definition",
      `${definition.script} no longer has what the definition tunes: ${names}.`,
      "Take these parameters out of the space, or point them at what the script has now.",
    );
  }
  const options = report.parameters.flatMap(({ bind }) => ("flag" in bind ? [bind.flag] : []));
  if (options.length === 0) return [];
  return tuned.flatMap(([name, parameter]) => {
    const bind = bindingOf(name, parameter);
    if (!("flag" in bind) || options.includes(bind.flag) || text.includes(bind.flag)) return [];
    return [`${definition.script} seems to have no option ${bind.flag}, by which ${name} is tuned.`];
  });
}

function isGone(name: string, parameter: Parameter, report: ScriptReport, text: string): boolean {
  const bind = bindingOf(name, parameter);
  if ("constant" in bind) {
    return !report.parameters.some(
      (found) => "constant" in found.bind && found.bind.constant === bind.constant,
    );
  }
  return "literal" in bind && !locate(text, { [name]: parameter }).has(name);
}

function describe(bind: Binding): string {
  if ("constant" in bind) return `the constant ${bind.constant}`;
  if ("literal" in bind) return `the literal ${bind.literal.text} in "${bind.literal.line}"`;
  return "flag" in bind ? bind.flag : "an environment variable";
}
