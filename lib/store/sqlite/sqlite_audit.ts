import { type AuditHead, extendChain } from "../audit/audit_chain.ts";
import type { AuditEntry, AuditEvent } from "../audit/audit_event.ts";
import type { AuditPlace } from "../audit/audit_place.ts";
import type { SqliteDatabase } from "./sqlite_database.ts";

/** The audit log as a table beside the templates: a change and its lines are one transaction. */
export class SqliteAudit implements AuditPlace {
  constructor(private readonly database: SqliteDatabase) {}

  get name(): string {
    return this.database.path;
  }

  append(events: readonly AuditEvent[]): Promise<AuditEntry[]> {
    return Promise.resolve(
      this.database.transaction(() => this.write(events)),
    );
  }

  /** Inside a transaction. */
  write(events: readonly AuditEvent[]): AuditEntry[] {
    if (events.length === 0) return [];
    const { entries, lines, head } = extendChain(this.readHead(), events);
    const insert = this.database.db.prepare(
      "INSERT INTO audit (n, line) VALUES (?, ?)",
    );
    for (const [i, line] of lines.entries()) insert.run(entries[i]!.n, line);
    const { entries: last, sha256 } = head;
    this.database.run(
      "UPDATE audit_head SET entries = ?, sha256 = ?",
      last,
      sha256,
    );
    return entries;
  }

  lines(): Promise<string[]> {
    const rows = this.database.all("SELECT line FROM audit ORDER BY n");
    return Promise.resolve(rows.map(({ line }) => String(line)));
  }

  head(): Promise<AuditHead> {
    return Promise.resolve(this.readHead());
  }

  private readHead(): AuditHead {
    const [row] = this.database.all("SELECT entries, sha256 FROM audit_head");
    return { entries: Number(row!.entries), sha256: String(row!.sha256) };
  }
}
