import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

const plotMargins = { marginLeft: 52, marginBottom: 42, marginTop: 28 };

/** Size of a plot that does not say its own, px. */
export const plotSize = { width: 420, height: 300 } as const;

/** Where plots are drawn; nothing is ever added to it. */
const { document } = parseHTML(
  "<!doctype html><html><body></body></html>",
) as unknown as { document: NonNullable<Plot.PlotOptions["document"]> };

/**
 * Colours that stand out on white and on dark paper alike (contrast 3:1 or more on both); a page
 * may set the variables to others.
 */
export const colours = {
  genuine: "var(--genuine, #2f7fd1)",
  impostor: "var(--impostor, #d9541e)",
  threshold: "var(--threshold, #8a8a8a)",
};

/** A plot and what it shows in words, for who cannot see it. */
export interface LabelledPlot {
  readonly label: string;
  readonly options: Plot.PlotOptions;
}

/** Draws a plot as an SVG element, without a browser. Text and axes take the page's own colour. */
export function drawPlot(
  options: Plot.PlotOptions,
): ReturnType<typeof Plot.plot> {
  return Plot.plot({
    document,
    ...plotSize,
    ...(options.margin === undefined && plotMargins),
    style: { fontSize: "12px", background: "none", overflow: "visible" },
    ...options,
  });
}

/** Draws a plot as SVG text that is as wide as the page lets it be. */
export function drawSvg({ options, label }: LabelledPlot): string {
  const svg = drawPlot(options);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.setAttribute("style", `${svg.getAttribute("style") ?? ""};width:100%`);
  return svg.outerHTML;
}

/** A rate in percent with as many digits as it needs: 12 %, 1.2 %, 0.12 %. */
export function percent(rate: number): string {
  if (!Number.isFinite(rate)) return "–";
  const value = rate * 100;
  const digits = value === 0 || value >= 99.995
    ? 0
    : value >= 10
    ? 1
    : value >= 1
    ? 2
    : 3;
  return `${Number(value.toFixed(digits))} %`;
}
