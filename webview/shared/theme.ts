import type { Config } from "vega-lite";

/** What a trial or node can be in; each has one colour everywhere. */
export type DrawnState = "running" | "paused" | "promoted" | "complete" | "stopped" | "failed";

/** VS Code's colours as charts need them: resolved, since a canvas knows no variables. */
export interface ChartTheme {
  readonly highContrast: boolean;
  readonly background: string;
  readonly foreground: string;
  readonly quiet: string;
  readonly grid: string;
  readonly accent: string;
  readonly font: string;
  readonly fontSize: number;
  readonly state: Readonly<Record<DrawnState, string>>;
}

/**
 * The theme from VS Code's variables (`--vscode-*` as `read` gives them, "" when unset). Where a theme leaves a
 * chart colour out, the foreground stands in: it is always readable.
 */
export function themeFrom(read: (variable: string) => string, bodyClasses: readonly string[]): ChartTheme {
  const highContrast = bodyClasses.some((name) => name.startsWith("vscode-high-contrast"));
  const pick = (...names: string[]) => {
    for (const name of names) {
      const value = read(`--vscode-${name}`).trim();
      if (value !== "") return value;
    }
    return "";
  };
  const foreground = pick("editor-foreground", "foreground") || "#808080";
  const quiet = highContrast ? foreground : pick("descriptionForeground") || foreground;
  return {
    highContrast,
    background: pick("editor-background") || "transparent",
    foreground,
    quiet,
    grid: highContrast ? pick("contrastBorder") || foreground : pick("charts-lines", "panel-border") || quiet,
    accent: pick("focusBorder", "charts-blue") || foreground,
    font: pick("font-family") || "sans-serif",
    fontSize: Math.max(10, (Number.parseFloat(pick("font-size")) || 13) - 2),
    state: {
      running: pick("charts-blue") || foreground,
      paused: pick("charts-yellow", "testing-iconQueued") || foreground,
      promoted: foreground,
      complete: pick("testing-iconPassed", "charts-green") || foreground,
      stopped: pick("testing-iconSkipped", "disabledForeground") || quiet,
      failed: pick("testing-iconFailed", "charts-red") || foreground,
    },
  };
}

/** The page's theme as it is now. */
export function readTheme(): ChartTheme {
  const styles = getComputedStyle(document.documentElement);
  return themeFrom((variable) => styles.getPropertyValue(variable), [...document.body.classList]);
}

/** Calls back when the user picks another theme: VS Code then changes the body's classes and the root's style. */
export function watchTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
}

export function chartConfig(theme: ChartTheme): Config {
  const text = { labelColor: theme.quiet, titleColor: theme.foreground, labelFontSize: theme.fontSize };
  return {
    // The table behind each chart is what a screen reader reads; words for each mark would be made again at every update.
    aria: false,
    background: theme.background,
    font: theme.font,
    view: { stroke: null },
    axis: {
      ...text,
      titleFontSize: theme.fontSize,
      titleFontWeight: "normal",
      titlePadding: 8,
      labelPadding: 5,
      domain: false,
      ticks: false,
      gridColor: theme.grid,
      gridOpacity: theme.highContrast ? 0.35 : 0.25,
      gridWidth: 1,
    },
    legend: {
      ...text,
      titleFontSize: theme.fontSize,
      titleFontWeight: "normal",
      orient: "top",
      title: null,
      symbolSize: 50,
      padding: 0,
      offset: 8,
      columnPadding: 14,
    },
    text: { color: theme.foreground, fontSize: theme.fontSize },
  };
}
