import { html, type TemplateResult } from "lit";

const WIDTH = 48;
const HEIGHT = 14;

/** A small curve of values in their order, as wide as a word. */
export function sparkline(values: readonly number[]): TemplateResult {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const last = Math.max(1, finite.length - 1);
  const points = finite.map((value, index) => {
    const x = 1 + (index / last) * (WIDTH - 2);
    const y = 1.5 + (1 - (value - low) / span) * (HEIGHT - 3);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
    <polyline points=${points.join(" ")} />
  </svg>`;
}
