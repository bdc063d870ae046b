import type { AuditEvent } from "../audit/audit_event.ts";
import type { AuditLog } from "../audit/audit_log.ts";
import { requireKey } from "../seal/store_key.ts";
import { requireSameModel } from "../store_rules.ts";
import { readState, type RowDigest } from "./row_digest.ts";
import type { SqlDatabase, SqlRunner } from "./sql_database.ts";
import { keyIdOf, lockState } from "./state_row.ts";
import { heldModel, type RowFormat } from "./template_rows.ts";

/** A change while it is made. */
export interface Change {
  readonly tx: SqlRunner;
  readonly number: number;
  /** To be told whose rows change, before they do; everybody's where nobody is named. */
  touch(users?: readonly string[]): Promise<void>;
  /** Tells the audit log, while the users that are named are there. */
  log(events: readonly AuditEvent[]): Promise<void>;
}

/**
 * Changes of a database's templates: one after another, each with a number of its own, in one
 * transaction with its lines in the audit log and with what the rows of a sealed store add up to.
 */
export class StoreChanges {
  /** @param format what the store holds at that moment */
  constructor(
    private readonly database: SqlDatabase,
    private readonly audit: AuditLog,
    private readonly format: () => RowFormat,
  ) {}

  /**
   * Makes a change, while nobody else changes templates.
   *
   * @param options `ofAnyModel`: also where what is held is another model's, as it may be removed
   */
  make<T>(
    work: (change: Change) => Promise<T>,
    { ofAnyModel = false } = {},
  ): Promise<T> {
    return this.database.change(async (tx) => {
      const { number, digest } = await this.begin(tx, ofAnyModel);
      const { key } = this.format();
      let logged = false;
      const touched = new TouchedRows(tx, digest);
      const result = await work({
        tx,
        number,
        touch: (users) => touched.add(users),
        log: async (events) => {
          logged = true;
          await this.audit.write(tx, events, { number, key });
        },
      });
      await touched.end();
      await digest?.write(tx, this.database.name);
      if (!logged) await this.audit.write(tx, [], { number, key });
      return result;
    });
  }

  /**
   * Begins a change: other processes' changes wait from here on.
   *
   * @returns its number, and what the rows of a sealed store add up to before it
   * @throws StoreModelError, StoreKeyError when what is held is of another model or key.
   */
  async begin(
    tx: SqlRunner,
    ofAnyModel = false,
  ): Promise<{ number: number; digest: RowDigest | null }> {
    const { model, key } = this.format();
    const { name } = this.database;
    await lockState(tx, name);
    const { state, digest } = await readState(tx, key, name);
    const held = await heldModel(tx);
    if (held !== null && !ofAnyModel) requireSameModel(name, held, model);
    requireKey(name, keyIdOf(state), key);
    await tx.run("UPDATE state SET revision = revision + 1");
    return { number: Number(state.revision) + 1, digest };
  }
}

/** Takes the rows of whoever is touched out of a digest, and puts what they are in the end into it. */
class TouchedRows {
  private readonly users = new Set<string>();
  private all = false;

  constructor(
    private readonly tx: SqlRunner,
    private readonly digest: RowDigest | null,
  ) {}

  async add(users?: readonly string[]): Promise<void> {
    if (users === undefined) {
      this.all = true;
      return await this.digest?.toggle(this.tx);
    }
    const others = users.filter((user) => !this.users.has(user));
    for (const user of others) this.users.add(user);
    await this.digest?.toggleUsers(this.tx, others);
  }

  async end(): Promise<void> {
    if (this.all) await this.digest?.toggle(this.tx);
    else await this.digest?.toggleUsers(this.tx, [...this.users]);
  }
}
