import { type AuditVerdict, parseEntry, verifyChain } from "./audit_chain.ts";
import type { AuditEntry, AuditEvent } from "./audit_event.ts";
import type { AuditPlace } from "./audit_place.ts";

export type { AuditEntry, AuditEvent } from "./audit_event.ts";
export type { AuditVerdict } from "./audit_chain.ts";

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
    return (await this.place.lines()).map((line, i) =>
      parseEntry(this.name, line, `line ${i + 1}`)
    );
  }

  /** Follows the chain from its first line to its last. */
  async verify(): Promise<AuditVerdict> {
    // The end first: a line appended in between is one more than needed, not one too few.
    const head = await this.place.head();
    return verifyChain(await this.place.lines(), head);
  }
}
