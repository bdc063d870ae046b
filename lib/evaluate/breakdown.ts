import { UsageError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { verificationMetrics } from "./metrics.ts";
import { csvRows, readList } from "./read_pairs.ts";
import type { PairScores, ScoreSet } from "./pair_scores.ts";

/** What a CSV says of photos: for each column, the value of each photo it knows. */
export interface PhotoMetadata {
  readonly columns: readonly string[];
  /** By photo file name, or by person for a CSV whose first column is `person`. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a metadata CSV: a header, a first column `file` (file name) or `person`, and any columns
 * to break the rates down by.
 *
 * @throws UsageError when the file does not exist or has no such header.
 */
export async function readMetadata(file: string): Promise<PhotoMetadata> {
  const [header, ...rows] = csvRows(await readList(file, "a CSV of metadata"));
  if (header === undefined || !["file", "person"].includes(header[0]!)) {
    throw new UsageError(
      `${file} should start with a header whose first column is "file" or "person".`,
    );
  }
  return {
    columns: header.slice(1),
    values: new Map(rows.map(([key, ...values]) => [key!, values])),
  };
}

/**
 * The verification numbers of each column's groups: of the pairs whose photos share a value, and as
 * "mixed" of those whose photos have different ones; pairs with an unknown photo are left out.
 */
export function breakDown(
  dataset: Dataset,
  set: ScoreSet,
  metadata: PhotoMetadata,
  threshold: number,
) {
  return metadata.columns.flatMap((column, index) => {
    const values = dataset.photos.map(({ name, person }) =>
      (metadata.values.get(name) ??
        metadata.values.get(dataset.people[person]!))?.[index] || undefined
    );
    const known = [...new Set(values)].filter((value) => value !== undefined);
    const groupOf = (a: number, b: number) => {
      if (values[a] === undefined || values[b] === undefined) return undefined;
      return values[a] === values[b] ? values[a] : "mixed";
    };
    return [...known.sort(), "mixed"].map((value) => {
      const part = {
        ...set,
        genuine: pick(set.genuine, (a, b) => groupOf(a, b) === value),
        impostor: pick(set.impostor, (a, b) => groupOf(a, b) === value),
      };
      const metrics = verificationMetrics(part, threshold);
      return { column, value, metrics };
    }).filter(({ metrics }) =>
      metrics.genuinePairs + metrics.impostorPairs > 0
    );
  });
}

function pick(
  { distance, a, b }: PairScores,
  wanted: (a: number, b: number) => boolean,
): PairScores {
  const picked = Uint32Array.from(distance.keys()).filter((i) =>
    wanted(a[i]!, b[i]!)
  );
  return {
    distance: Float32Array.from(picked, (i) => distance[i]!),
    a: Uint32Array.from(picked, (i) => a[i]!),
    b: Uint32Array.from(picked, (i) => b[i]!),
  };
}
