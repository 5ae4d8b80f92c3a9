import { isAscii, isUtf8 } from "node:buffer";
import type { SourceLine } from "../journal/mend.ts";
import type { FileLayer } from "./files.ts";

const CHUNK = 1 << 22;
const NEWLINE = 10;

/** Hears a complete line, without its "\n". `line` is 1-based. */
export type LineListener = (text: string, utf8: boolean, line: number) => void;

/** Reads a file's complete lines from where it last stopped. */
export class LineReader {
  readonly #files: FileLayer;
  /** Bytes and lines read. */
  offset = 0;
  lines = 0;

  constructor(files: FileLayer) {
    this.#files = files;
  }

  /** Reads one chunk of the first `size` bytes; false when they hold no further complete line. */
  readChunk(descriptor: number, size: number, listener: LineListener): boolean {
    for (let length = CHUNK; this.offset < size; length *= 2) {
      const buffer = Buffer.allocUnsafe(Math.min(length, size - this.offset));
      const bytes = buffer.subarray(0, this.#files.read(descriptor, buffer, this.offset));
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        this.#split(bytes.subarray(0, end), listener);
        this.offset += end;
        return true;
      }
      if (bytes.length < length) return false;
    }
    return false;
  }

  readAll(descriptor: number, size: number, listener: LineListener): void {
    while (this.readChunk(descriptor, size, listener));
  }

  /** `bytes` end with "\n". */
  #split(bytes: Buffer, listener: LineListener): void {
    // Python writes ASCII only, and that is the fastest to turn into text.
    const encoding = isAscii(bytes) ? "latin1" : isUtf8(bytes) ? "utf8" : undefined;
    if (encoding === undefined) {
      for (const { text, utf8 } of splitLines(bytes)) listener(text, utf8, ++this.lines);
      return;
    }
    const text = bytes.toString(encoding);
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      listener(text.slice(start, end), true, ++this.lines);
      start = end + 1;
    }
  }
}

/** A line of a file and its bytes, "\n" included where it has one. */
export interface RawLine extends SourceLine {
  readonly bytes: Buffer;
}

/** All lines, with an unterminated last one. */
export function splitLines(bytes: Buffer): RawLine[] {
  const lines: RawLine[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const content = bytes.subarray(start, end);
    lines.push({
      bytes: bytes.subarray(start, newline < 0 ? end : end + 1),
      text: content.toString("utf8"),
      utf8: isUtf8(content),
    });
    start = end + 1;
  }
  return lines;
}
