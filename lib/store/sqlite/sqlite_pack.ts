import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explainingSqlite } from "./sqlite_errors.ts";

/** Rows read at once while packing. */
const PACK_BATCH = 10_000;

/** A row as narrow as searching needs it. */
export type PackRow = [
  id: number,
  userId: number,
  sealed: number,
  embedding: Uint8Array,
];

/** All templates, a batch at a time, as narrow as searching needs them: a million must load in seconds. */
export function* rowsToPack(
  db: DatabaseSync,
  path: string,
): Generator<PackRow[]> {
  const scan = db.prepare(
    `SELECT id, user_id, sealed, embedding FROM templates WHERE id > ? ORDER BY id LIMIT ?`,
  );
  returnArrays(scan);
  let last = 0;
  while (true) {
    const batch = explainingSqlite(
      path,
      () => scan.all(last, PACK_BATCH) as unknown as PackRow[],
    );
    if (batch.length === 0) return;
    last = batch.at(-1)![0];
    yield batch;
  }
}

/** Rows as lists cost half of what rows as objects cost; Deno's types do not know the method yet. */
function returnArrays(statement: StatementSync): void {
  const known = statement as StatementSync & {
    setReturnArrays(on: boolean): void;
  };
  known.setReturnArrays(true);
}
