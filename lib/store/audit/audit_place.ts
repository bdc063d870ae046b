import type { AuditHead } from "./audit_chain.ts";
import type { AuditEntry, AuditEvent } from "./audit_event.ts";

/** Where the lines of a log lie: a table in a database. */
export interface AuditPlace {
  /** What messages call it. */
  readonly name: string;
  /** Adds lines to the end of the chain, all or none; they are on the disk when the promise resolves. */
  append(events: readonly AuditEvent[]): Promise<AuditEntry[]>;
  /** All lines, oldest first. */
  lines(): Promise<string[]>;
  /** Where the chain ends, kept apart from the lines, so that lines cut off are missed. */
  head(): Promise<AuditHead>;
}
