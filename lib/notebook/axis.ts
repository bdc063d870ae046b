import { ink, svgLine, svgText } from "./svg.ts";

/** A horizontal axis: where values lie between two x positions. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  /** px */
  readonly left: number;
  /** px */
  readonly right: number;
}

/** x position of a value, px; values outside the axis are put on its end. */
export function xOf(axis: Axis, value: number): number {
  const part = (value - axis.low) / (axis.high - axis.low);
  return axis.left + Math.min(1, Math.max(0, part)) * (axis.right - axis.left);
}

/** The axis with its ticks every `step`, their numbers and its name below. */
export function drawAxis(
  axis: Axis,
  y: number,
  step: number,
  name: string,
): string[] {
  const parts = [svgLine(axis.left, y, axis.right, y, ink.text, 1.2)];
  const count = Math.round((axis.high - axis.low) / step);
  for (let i = 0; i <= count; i++) {
    const value = axis.low + i * step;
    const x = xOf(axis, value);
    parts.push(
      svgLine(x, y, x, y + 5, ink.text),
      svgText(x, y + 19, value.toFixed(1), {
        size: 12,
        anchor: "middle",
        color: ink.quiet,
      }),
    );
  }
  parts.push(
    svgText((axis.left + axis.right) / 2, y + 37, name, {
      size: 12,
      anchor: "middle",
      color: ink.quiet,
    }),
  );
  return parts;
}
