import { euclideanDistance } from "../match/distance.ts";
import type { Figure } from "./figure.ts";
import type { OwnedVector } from "./found_face.ts";
import { counted } from "../words.ts";
import { heatMapFigure } from "./heat_map.ts";
import { pairsText, scorePairs } from "./pair_scores.ts";

const largestCell = 22;
const matrixWidth = 500;

/**
 * The distance of every photo to every other, users named on both axes.
 *
 * @param items photos of one user stand next to each other
 */
export function distanceMatrixFigure(
  title: string,
  items: readonly OwnedVector[],
  threshold: number,
): Figure {
  const side = Math.min(largestCell, matrixWidth / items.length);
  const starts = items.flatMap(({ user }, i) =>
    user === items[i - 1]?.user ? [] : [i]
  );
  const names = starts.map((start, i) => ({
    at: (start + (starts[i + 1] ?? items.length)) / 2,
    name: items[start]!.user,
  }));
  return heatMapFigure({
    title,
    description: `${title}: ${counted(items.length, "photo")} of ${
      counted(starts.length, "user")
    }. ${pairsText(scorePairs(items), threshold)}`,
    rows: items.map((a) =>
      items.map((b) => euclideanDistance(a.vector, b.vector))
    ),
    cell: { width: side, height: side },
    nameWidth: 78,
    rowNames: names,
    columnNames: names,
    edges: starts.slice(1),
    scale: [
      { value: 0, name: "0 same picture" },
      { value: threshold, name: `${threshold.toFixed(2)} threshold` },
      { value: 2 * threshold, name: `${(2 * threshold).toFixed(2)} or more` },
    ],
  });
}
