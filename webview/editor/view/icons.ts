import { html, svg, type TemplateResult } from "lit";

function icon(shape: TemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${shape}</svg>`;
}

export const startIcon = icon(svg`<path class="solid" d="M4.5 3v10l8.5-5z" />`);
export const stopIcon = icon(svg`<rect class="solid" x="4" y="4" width="8" height="8" rx="1" />`);
export const errorIcon = icon(
  svg`<circle cx="8" cy="8" r="6.25" /><path d="M5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5" />`,
);
export const warningIcon = icon(
  svg`<path d="M8 2.25l6.25 11.25H1.75z" /><path d="M8 6.25v3.5M8 11.25v.5" />`,
);
export const addIcon = icon(svg`<path d="M8 3v10M3 8h10" />`);
export const removeIcon = icon(svg`<path d="M4 4l8 8M12 4l-8 8" />`);
export const openIcon = icon(svg`<path d="M6 4l4 4-4 4" />`);
export const jsonIcon = icon(
  svg`<path d="M6 2.75c-2 0-2 .75-2 2.25s0 3-2 3c2 0 2 1.5 2 3s0 2.25 2 2.25M10 2.75c2 0 2 .75 2 2.25s0 3 2 3c-2 0-2 1.5-2 3s0 2.25-2 2.25" />`,
);
export const bracketsIcon = icon(
  svg`<path d="M2.5 3h4v4h3M6.5 3h3.5M2.5 13h4V9M9.5 7h4" /><circle cx="13" cy="7" r=".75" /><path d="M2.5 3v0M2.5 8h1.5" />`,
);
export const paretoIcon = icon(
  svg`<path d="M3 2v5h4v3h4v4h3" /><circle class="solid" cx="3" cy="7" r="1.4" /><circle class="solid" cx="7" cy="10" r="1.4" /><circle class="solid" cx="11" cy="14" r="1.4" />`,
);
export const surfaceIcon = icon(svg`<path d="M2 12.5c2.5 0 3-8 5.5-8s3 5 6.5 5M2 15h12M11 2.5h3v3" />`);
export const strategyIcon = icon(
  svg`<path d="M6 11.5c0-1.5-2-2.5-2-5a4 4 0 0 1 8 0c0 2.5-2 3.5-2 5zM6.5 14h3" />`,
);
export const importanceIcon = icon(svg`<path d="M2 2v12M4.5 4h9M4.5 8h6M4.5 12h3" />`);
export const schedulesIcon = icon(
  svg`<path d="M2 4h4v4h4v4h4M6 8v5h3" /><circle cx="6" cy="4" r=".75" /><circle cx="10" cy="8" r=".75" />`,
);
export const traceIcon = icon(
  svg`<path d="M2 12c1.5 0 1.5-8 3-8s1.5 6 3 6 1.5-4 3-4 1.5 3 3 3M2 14.5h12" />`,
);
export const incumbentIcon = icon(svg`<path d="M2 3v10.5h12M4 5h2.5v3h3v2h4" />`);
export const proposedIcon = icon(
  svg`<path class="solid" d="M8 2.5l1.3 4.2 4.2 1.3-4.2 1.3L8 13.5l-1.3-4.2L2.5 8l4.2-1.3z" />`,
);
