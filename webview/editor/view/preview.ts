import { html, nothing, svg, type TemplateResult } from "lit";
import { density, densityText } from "../density.ts";
import type { Loose } from "../values.ts";

const WIDTH = 96;
const HEIGHT = 20;
/** The area ends above the lowest line, where the default is marked. */
const BASE = 15;

/** How values of a parameter are drawn, as a small picture on the axis of its scale. */
export function preview(parameter: Loose): TemplateResult | typeof nothing {
  const shape = density(parameter);
  if (!shape) {
    return nothing;
  }
  const gap = shape.discrete ? 1.5 : 0;
  const text = densityText(parameter);
  return html`<svg class="preview" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${text}>
    <title>${text}</title>
    ${shape.blocks.map(({ from, to, height }) => {
      const width = Math.max(0.75, (to - from) * WIDTH - gap);
      const top = BASE - height * (BASE - 1);
      return svg`<rect class="mass" x=${from * WIDTH + gap / 2} y=${top} width=${width} height=${BASE - top} rx="1" />`;
    })}
    ${shape.ticks.map(({ at, major }) => {
      const x = at * WIDTH;
      return svg`<line class=${major ? "tick major" : "tick"} x1=${x} x2=${x} y1=${major ? 4 : 10} y2=${BASE} />`;
    })}
    ${
      shape.mark === undefined
        ? nothing
        : svg`<path class="mark" d="M${shape.mark * WIDTH} ${BASE + 0.5}l3 4.5h-6z" />`
    }
  </svg>`;
}
