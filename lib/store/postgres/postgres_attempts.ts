import type { AttemptCounts, Failures } from "../limits/attempt_counts.ts";
import type { PostgresDatabase } from "./postgres_database.ts";

/** Counts of failed sign-ins in a table beside the templates, shared by all machines that use the database. */
export class PostgresAttempts implements AttemptCounts {
  constructor(private readonly database: PostgresDatabase) {}

  change(
    name: string,
    oldestMs: number,
    change: (held: Failures | null) => Failures | null,
  ): Promise<void> {
    return this.database.transaction(async (tx) => {
      // Locks the row, made if it is new, so that attempts at once are counted one after another.
      const [row] = await tx`INSERT INTO face_sign_in.attempts AS held
        VALUES (${name}, 0, 0)
        ON CONFLICT (name) DO UPDATE SET count = held.count
        RETURNING count, last_ms`;
      const [count, lastMs] = [Number(row!.count), Number(row!.last_ms)];
      const changed = change(count === 0 ? null : { count, lastMs });
      if (changed === null) {
        await tx`DELETE FROM face_sign_in.attempts WHERE name = ${name}`;
      } else {
        await tx`UPDATE face_sign_in.attempts
          SET count = ${changed.count}, last_ms = ${changed.lastMs}
          WHERE name = ${name}`;
      }
      // Rows that somebody works on are left to them: waiting for them could be mutual.
      await tx`DELETE FROM face_sign_in.attempts WHERE name IN (
        SELECT name FROM face_sign_in.attempts
        WHERE last_ms < ${oldestMs} FOR UPDATE SKIP LOCKED)`;
    });
  }
}
