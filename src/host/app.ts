import type { ExtensionContext, LogOutputChannel } from "vscode";
import type { Definitions } from "./definitions.ts";
import type { EngineClient } from "./engineClient.ts";
import type { Learning } from "./learning.ts";
import type { Panels } from "./panels.ts";
import type { Scripts } from "./scripts.ts";
import type { Studies } from "./studies.ts";
import type { StudySync } from "./studySync.ts";
import type { TrialsView } from "./trialsView.ts";
import type { Tuning } from "./tuning.ts";
import type { ValueWriter } from "./valueWriter.ts";

/** The parts that commands work with. */
export interface App {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly runtimeDir: string;
  readonly engine: EngineClient;
  readonly studies: Studies;
  readonly sync: StudySync;
  readonly definitions: Definitions;
  readonly scripts: Scripts;
  readonly tuning: Tuning;
  readonly writer: ValueWriter;
  readonly panels: Panels;
  readonly learning: Learning;
  readonly trials: TrialsView;
  /** Tells the user what went wrong; returns at once. */
  readonly failed: (error: unknown) => void;
}
