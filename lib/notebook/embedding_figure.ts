import { signedColor } from "./color_scale.ts";
import { Figure, marginPx, titlePx } from "./figure.ts";
import { ink, svgElement, svgText } from "./svg.ts";

/** An embedding and what to call it. */
export interface NamedEmbedding {
  readonly name: string;
  readonly vector: ArrayLike<number>;
}

const labelWidth = 104;
const cellWidth = 6;
const rowHeight = 34;
const barWidth = 180;

/** Embeddings as pictures, one row each: a column per number, blue above zero, orange below. */
export function embeddingFigure(
  title: string,
  rows: readonly NamedEmbedding[],
): Figure {
  const columns = Math.max(...rows.map(({ vector }) => vector.length));
  const limit = largest(rows);
  const left = marginPx + labelWidth;
  const right = left + columns * cellWidth;
  const bottom = titlePx + rows.length * rowHeight;
  const contents = rows.flatMap(({ name, vector }, row) => {
    const top = titlePx + row * rowHeight;
    return [
      svgText(marginPx, top + 19, name, { size: 12 }),
      ...Array.from(vector, (value, column) =>
        svgElement("rect", {
          x: left + column * cellWidth,
          y: top,
          width: cellWidth,
          height: rowHeight - 6,
          fill: signedColor(value / limit),
        })),
    ];
  });
  contents.push(
    ...numbersBelow(left, bottom, columns),
    ...colorBar(right, bottom + 28, limit),
  );
  return new Figure(
    right + marginPx,
    bottom + 74,
    title,
    `${rows.length} embeddings of ${columns} numbers between ${
      (-limit).toFixed(2)
    } and ${limit.toFixed(2)}, one row each: ${
      rows.map(({ name }) => name).join(", ")
    }.`,
    contents,
  );
}

function largest(rows: readonly NamedEmbedding[]): number {
  let value = 0;
  for (const { vector } of rows) {
    for (let i = 0; i < vector.length; i++) {
      value = Math.max(value, Math.abs(vector[i]!));
    }
  }
  return value || 1;
}

/** Which number of the embedding a column is: the first, every 16th, the last. */
function numbersBelow(left: number, y: number, columns: number): string[] {
  const step = Math.max(1, Math.round(columns / 8));
  const shown = Array.from({ length: 8 }, (_, i) => i * step).filter((i) =>
    i < columns - step / 2
  );
  return [...shown, columns - 1].map((column) =>
    svgText(left + (column + 0.5) * cellWidth, y + 10, String(column + 1), {
      size: 11,
      anchor: "middle",
      color: ink.quiet,
    })
  );
}

function colorBar(right: number, y: number, limit: number): string[] {
  const left = right - barWidth;
  const steps = 30;
  const bar = Array.from({ length: steps }, (_, i) =>
    svgElement("rect", {
      x: left + i * barWidth / steps,
      y,
      width: barWidth / steps + 0.3,
      height: 10,
      fill: signedColor((i + 0.5) / steps * 2 - 1),
    }));
  const number = (x: number, text: string) =>
    svgText(x, y + 24, text, { size: 11, anchor: "middle", color: ink.quiet });
  return [
    ...bar,
    svgText(left - 20, y + 10, "value", {
      size: 11,
      anchor: "end",
      color: ink.quiet,
    }),
    number(left, (-limit).toFixed(2)),
    number(left + barWidth / 2, "0"),
    number(right, limit.toFixed(2)),
  ];
}
