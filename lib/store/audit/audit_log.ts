import { StoreDamagedError } from "../../errors.ts";
import {
  batches,
  type SqlDatabase,
  type SqlRow,
  type SqlRunner,
  valueRows,
} from "../database/sql_database.ts";
import {
  type AuditHead,
  type AuditVerdict,
  extendChain,
  parseEntry,
  verifyChain,
} from "./audit_chain.ts";
import type { AuditEntry, AuditEvent } from "./audit_event.ts";

/**
 * The append-only log of what happened to users and at the door. Every line holds the hash of the
 * line before, so that a line changed, removed or put in later breaks the chain at a place that can
 * be named; the number and hash of the last line are kept apart, so that lines cut off the end are
 * missed too. Who may write all of it can still forge all of it: against them, note elsewhere what
 * `deno task audit verify` prints.
 *
 * A database records its own changes, in the same transaction; a JSON store has no log. Sign-ins
 * are appended by `guardedSignIn`.
 */
export class AuditLog {
  constructor(private readonly database: SqlDatabase) {}

  /** What messages call the log: its database. */
  get name(): string {
    return this.database.name;
  }

  /**
   * Appends one event; it is on the disk when the promise resolves.
   *
   * @throws WriteError when the log cannot be written: nothing may happen unrecorded.
   */
  append(event: AuditEvent): Promise<AuditEntry> {
    return this.database.transaction(async (tx) =>
      (await this.write(tx, [event]))[0]!
    );
  }

  /** Appends events inside a transaction. Writers take turns at the row that holds where the chain ends. */
  async write(
    tx: SqlRunner,
    events: readonly AuditEvent[],
  ): Promise<AuditEntry[]> {
    if (events.length === 0) return [];
    const held = await tx.run(
      "UPDATE audit_head SET entries = entries RETURNING entries, sha256",
    );
    const { entries, lines, head } = extendChain(this.toHead(held[0]), events);
    const numbered = lines.map((line, i) => [entries[i]!.n, line]);
    for (const batch of batches(numbered)) {
      const { list, values } = valueRows(["bigint", "text"], batch);
      await tx.run(`INSERT INTO audit (n, line) VALUES ${list}`, values);
    }
    await tx.run("UPDATE audit_head SET entries = $1, sha256 = $2", [
      head.entries,
      head.sha256,
    ]);
    return entries;
  }

  /** All entries, oldest first. @throws AuditBrokenError at a line that is no entry. */
  async entries(): Promise<AuditEntry[]> {
    const entries: AuditEntry[] = [];
    for await (const line of this.lines()) {
      entries.push(parseEntry(this.name, line, `line ${entries.length + 1}`));
    }
    return entries;
  }

  /** Follows the chain from its first line to its last. */
  async verify(): Promise<AuditVerdict> {
    // The end first: a line appended in between is one more than needed, not one too few.
    const [head] = await this.database.run(
      "SELECT entries, sha256 FROM audit_head",
    );
    return await verifyChain(this.lines(), this.toHead(head));
  }

  private async *lines(): AsyncGenerator<string> {
    let last = 0;
    while (true) {
      const rows = await this.database.run(
        "SELECT n, line FROM audit WHERE n > $1 ORDER BY n LIMIT 1000",
        [last],
      );
      if (rows.length === 0) return;
      last = Number(rows.at(-1)!.n);
      for (const { line } of rows) yield String(line);
    }
  }

  private toHead(row: SqlRow | undefined): AuditHead {
    if (row !== undefined) {
      return { entries: Number(row.entries), sha256: String(row.sha256) };
    }
    throw new StoreDamagedError(
      `${this.name} has lost the end of its audit log; restore it from a backup`,
    );
  }
}
