import {
  distanceRowsHeight,
  drawDistanceRows,
  type NamedDistance,
} from "./distance_rows.ts";
import { Figure, marginPx, titlePx } from "./figure.ts";

const width = 680;

/** Distances on a scale that shows the threshold, a row each in the order given. */
export function distanceFigure(
  title: string,
  rows: readonly NamedDistance[],
  threshold: number,
): Figure {
  const frame = {
    left: marginPx,
    top: titlePx,
    width: width - 2 * marginPx,
    threshold,
  };
  const said = rows.map(({ name, distance }) =>
    `${name} ${distance.toFixed(2)}`
  ).join(", ");
  return new Figure(
    width,
    titlePx + distanceRowsHeight(rows.length) + marginPx - 6,
    title,
    `${title}; threshold ${threshold.toFixed(2)}: ${said}.`,
    drawDistanceRows(rows, frame),
  );
}
