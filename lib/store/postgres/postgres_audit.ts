import type { TransactionSql } from "postgres";
import { StoreDamagedError } from "../../errors.ts";
import { type AuditHead, extendChain } from "../audit/audit_chain.ts";
import type { AuditEntry, AuditEvent } from "../audit/audit_event.ts";
import type { AuditPlace } from "../audit/audit_place.ts";
import type { PostgresDatabase } from "./postgres_database.ts";

/** Lines sent in one statement. */
const INSERT_BATCH = 1000;

/**
 * The audit log as a table beside the templates: a change and its lines are one transaction, and
 * all machines that use the database write one chain.
 */
export class PostgresAudit implements AuditPlace {
  constructor(private readonly database: PostgresDatabase) {}

  get name(): string {
    return this.database.name;
  }

  append(events: readonly AuditEvent[]): Promise<AuditEntry[]> {
    return this.database.transaction((tx) => this.write(tx, events));
  }

  /** Inside a transaction. Writers take turns at the row that holds where the chain ends. */
  async write(
    tx: TransactionSql,
    events: readonly AuditEvent[],
  ): Promise<AuditEntry[]> {
    if (events.length === 0) return [];
    const rows =
      await tx`SELECT entries, sha256 FROM face_sign_in.audit_head FOR UPDATE`;
    const { entries, lines, head } = extendChain(this.toHead(rows[0]), events);
    for (let at = 0; at < lines.length; at += INSERT_BATCH) {
      const numbers = entries.slice(at, at + INSERT_BATCH).map(({ n }) => n);
      await tx`INSERT INTO face_sign_in.audit (n, line)
        SELECT * FROM unnest(${numbers.map(String)}::text[]::bigint[],
          ${lines.slice(at, at + INSERT_BATCH)}::text[])`;
    }
    await tx`UPDATE face_sign_in.audit_head
      SET entries = ${head.entries}, sha256 = ${head.sha256}`;
    return entries;
  }

  async lines(): Promise<string[]> {
    const rows = await this.database.explaining(() =>
      this.database.sql`SELECT line FROM face_sign_in.audit ORDER BY n`
    );
    return rows.map(({ line }) => String(line));
  }

  async head(): Promise<AuditHead> {
    const rows = await this.database.explaining(() =>
      this.database.sql`SELECT entries, sha256 FROM face_sign_in.audit_head`
    );
    return this.toHead(rows[0]);
  }

  private toHead(row: Record<string, unknown> | undefined): AuditHead {
    if (row !== undefined) {
      return { entries: Number(row.entries), sha256: String(row.sha256) };
    }
    throw new StoreDamagedError(
      `${this.name} has lost the end of its audit log; restore it from a backup`,
    );
  }
}
