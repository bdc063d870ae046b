import { AuditBrokenError, StoreDamagedError } from "../../errors.ts";
import {
  batches,
  type SqlDatabase,
  type SqlRow,
  type SqlRunner,
  valueRows,
} from "../database/sql_database.ts";
import { requireKey, type StoreKey } from "../seal/store_key.ts";
import {
  type AuditVerdict,
  extendChain,
  type KeyedHead,
  macOf,
  parseEntry,
  verifyChain,
} from "./audit_chain.ts";
import type { AuditEntry, AuditEvent } from "./audit_event.ts";
import { named, namesIn, numbered } from "./user_numbers.ts";

/**
 * The append-only log of what happened to users and at sign-ins. Every line holds the hash of the
 * line before, so that a line changed, removed or put in later breaks the chain at a place that can
 * be named; the number and hash of the last line are kept apart, in a sealed store with a MAC under
 * its key, so that lines cut off the end and a log written anew are missed too. Who has the key, or
 * puts a whole old copy back, is found out by a hash noted elsewhere only.
 *
 * Lines hold users' numbers; the names stand in the table of users, and go with their users.
 *
 * A database records its own changes, in the same transaction; a JSON store has no log. Sign-ins
 * are appended by `beginAttempt`.
 */
export class AuditLog {
  /** @param key what the store is sealed with at that moment */
  constructor(
    private readonly database: SqlDatabase,
    private readonly key: () => StoreKey | null,
  ) {}

  /** What messages call the log: its database. */
  get name(): string {
    return this.database.name;
  }

  /**
   * Appends one event; it is on the disk when the promise resolves.
   *
   * @throws WriteError when the log cannot be written: nothing may happen unrecorded.
   */
  append(event: AuditEvent): Promise<void> {
    return this.database.transaction((tx) => this.write(tx, [event]));
  }

  /**
   * Appends events inside a transaction. Writers take turns at the row that holds where the chain ends.
   *
   * @param change number of the change of the store that they tell of, and the key that holds after it
   * @throws AuditBrokenError when that row was written without the key: it is not written over.
   */
  async write(
    tx: SqlRunner,
    events: readonly AuditEvent[],
    change?: { readonly number: number; readonly key: StoreKey | null },
  ): Promise<void> {
    const rows = await tx.run(
      "UPDATE audit_head SET entries = entries RETURNING entries, sha256, revision, mac",
    );
    const held = this.requireOwn(this.toHead(rows[0]));
    const { lines, head } = extendChain(held, await numbered(tx, events));
    const values = lines.map((line, i) => [held.entries + 1 + i, line]);
    for (const batch of batches(values)) {
      const { list, values } = valueRows(["bigint", "text"], batch);
      await tx.run(`INSERT INTO audit (n, line) VALUES ${list}`, values);
    }
    const { number: revision, key } = change ??
      { number: held.revision, key: this.key() };
    const mac = macOf(key, { ...head, revision });
    await tx.run(
      "UPDATE audit_head SET entries = $1, sha256 = $2, revision = $3, mac = $4",
      [head.entries, head.sha256, revision, mac],
    );
  }

  /** Keys the log's end anew, whoever wrote it. */
  async acceptHead(tx: SqlRunner): Promise<void> {
    const [row] = await tx.run(
      `UPDATE audit_head SET revision = (SELECT revision FROM state)
      RETURNING entries, sha256, revision`,
    );
    const head = this.toHead({ ...row, mac: null });
    await tx.run("UPDATE audit_head SET mac = $1", [macOf(this.key(), head)]);
  }

  /** Entries, oldest first, a batch at a time. @throws AuditBrokenError at a line that is no entry. */
  async *entries(): AsyncGenerator<AuditEntry> {
    let n = 0;
    for await (const lines of this.batches()) {
      const entries = lines.map((line) =>
        parseEntry(this.name, line, `line ${++n}`)
      );
      const names = await namesIn(this.database, entries);
      for (const entry of entries) yield named(entry, names);
    }
  }

  /**
   * Follows the chain from its first line to its last.
   *
   * @param expected hash of a line noted elsewhere
   */
  async verify(expected?: string): Promise<AuditVerdict> {
    // The end first: a line appended in between is one more than needed, not one too few.
    const head = await this.head();
    const verdict = await verifyChain(this.lines(), head, expected);
    // A line is written together with the end: no line that was read lies beyond the end as it is now.
    const { entries } = await this.head();
    try {
      this.requireOwn(head);
    } catch (error) {
      if (!(error instanceof AuditBrokenError)) throw error;
      return { ...verdict, brokenAt: 1, reason: REWRITTEN };
    }
    return verdict.brokenAt === null && verdict.entries > entries
      ? { ...verdict, brokenAt: entries + 1, reason: PUT_BEHIND }
      : verdict;
  }

  private async head(): Promise<KeyedHead> {
    const [row] = await this.database.run(
      "SELECT entries, sha256, revision, mac FROM audit_head",
    );
    return this.toHead(row);
  }

  private async *lines(): AsyncGenerator<string> {
    for await (const lines of this.batches()) yield* lines;
  }

  private async *batches(): AsyncGenerator<string[]> {
    let last = 0;
    while (true) {
      const rows = await this.database.run(
        "SELECT n, line FROM audit WHERE n > $1 ORDER BY n LIMIT 1000",
        [last],
      );
      if (rows.length === 0) return;
      last = Number(rows.at(-1)!.n);
      yield rows.map(({ line }) => String(line));
    }
  }

  private toHead(row: SqlRow | undefined): KeyedHead {
    if (row !== undefined) return toKeyedHead(row);
    throw new StoreDamagedError(
      `${this.name} has lost the end of its audit log; restore it from a backup`,
    );
  }

  private requireOwn(head: KeyedHead): KeyedHead {
    requireOwnHead(this.key(), this.name, head);
    return head;
  }
}

const REWRITTEN =
  "where it ends was not written with the store's key, so that all of it may have been written anew";

const PUT_BEHIND = "lines were put in after the end";

/** Where a log ends, from its row. */
export function toKeyedHead(row: SqlRow): KeyedHead {
  const { entries, sha256, revision, mac } = row;
  return {
    entries: Number(entries),
    sha256: String(sha256),
    revision: Number(revision),
    mac: mac === null ? null : String(mac),
  };
}

/**
 * Requires that the store's key wrote where the log ends.
 *
 * @throws StoreKeyError when another key did; AuditBrokenError when none did.
 */
export function requireOwnHead(
  key: StoreKey | null,
  name: string,
  head: KeyedHead,
): void {
  if (head.mac === macOf(key, head)) return;
  if (head.mac !== null) requireKey(name, head.mac.slice(0, 16), key);
  throw new AuditBrokenError(
    `the audit log of ${name} was changed by somebody without its key: ${REWRITTEN}; compare it with a copy, and find out who may write it`,
  );
}
