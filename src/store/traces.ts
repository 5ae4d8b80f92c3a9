import { open } from "node:fs/promises";
import type { ControlMessage } from "../protocol/control.ts";

/** Of a longer trace only the end is read. */
const LONGEST = 8 * 1024 * 1024;

/** The messages of a trial's trace; none where there is no trace. A line that is damaged or not whole yet is passed over. */
export async function readTrace(path: string): Promise<ControlMessage[]> {
  const text = await endOf(path).catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as ControlMessage];
    } catch {
      return [];
    }
  });
}

async function endOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LONGEST);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
