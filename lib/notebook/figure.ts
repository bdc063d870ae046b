import * as Plot from "@observablehq/plot";
import { drawPlot, plotSize } from "../evaluate/figure_frame.ts";
import { jupyterDisplay, type MediaBundle, type Shown } from "./shown.ts";

/** Space between a figure's card and its contents, px. */
export const marginPx = 20;
/** Height that a figure's title takes, px; contents start below it. */
export const titlePx = 44;

/**
 * The colours of all figures. Every figure stands on its own light card, so it reads the same in
 * light and dark themes. Blue and orange stay apart for colour-blind eyes.
 */
export const ink = {
  card: "#fcfbf8",
  edge: "#d9d5cc",
  text: "#22252b",
  quiet: "#5d636e",
  accept: "#14639e",
  acceptPale: "#dcebf7",
  reject: "#b3470b",
  rejectPale: "#fbe7da",
  box: "#38d27a",
  point: "#ffd60a",
} as const;

/** What a figure is called, what it says in words, and its size in px. */
interface FigureFrame {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
}

/** A drawing on its own light card, with a title and a sentence for who cannot see it. */
export class Figure implements Shown {
  /** A whole SVG document. */
  readonly svg: string;
  /** What the figure says, in words. */
  readonly description: string;
  /** Of the card, px. */
  readonly width: number;

  /** @param marks positions are px from the card's top left; they keep `marginPx` from the edge and start below `titlePx` */
  constructor(
    { title, description, ...size }: FigureFrame,
    marks: Plot.Markish[],
  ) {
    const width = Math.ceil(size.width);
    const height = Math.ceil(size.height);
    const svg = drawPlot({
      width,
      height,
      margin: 0,
      x: { type: "identity", axis: null },
      y: { type: "identity", axis: null },
      r: { type: "identity" },
      style: {
        fontFamily: "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif",
        color: ink.text,
      },
      marks: [
        Plot.frame({ inset: 0.5, rx: 8, fill: ink.card, stroke: ink.edge }),
        label(title, marginPx, 23, { fontSize: 15, fontWeight: 600 }),
        ...marks,
      ],
    });
    svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", description);
    this.description = description;
    this.width = width;
    this.svg = svg.outerHTML;
  }

  [jupyterDisplay](): MediaBundle {
    return { "image/svg+xml": this.svg, "text/plain": this.description };
  }
}

/** One line of text, its left end and middle at (x, y) unless the options say otherwise. */
export function label(
  text: string,
  x: number,
  y: number,
  options: Plot.TextOptions = {},
): Plot.Markish {
  return Plot.text([text], {
    x: [x],
    y: [y],
    text: [text],
    textAnchor: "start",
    fontSize: 12,
    fill: ink.text,
    ...options,
  });
}

/** A whole plot as a mark of a figure, its top left at (x, y). */
export function inset(
  options: Plot.PlotOptions,
  x: number,
  y: number,
): Plot.Markish {
  return () => {
    const svg = drawPlot({
      style: { color: ink.text, fontSize: "12px", overflow: "visible" },
      ...options,
    });
    // Its rules are the figure's own, but for its size, which they would undo.
    svg.querySelector("style")?.remove();
    svg.removeAttribute("class");
    svg.setAttribute("x", String(x));
    svg.setAttribute("y", String(y));
    svg.setAttribute("overflow", "visible");
    return svg as ReturnType<Plot.RenderFunction>;
  };
}

/** A plot on a card of its own. */
export function plotFigure(
  title: string,
  description: string,
  options: Plot.PlotOptions,
): Figure {
  const { width = plotSize.width, height = plotSize.height } = options;
  const frame = {
    title,
    description,
    width: width + 2 * marginPx,
    height: height + titlePx + marginPx,
  };
  return new Figure(frame, [inset(options, marginPx, titlePx)]);
}
