import * as Plot from "@observablehq/plot";
import { euclideanDistance } from "../match/distance.ts";
import { counted } from "../words.ts";
import { Figure, ink, inset, marginPx, titlePx } from "./figure.ts";
import type { OwnedVector } from "./found_face.ts";
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

const mapWidth = 768;
const rowHeight = 34;

/** Embeddings as pictures, one row each: a column per number, orange above zero, blue below. */
export function embeddingFigure(
  title: string,
  embeddings: readonly OwnedVector[],
): Figure {
  const rows = embeddings.map(({ vector }) => vector);
  const names = embeddings.map(({ name }) => name);
  const columns = rows[0]!.length;
  const limit = Math.max(...rows.flatMap((row) => [...row].map(Math.abs)));
  const said = limit.toFixed(2);
  const step = Math.round(columns / 8);
  return heatMapFigure({
    title,
    description:
      `${rows.length} embeddings of ${columns} numbers between -${said} and ${said}, one row each: ${
        names.join(", ")
      }.`,
    rows,
    cell: { width: mapWidth / columns, height: rowHeight },
    gap: 6,
    nameWidth: 116,
    rowNames: names.map((name, row) => ({ at: row + 0.41, name })),
    columnNames: Array.from({ length: 8 }, (_, i) => (
      { at: i * step + 0.5, name: String(i * step) }
    )),
    scale: [
      { value: -limit, name: `-${said}` },
      { value: 0, name: "0" },
      { value: limit, name: said },
    ],
  });
}

/** Numbers in rows and columns, and the colours that stand for them. */
interface HeatMap {
  readonly title: string;
  readonly description: string;
  readonly rows: readonly ArrayLike<number>[];
  /** Size of one cell and the gap below it, px. */
  readonly cell: { readonly width: number; readonly height: number };
  readonly gap?: number;
  /** Width of the rows' names, px. */
  readonly nameWidth: number;
  /** Names and where they stand, in cells from the top or the left. */
  readonly rowNames: readonly Name[];
  readonly columnNames: readonly Name[];
  /** Where lines cross the map, in cells: between groups that are the same in rows and columns. */
  readonly edges?: readonly number[];
  /** The scale: blue at its low end, paper in the middle, orange at its high end, and what each is called. */
  readonly scale: readonly [ScaleMark, ScaleMark, ScaleMark];
}

interface Name {
  readonly at: number;
  readonly name: string;
}

interface ScaleMark {
  readonly value: number;
  readonly name: string;
}

const colors = ["#14639e", "#faf6ee", "#b3470b"];
const topPx = 22;
const barWidth = 150;
const leastBarHeight = 90;

/** A rectangle of coloured cells with its names and a bar that says what the colours mean. */
function heatMapFigure(
  { title, description, rows, cell, gap = 0, edges = [], ...map }: HeatMap,
): Figure {
  const columns = Math.max(...rows.map(({ length }) => length));
  const { nameWidth } = map;
  const [width, height] = [columns * cell.width, rows.length * cell.height];
  const color = {
    type: "linear" as const,
    domain: map.scale.map(({ value }) => value),
    range: colors,
    interpolate: "rgb" as const,
    clamp: true,
  };
  const cells = rows.flatMap((values, row) =>
    Array.from(values, (value, column) => ({ row, column, value }))
  );
  const names = (of: readonly Name[]) => ({
    tickSize: 0,
    label: null,
    tickFormat: (_: number, i: number) => of[i]!.name,
    fontSize: 13,
  });
  const left = marginPx + nameWidth + width + 26;
  return new Figure({
    title,
    description,
    width: left + barWidth - 8 + marginPx,
    height: titlePx + topPx + Math.max(height, leastBarHeight) + marginPx,
  }, [
    inset(
      {
        width: nameWidth + width,
        height: topPx + height,
        margin: 0,
        marginTop: topPx,
        marginLeft: nameWidth,
        x: { domain: [0, columns] },
        y: { domain: [0, rows.length], reverse: true },
        color,
        marks: [
          Plot.rect(cells, {
            x1: "column",
            x2: ({ column }) => column + 1,
            y1: "row",
            y2: ({ row }) => row + 1,
            fill: "value",
            inset: -0.1,
            insetBottom: gap - 0.1,
          }),
          Plot.ruleX(edges, { stroke: ink.card, strokeWidth: 2 }),
          Plot.ruleY(edges, { stroke: ink.card, strokeWidth: 2 }),
          Plot.axisX(map.columnNames.map(({ at }) => at), {
            anchor: "top",
            ...names(map.columnNames),
          }),
          Plot.axisY(map.rowNames.map(({ at }) => at), {
            anchor: "left",
            ...names(map.rowNames),
          }),
        ],
      },
      marginPx,
      titlePx,
    ),
    inset(
      colorBar(
        color,
        map.scale,
        Math.min(Math.max(leastBarHeight, height), 236),
      ),
      left,
      titlePx + topPx - 8,
    ),
  ]);
}

/** The scale's colours with its ends and middle named. */
function colorBar(
  color: Plot.ScaleOptions,
  marks: readonly ScaleMark[],
  height: number,
): Plot.PlotOptions {
  const [low, high] = [marks[0]!.value, marks.at(-1)!.value];
  const step = (high - low) / 44;
  return {
    width: barWidth,
    height,
    margin: 8,
    marginRight: barWidth - 24,
    x: { axis: null, domain: [0, 1] },
    color,
    marks: [
      Plot.rect(Array.from({ length: 44 }, (_, i) => low + i * step), {
        x1: 0,
        x2: 1,
        y1: (value) => value,
        y2: (value) => value + step,
        fill: (value) => value + step / 2,
        insetTop: -0.3,
      }),
      Plot.axisY(marks.map(({ value }) => value), {
        anchor: "right",
        label: null,
        tickFormat: (_, i) => marks[i]!.name,
        tickSize: 5,
        color: ink.text,
      }),
    ],
  };
}
