import {
  type AuditHead,
  type AuditVerdict,
  parseEntry,
  verifyChain,
} from "./audit_chain.ts";
import type { AuditEntry, AuditEvent } from "./audit_event.ts";

/** Where the lines of a log lie. */
export interface AuditPlace {
  /** What messages call it. */
  readonly name: string;
  /** Adds lines to the end of the chain, all or none; they are on the disk when the promise resolves. */
  append(events: readonly AuditEvent[]): Promise<AuditEntry[]>;
  /** All lines, oldest first. */
  lines(): AsyncIterable<string>;
  /** Where the chain ends, kept apart from the lines, so that lines cut off are missed. */
  head(): Promise<AuditHead>;
}

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
  constructor(private readonly place: AuditPlace) {}

  /** What messages call the log: its database. */
  get name(): string {
    return this.place.name;
  }

  /**
   * Appends one event; it is on the disk when the promise resolves.
   *
   * @throws WriteError when the log cannot be written: nothing may happen unrecorded.
   */
  async append(event: AuditEvent): Promise<AuditEntry> {
    const [entry] = await this.place.append([event]);
    return entry!;
  }

  /** All entries, oldest first. @throws AuditBrokenError at a line that is no entry. */
  async entries(): Promise<AuditEntry[]> {
    const entries: AuditEntry[] = [];
    for await (const line of this.place.lines()) {
      entries.push(parseEntry(this.name, line, `line ${entries.length + 1}`));
    }
    return entries;
  }

  /** Follows the chain from its first line to its last. */
  async verify(): Promise<AuditVerdict> {
    // The end first: a line appended in between is one more than needed, not one too few.
    const head = await this.place.head();
    return await verifyChain(this.place.lines(), head);
  }
}
