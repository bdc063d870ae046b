import * as Plot from "@observablehq/plot";
import { Figure, ink, inset, marginPx, titlePx } from "./figure.ts";
import { colorBar, divergingColor } from "./heat_map.ts";

/** An embedding and what to call it. */
interface NamedEmbedding {
  readonly name: string;
  readonly vector: ArrayLike<number>;
}

const nameWidth = 104;
const plotWidth = 768;
const rowHeight = 34;

/** Embeddings as pictures, one row each: a column per number, orange above zero, blue below. */
export function embeddingFigure(
  title: string,
  rows: readonly NamedEmbedding[],
): Figure {
  const columns = Math.max(...rows.map(({ vector }) => vector.length));
  const cells = rows.flatMap(({ vector }, row) =>
    Array.from(vector, (value, column) => ({ row, column, value }))
  );
  const limit = Math.max(...cells.map(({ value }) => Math.abs(value))) || 1;
  const color = divergingColor(-limit, 0, limit);
  const step = Math.max(1, Math.round(columns / 8));
  const ticks = Array.from({ length: 8 }, (_, i) => i * step)
    .filter((column) => column < columns - step / 2);
  const height = rows.length * rowHeight + 22;
  const map = {
    width: nameWidth + plotWidth,
    height,
    margin: 0,
    marginBottom: 22,
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
        insetBottom: 6,
      }),
      Plot.axisX([...ticks, columns - 1].map((column) => column + 0.5), {
        tickSize: 0,
        label: null,
        tickFormat: (middle: number) => String(middle + 0.5),
        color: ink.quiet,
      }),
      Plot.axisY(rows.map((_, row) => row + 0.41), {
        tickSize: 0,
        label: null,
        tickFormat: (_: number, row: number) => rows[row]!.name,
        textAnchor: "start",
        dx: 4 - nameWidth,
      }),
    ],
  } satisfies Plot.PlotOptions;
  const names = [(-limit).toFixed(2), "0", limit.toFixed(2)] as const;
  return new Figure({
    title,
    description: `${rows.length} embeddings of ${columns} numbers between ${
      names[0]
    } and ${names[2]}, one row each: ${
      rows.map(({ name }) => name).join(", ")
    }.`,
    width: nameWidth + plotWidth + 70 + 2 * marginPx,
    height: titlePx + height + marginPx,
  }, [
    inset(map, marginPx, titlePx),
    inset(
      colorBar(color, names, Math.min(180, height - 12)),
      marginPx + nameWidth + plotWidth + 8,
      titlePx - 8,
    ),
  ]);
}
