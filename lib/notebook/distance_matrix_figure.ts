import * as Plot from "@observablehq/plot";
import { euclideanDistance } from "../match/distance.ts";
import { Figure, ink, inset, label, marginPx, titlePx } from "./figure.ts";
import { Markdown } from "./markdown.ts";
import { colorBar, divergingColor } from "./heat_map.ts";

/** An embedding and whose it is; photos of one user stand next to each other. */
export interface OwnedVector {
  readonly user: string;
  readonly vector: ArrayLike<number>;
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
  const cells = items.flatMap((a, row) =>
    items.map((b, column) => ({
      row,
      column,
      distance: euclideanDistance(a.vector, b.vector),
    }))
  );
  const groups = groupsOf(items);
  const edges = groups.slice(1).map(({ start }) => start);
  const color = divergingColor(0, threshold, 2 * threshold);
  const ticks = {
    tickSize: 0,
    label: null,
    tickFormat: (_: number, i: number) => groups[i]!.user,
    fontSize: 13,
  };
  const middles = groups.map(({ start, count }) => start + count / 2);
  const matrix = {
    width: nameWidth + side,
    height: 22 + side,
    margin: 0,
    marginTop: 22,
    marginLeft: nameWidth,
    x: { domain: [0, items.length] },
    y: { domain: [0, items.length], reverse: true },
    color,
    marks: [
      Plot.rect(cells, {
        x1: "column",
        x2: ({ column }) => column + 1,
        y1: "row",
        y2: ({ row }) => row + 1,
        fill: "distance",
        inset: -0.1,
      }),
      Plot.ruleX(edges, { stroke: ink.card, strokeWidth: 2 }),
      Plot.ruleY(edges, { stroke: ink.card, strokeWidth: 2 }),
      Plot.axisX(middles, { anchor: "top", ...ticks }),
      Plot.axisY(middles, { anchor: "left", ...ticks }),
    ],
  } satisfies Plot.PlotOptions;
  const names = [
    "0 same picture",
    `${threshold.toFixed(2)} threshold`,
    `${(2 * threshold).toFixed(2)} or more`,
  ] as const;
  const barLeft = marginPx + nameWidth + side + 26;
  const barTop = titlePx + 22;
  return new Figure({
    title,
    description: `${title}: ${items.length} photos of ${groups.length} users: ${
      pairsText(countPairs(items, threshold), threshold).text
    }`,
    width: barLeft + 142 + marginPx,
    height: titlePx + 22 + Math.max(side, 90) + marginPx,
  }, [
    inset(matrix, marginPx, titlePx),
    label("distance", barLeft + 8, barTop - 8, { fill: ink.quiet }),
    inset(
      colorBar(color, names, Math.max(90, Math.min(side, 236))),
      barLeft,
      barTop,
    ),
  ]);
}

/** Runs of neighbouring photos of one user. */
function groupsOf(items: readonly OwnedVector[]) {
  const starts = items.flatMap(({ user }, i) =>
    user === items[i - 1]?.user ? [] : [i]
  );
  return starts.map((start, i) => ({
    user: items[start]!.user,
    start,
    count: (starts[i + 1] ?? items.length) - start,
  }));
}

/** How many pairs of one person and of two lie on which side of the threshold, in words. */
export function pairsText(
  { genuine, genuineAbove, impostor, impostorBelow }: ReturnType<
    typeof countPairs
  >,
  threshold: number,
): Markdown {
  return new Markdown(
    `**${genuineAbove} of ${genuine}** pairs of one person lie at or above the threshold ${threshold}, ` +
      `**${impostorBelow} of ${impostor}** pairs of two people below it.`,
  );
}

/** Counts all pairs of different photos of one user and of two, and those on a threshold's wrong side. */
export function countPairs(items: readonly OwnedVector[], threshold: number) {
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
  const wrong = genuineAbove + impostorBelow;
  return { genuine, genuineAbove, impostor, impostorBelow, wrong };
}
