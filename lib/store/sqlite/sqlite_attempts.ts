import type { AttemptCounts, Failures } from "../limits/attempt_counts.ts";
import type { SqliteDatabase } from "./sqlite_database.ts";

/** Counts of failed sign-ins in a table beside the templates. */
export class SqliteAttempts implements AttemptCounts {
  constructor(private readonly database: SqliteDatabase) {}

  change(
    name: string,
    oldestMs: number,
    change: (held: Failures | null) => Failures | null,
  ): Promise<void> {
    const { database } = this;
    return Promise.try(() =>
      database.transaction(() => {
        database.run("DELETE FROM attempts WHERE last_ms < ?", oldestMs);
        const [row] = database.all(
          "SELECT count, last_ms FROM attempts WHERE name = ?",
          name,
        );
        const held = row === undefined
          ? null
          : { count: Number(row.count), lastMs: Number(row.last_ms) };
        const changed = change(held);
        if (changed === null) {
          database.run("DELETE FROM attempts WHERE name = ?", name);
        } else {
          database.run(
            "INSERT OR REPLACE INTO attempts VALUES (?, ?, ?)",
            name,
            changed.count,
            changed.lastMs,
          );
        }
      })
    );
  }
}
