import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { TuningForkError } from "../protocol/errors.ts";
import type { StudyId } from "../protocol/study.ts";
import { findStudies, journalPath } from "../store/folder.ts";
import { DEFINITION_ENDING, definitionPathOf, loadDefinition } from "../study/definitions.ts";

/**
 * The study that a STUDY argument means: the path of a journal (ours or Optuna's), of a definition or of a
 * script, else the name of a study below the current folder.
 */
export async function findStudy(argument: string, folder: string): Promise<StudyId> {
  const path = resolve(folder, argument);
  const isFile = await stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
  if (isFile) {
    if (path.endsWith(DEFINITION_ENDING)) return journalOf(path);
    if (path.endsWith(".py")) return journalOf(definitionPathOf(path));
    return path;
  }
  const studies = await findStudies([folder]);
  const named = studies.filter((id) => basename(dirname(id)) === argument);
  if (named.length === 1) return named[0]!;
  if (named.length > 1) {
    throw new TuningForkError(
      "bad-input",
      `Several studies are named ${argument}: ${named.join(", ")}.`,
      "Give the path of one journal.",
    );
  }
  const known = studies.map((id) => basename(dirname(id)));
  throw new TuningForkError(
    "unknown-study",
    `There is no study named ${argument} below ${folder}.`,
    known.length > 0 ? `There are: ${known.join(", ")}.` : "Start one with: tuning-fork tune SCRIPT",
  );
}

async function journalOf(definitionPath: string): Promise<StudyId> {
  const { study } = await loadDefinition(definitionPath);
  return journalPath(dirname(definitionPath), study);
}
