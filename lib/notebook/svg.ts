/** Attributes of an SVG element; numbers are written with at most two decimals. */
export type SvgAttributes = Readonly<
  Record<string, string | number | undefined>
>;

/** One SVG element as text. Children are SVG text already; `escapeXml` what people wrote. */
export function svgElement(
  name: string,
  attributes: SvgAttributes,
  ...children: readonly string[]
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(short(value!))}"`)
    .join("");
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join("")}</${name}>`;
}

/** Text that may stand in XML and HTML, in element content and in quoted attributes. */
export function escapeXml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

/** How a line of text in a figure looks. */
export interface TextStyle {
  /** px; 13 unless told otherwise */
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly color?: string;
  readonly bold?: boolean;
  /** Degrees clockwise about the text's own point. */
  readonly turnDeg?: number;
}

/** One line of text, its baseline at y. */
export function svgText(
  x: number,
  y: number,
  text: string,
  style: TextStyle = {},
): string {
  const {
    size = 13,
    anchor = "start",
    color = ink.text,
    bold = false,
    turnDeg,
  } = style;
  return svgElement("text", {
    x,
    y,
    "font-size": size,
    "text-anchor": anchor === "start" ? undefined : anchor,
    "font-weight": bold ? "600" : undefined,
    fill: color,
    transform: turnDeg === undefined
      ? undefined
      : `rotate(${turnDeg} ${short(x)} ${short(y)})`,
  }, escapeXml(text));
}

/** A straight line. */
export function svgLine(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  color: string,
  widthPx = 1,
): string {
  return svgElement("line", {
    x1,
    y1,
    x2,
    y2,
    stroke: color,
    "stroke-width": widthPx,
  });
}

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

function short(value: string | number): string {
  return typeof value === "number"
    ? String(Math.round(value * 100) / 100)
    : value;
}
