import { type Axis, drawAxis, xOf } from "./axis.ts";
import { ink, svgElement, svgLine, svgText } from "./svg.ts";

/** A distance and what it is the distance to. */
export interface NamedDistance {
  readonly name: string;
  readonly distance: number;
}

/** Where rows of distances are drawn and what they are held against. */
export interface DistanceFrame {
  /** px */
  readonly left: number;
  /** px */
  readonly top: number;
  /** px, names included */
  readonly width: number;
  readonly threshold: number;
}

/** Space that names take to the left of the axis, px. */
const nameWidth = 96;
const rowHeight = 26;
/** Room above the rows for the words "accepted" and "rejected", px. */
const zoneHeight = 24;
/** Room below the rows for the axis, px. */
const axisHeight = 46;

/** Height of the drawing of this many rows, px. */
export function distanceRowsHeight(rows: number): number {
  return zoneHeight + rows * rowHeight + axisHeight;
}

/** Distances on one axis, a row each, over the zones below and above the threshold. */
export function drawDistanceRows(
  rows: readonly NamedDistance[],
  frame: DistanceFrame,
): string[] {
  const { left, top, width, threshold } = frame;
  const highest = Math.max(
    2 * threshold,
    ...rows.map(({ distance }) => distance),
  );
  const axis: Axis = {
    low: 0,
    high: Math.ceil(highest * 5) / 5,
    left: left + nameWidth,
    right: left + width - 8,
  };
  const bottom = top + zoneHeight + rows.length * rowHeight;
  return [
    ...drawZones(axis, threshold, top, bottom),
    ...rows.flatMap((row, index) =>
      drawRow(
        row,
        axis,
        threshold,
        left,
        top + zoneHeight + (index + 0.5) * rowHeight,
      )
    ),
    ...drawAxis(
      axis,
      bottom,
      0.2,
      "Euclidean distance (no unit; 0 is the same picture)",
    ),
  ];
}

function drawZones(
  axis: Axis,
  threshold: number,
  top: number,
  bottom: number,
): string[] {
  const border = xOf(axis, threshold);
  const zone = (from: number, to: number, fill: string) =>
    svgElement("rect", {
      x: from,
      y: top,
      width: to - from,
      height: bottom - top,
      fill,
    });
  return [
    zone(axis.left, border, ink.acceptPale),
    zone(border, axis.right, ink.rejectPale),
    svgText(axis.left + 6, top + 15, "accepted", {
      size: 12,
      color: ink.accept,
    }),
    svgText(axis.right - 6, top + 15, "rejected", {
      size: 12,
      anchor: "end",
      color: ink.reject,
    }),
    svgLine(border, top, border, bottom, ink.text, 2),
    svgText(border + 6, top + 15, `threshold ${threshold.toFixed(2)}`, {
      size: 12,
      bold: true,
    }),
  ];
}

function drawRow(
  { name, distance }: NamedDistance,
  axis: Axis,
  threshold: number,
  left: number,
  y: number,
): string[] {
  const color = distance < threshold ? ink.accept : ink.reject;
  const x = xOf(axis, distance);
  const beside = x > axis.right - 50
    ? { x: x - 11, anchor: "end" as const }
    : { x: x + 11 };
  return [
    svgText(left, y + 4, name, { size: 13 }),
    svgLine(axis.left, y, x, y, color, 3),
    svgElement("circle", {
      cx: x,
      cy: y,
      r: 6,
      fill: color,
      stroke: ink.card,
      "stroke-width": 1.5,
    }),
    svgText(beside.x, y + 4.5, distance.toFixed(2), {
      ...beside,
      bold: true,
      color,
    }),
  ];
}
