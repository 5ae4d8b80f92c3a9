import { decodeLine } from "./codec.ts";
import type { JournalRecord } from "./records.ts";

/** A part of a damaged line: a sound record, or text that is none. */
export type Piece =
  | { readonly record: JournalRecord; readonly lost?: undefined }
  | { readonly record?: undefined; readonly lost: string };

const START = /\{"op_code"/g;
/** A text that is decoded from bytes that are no UTF-8 has this in their place. */
const REPLACEMENT = "\ufffd";
/** How many closing braces to try from the end of a piece: garbage after a record seldom has one. */
const BRACES = 8;

/**
 * Takes a line apart that is no record as a whole. Two ways to get one: a writer died in the middle of a
 * record and the next one wrote on behind it, or the "\n" between records was damaged. A record is
 * self-delimiting, so each sound one is found whatever stands around it.
 */
export function salvage(line: string, utf8: boolean): Piece[] {
  const starts = Array.from(line.matchAll(START), (match) => match.index);
  if (starts[0] !== 0) starts.unshift(0);
  return starts.flatMap((start, index) => pieceOf(line.slice(start, starts[index + 1]), utf8));
}

function pieceOf(text: string, utf8: boolean): Piece[] {
  let end = text.length;
  for (let tries = 0; tries < BRACES && end > 0; tries++) {
    const candidate = text.slice(0, end);
    const sound = utf8 || !candidate.includes(REPLACEMENT);
    const record = sound ? decodeLine(candidate).record : undefined;
    if (record !== undefined) {
      const rest = text.slice(end);
      return rest.trim() === "" ? [{ record }] : [{ record }, { lost: rest }];
    }
    end = text.lastIndexOf("}", end - 2) + 1;
  }
  return text.trim() === "" ? [] : [{ lost: text }];
}

/** What a record that cannot be read was, as far as its text tells. */
export type LostKind = "trial" | "study" | "other" | "unclear";

export function lostKind(text: string): LostKind {
  const code = /"op_code"\s*:\s*(\d+)/.exec(text)?.[1];
  if (code !== undefined) return code === "4" ? "trial" : code === "0" ? "study" : "other";
  if (/"study_name"|"directions"/.test(text)) return "study";
  if (/"distributions"|"study_id".*"datetime_start"/.test(text)) return "trial";
  return /"trial_id"|"user_attr"|"system_attr"/.test(text) ? "other" : "unclear";
}
