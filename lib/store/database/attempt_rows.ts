import type { AttemptCounts, Failures } from "../limits/attempt_limits.ts";
import type { SqlDatabase } from "./sql_database.ts";

/** Counts of failed sign-ins in a table beside the templates, shared by all who use the database. */
export class AttemptRows implements AttemptCounts {
  constructor(private readonly database: SqlDatabase) {}

  change(
    name: string,
    oldestMs: number,
    change: (held: Failures | null) => Failures | null,
  ): Promise<void> {
    return this.database.transaction(async (tx) => {
      // Locks the row, made if it is new, so that attempts at once are counted one after another.
      const [row] = await tx.run(
        `INSERT INTO attempts AS held VALUES ($1, 0, 0)
        ON CONFLICT (name) DO UPDATE SET count = held.count
        RETURNING count, last_ms`,
        [name],
      );
      const [count, lastMs] = [Number(row!.count), Number(row!.last_ms)];
      const changed = change(count === 0 ? null : { count, lastMs });
      if (changed === null) {
        await tx.run("DELETE FROM attempts WHERE name = $1", [name]);
      } else {
        await tx.run(
          "UPDATE attempts SET count = $2, last_ms = $3 WHERE name = $1",
          [name, changed.count, changed.lastMs],
        );
      }
      // Rows that somebody works on are left to them: waiting for them could be mutual.
      await tx.run(
        `DELETE FROM attempts WHERE name IN (
          SELECT name FROM attempts WHERE last_ms < $1 FOR UPDATE SKIP LOCKED)`,
        [oldestMs],
      );
    });
  }
}
