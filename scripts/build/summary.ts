import { styleText } from "node:util";
import type { Metafile } from "esbuild";

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;

/** One line per output of a bundle, with what weighs most in it. */
export function summary({ outputs }: Metafile): string {
  const lines: string[] = [];
  for (const [file, output] of Object.entries(outputs)) {
    const weights = new Map<string, number>();
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const owner = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? "own code";
      weights.set(owner, (weights.get(owner) ?? 0) + bytesInOutput);
    }
    const heaviest = [...weights].sort((one, other) => other[1] - one[1]).slice(0, 3);
    const parts = heaviest.map(([owner, bytes]) => `${owner} ${kilobytes(bytes)}`).join(", ");
    lines.push(`${file.padEnd(28)}${kilobytes(output.bytes).padStart(9)}   ${styleText("dim", parts)}`);
  }
  return lines.join("\n");
}
