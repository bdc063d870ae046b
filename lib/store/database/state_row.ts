import { StoreDamagedError } from "../../errors.ts";
import type { SqlRow, SqlRunner } from "./sql_database.ts";

/** The one row that a question about the state is answered with. @throws StoreDamagedError when somebody took it out */
export function stateRow(rows: readonly SqlRow[], name: string): SqlRow {
  const [state] = rows;
  if (state !== undefined) return state;
  throw new StoreDamagedError(
    `${name} has lost the row that says what it holds; put a copy of the store back`,
  );
}

/** Makes other processes' changes wait until this transaction ends. @returns the change's number so far, and the key's id */
export async function lockState(tx: SqlRunner, name: string): Promise<SqlRow> {
  const sql = "UPDATE state SET revision = revision RETURNING revision, key_id";
  return stateRow(await tx.run(sql), name);
}

/** Number of the last change. */
export async function readRevision(
  runner: SqlRunner,
  name: string,
): Promise<number> {
  const rows = await runner.run("SELECT revision FROM state");
  return Number(stateRow(rows, name).revision);
}

/** What the templates of a database are sealed with; null when they are not. */
export function keyIdOf({ key_id }: SqlRow): string | null {
  return key_id === null ? null : String(key_id);
}
