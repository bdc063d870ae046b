import { StoreDamagedError } from "../../errors.ts";
import { type AuditHead, extendChain } from "../audit/audit_chain.ts";
import type { AuditEntry, AuditEvent } from "../audit/audit_event.ts";
import type { AuditPlace } from "../audit/audit_log.ts";
import {
  batches,
  type SqlDatabase,
  type SqlRow,
  type SqlRunner,
  valueRows,
} from "./sql_database.ts";

/**
 * The audit log as a table beside the templates: a change and its lines are one transaction, and
 * all processes and machines that use the database write one chain.
 */
export class AuditRows implements AuditPlace {
  constructor(private readonly database: SqlDatabase) {}

  get name(): string {
    return this.database.name;
  }

  append(events: readonly AuditEvent[]): Promise<AuditEntry[]> {
    return this.database.transaction((tx) => this.write(tx, events));
  }

  /** Inside a transaction. Writers take turns at the row that holds where the chain ends. */
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

  async *lines(): AsyncGenerator<string> {
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

  async head(): Promise<AuditHead> {
    const rows = await this.database.run(
      "SELECT entries, sha256 FROM audit_head",
    );
    return this.toHead(rows[0]);
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
