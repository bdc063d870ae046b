import { euclideanDistance } from "../match/distance.ts";
import { distanceColor } from "./color_scale.ts";
import { Figure, marginPx, titlePx } from "./figure.ts";
import { ink, svgElement, svgLine, svgText } from "./svg.ts";

/** An embedding and whose it is; photos of one user stand next to each other. */
export interface OwnedVector {
  readonly user: string;
  readonly vector: ArrayLike<number>;
}

/** A run of neighbouring photos of one user. */
interface Group {
  readonly user: string;
  readonly start: number;
  readonly count: number;
}

const largestCell = 22;
const matrixWidth = 500;
const nameWidth = 78;

/** The distance of every photo to every other as a heat map, users named on both axes. */
export function distanceMatrixFigure(
  title: string,
  items: readonly OwnedVector[],
  threshold: number,
): Figure {
  const cell = Math.min(largestCell, matrixWidth / items.length);
  const side = cell * items.length;
  const left = marginPx + nameWidth;
  const top = titlePx + 22;
  const groups = groupsOf(items);
  const contents = [
    ...drawCells(items, threshold, left, top, cell),
    ...groups.flatMap((group) => drawGroup(group, left, top, cell, side)),
    ...drawScale(left + side + 34, top, side, threshold),
  ];
  return new Figure(
    left + side + 34 + 128 + marginPx,
    top + side + marginPx,
    title,
    `${title}: ${items.length} photos of ${groups.length} users; ${
      countSides(items, threshold)
    }.`,
    contents,
  );
}

function drawCells(
  items: readonly OwnedVector[],
  threshold: number,
  left: number,
  top: number,
  cell: number,
): string[] {
  return items.flatMap((a, row) =>
    items.map((b, column) =>
      svgElement("rect", {
        x: left + column * cell,
        y: top + row * cell,
        width: cell + 0.2,
        height: cell + 0.2,
        fill: distanceColor(euclideanDistance(a.vector, b.vector), threshold),
      })
    )
  );
}

function groupsOf(items: readonly OwnedVector[]): Group[] {
  const starts = items.flatMap(({ user }, i) =>
    user === items[i - 1]?.user ? [] : [i]
  );
  return starts.map((start, i) => ({
    user: items[start]!.user,
    start,
    count: (starts[i + 1] ?? items.length) - start,
  }));
}

function drawGroup(
  { user, start, count }: Group,
  left: number,
  top: number,
  cell: number,
  side: number,
): string[] {
  const edge = start * cell;
  const middle = (start + count / 2) * cell;
  const lines = start === 0 ? [] : [
    svgLine(left - 6, top + edge, left + side, top + edge, ink.card, 2),
    svgLine(left + edge, top - 6, left + edge, top + side, ink.card, 2),
  ];
  return [
    ...lines,
    svgText(left - 10, top + middle + 4, user, { anchor: "end" }),
    svgText(left + middle, top - 9, user, { anchor: "middle" }),
  ];
}

/** The colours beside the matrix, distance 0 at the bottom and twice the threshold on top. */
function drawScale(
  left: number,
  top: number,
  side: number,
  threshold: number,
): string[] {
  const height = Math.min(side, 220);
  const steps = 44;
  const yOf = (distance: number) =>
    top + 22 + height * (1 - distance / (2 * threshold));
  const tick = (distance: number, name: string, bold = false) => [
    svgLine(left + 16, yOf(distance), left + 21, yOf(distance), ink.text),
    svgText(left + 25, yOf(distance) + 4, name, { size: 12, bold }),
  ];
  return [
    svgText(left, top + 8, "distance", { size: 12, color: ink.quiet }),
    ...Array.from({ length: steps }, (_, i) =>
      svgElement("rect", {
        x: left,
        y: top + 22 + i * height / steps,
        width: 16,
        height: height / steps + 0.3,
        fill: distanceColor((1 - (i + 0.5) / steps) * 2 * threshold, threshold),
      })),
    ...tick(2 * threshold, `${(2 * threshold).toFixed(2)} or more`),
    ...tick(threshold, `${threshold.toFixed(2)} threshold`, true),
    ...tick(0, "0 same picture"),
  ];
}

/** How many pairs of one user and of two users lie on which side of the threshold, in words. */
function countSides(items: readonly OwnedVector[], threshold: number): string {
  const { genuine, genuineAbove, impostor, impostorBelow } = countPairs(
    items,
    threshold,
  );
  return `${genuineAbove} of ${genuine} pairs of one user at or above ${
    threshold.toFixed(2)
  }, ` +
    `${impostorBelow} of ${impostor} pairs of two users below it`;
}

/** Pairs of photos and how many lie on the wrong side of a threshold. */
export interface PairCounts {
  /** Pairs of one user's photos. */
  readonly genuine: number;
  readonly genuineAbove: number;
  /** Pairs of two users' photos. */
  readonly impostor: number;
  readonly impostorBelow: number;
}

/** Counts all pairs of different photos on both sides of a threshold. */
export function countPairs(
  items: readonly OwnedVector[],
  threshold: number,
): PairCounts {
  let genuine = 0, genuineAbove = 0, impostor = 0, impostorBelow = 0;
  items.forEach((a, i) =>
    items.slice(i + 1).forEach((b) => {
      const accepted = euclideanDistance(a.vector, b.vector) < threshold;
      if (a.user === b.user) {
        genuine++;
        if (!accepted) genuineAbove++;
      } else {
        impostor++;
        if (accepted) impostorBelow++;
      }
    })
  );
  return { genuine, genuineAbove, impostor, impostorBelow };
}
