import { escapeXml, ink, svgElement, svgText } from "./svg.ts";

/** What Jupyter looks for on a value that knows how to show itself. */
const jupyterDisplay = Symbol.for("Jupyter.display");

/** Contents of one notebook output: the same thing in one or more media types. */
export type MediaBundle = Readonly<Record<string, string>>;

/** A value that a cell hands to `Deno.jupyter.display`. */
export interface Shown {
  [jupyterDisplay](): MediaBundle;
}

/** Space between a figure's card and its contents, px. */
export const marginPx = 20;
/** Height that a figure's title takes, px; contents start below it. */
export const titlePx = 44;

/** A drawing on its own light card, with a title and a sentence for who cannot see it. */
export class Figure implements Shown {
  /** A whole SVG document. */
  readonly svg: string;
  /** What the figure says, in words. */
  readonly description: string;

  /**
   * @param width px of the card
   * @param height px of the card
   * @param contents SVG text; contents keep `marginPx` from the edge and start below `titlePx`
   */
  constructor(
    width: number,
    height: number,
    title: string,
    description: string,
    contents: readonly string[],
  ) {
    this.description = description;
    this.svg = svgElement(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        width: Math.ceil(width),
        height: Math.ceil(height),
        viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
        role: "img",
        "font-family": "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif",
        style: "max-width:100%;height:auto",
      },
      `<title>${escapeXml(description)}</title>`,
      svgElement("rect", {
        x: 0.5,
        y: 0.5,
        width: Math.ceil(width) - 1,
        height: Math.ceil(height) - 1,
        rx: 8,
        fill: ink.card,
        stroke: ink.edge,
      }),
      svgText(marginPx, 28, title, { size: 15, bold: true }),
      ...contents,
    );
  }

  [jupyterDisplay](): MediaBundle {
    return { "image/svg+xml": this.svg, "text/plain": this.description };
  }
}

/** Text that a front end lays out as Markdown. */
export class Markdown implements Shown {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  [jupyterDisplay](): MediaBundle {
    return { "text/markdown": this.text, "text/plain": this.text };
  }
}
