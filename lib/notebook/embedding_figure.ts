import type { Figure } from "./figure.ts";
import type { OwnedVector } from "./found_face.ts";
import { heatMapFigure } from "./heat_map.ts";

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
