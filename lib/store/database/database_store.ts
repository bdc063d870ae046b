import { StoreKeyError } from "../../errors.ts";
import type { Match, Template } from "../../match/gallery.ts";
import { type AuditEvent, registerEvents } from "../audit/audit_event.ts";
import { AuditLog } from "../audit/audit_log.ts";
import {
  type Calibration,
  formatCalibration,
  parseCalibration,
} from "../calibration.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreEntry,
  StoreModel,
  UserPage,
  UserQuery,
} from "../embedding_store.ts";
import { AttemptLimits } from "../limits/attempt_limits.ts";
import type { StoreKey } from "../seal/store_key.ts";
import {
  decidePut,
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
} from "../store_rules.ts";
import { AttemptRows } from "./attempt_rows.ts";
import { readChips, writeChip, writeChips } from "./chip_rows.ts";
import { DatabaseGallery } from "./database_gallery.ts";
import type { SqlDatabase, SqlRow, SqlRunner } from "./sql_database.ts";
import {
  allTemplates,
  folded,
  heldPhotos,
  readTemplates,
  rewriteTemplates,
  type RowFormat,
  writeTemplates,
} from "./template_rows.ts";

/** A change while it is made: its number, and what it tells the audit log. */
interface Change {
  readonly tx: SqlRunner;
  readonly number: number;
  log(events: readonly AuditEvent[]): Promise<unknown>;
}

/** Ends the transaction of a change that was decided on what is no longer so. */
class ChangedMeanwhile extends Error {}

/**
 * The store in a database, SQLite or PostgreSQL: templates, chips, the audit log, the counts of failed
 * sign-ins and the calibration. A change and its lines in the log are one transaction; changes come
 * one after another, each with a number of its own.
 */
export class DatabaseStore implements EmbeddingStore {
  readonly name: string;
  readonly audit: AuditLog;
  readonly attempts: AttemptLimits;
  private readonly gallery: DatabaseGallery;

  constructor(
    private readonly database: SqlDatabase,
    readonly model: StoreModel,
    private key: StoreKey | null,
  ) {
    this.name = database.name;
    this.audit = new AuditLog(database);
    this.attempts = new AttemptLimits(new AttemptRows(database));
    this.gallery = new DatabaseGallery(database, () => this.format);
  }

  async users(): Promise<string[]> {
    const rows = await this.database.run("SELECT name FROM users");
    return rows.map(({ name }) => String(name)).sort();
  }

  async hasUsers(): Promise<boolean> {
    return (await this.database.run("SELECT 1 FROM users LIMIT 1")).length > 0;
  }

  async hasUser(name: string): Promise<boolean> {
    const sql = "SELECT 1 FROM users WHERE name = $1";
    return (await this.database.run(sql, [name])).length > 0;
  }

  async listUsers(
    { search = "", offset, limit }: UserQuery,
  ): Promise<UserPage> {
    const part = `%${folded(search).replace(/[\\%_]/g, "\\$&")}%`;
    const named = "FROM users WHERE folded LIKE $1 ESCAPE '\\'";
    const sql = `SELECT count(*) AS total ${named}`;
    const [count] = await this.database.run(sql, [part]);
    const rows = await this.database.run(
      `SELECT u.name, count(*) AS templates, min(t.created_at) AS registered_at
      FROM (SELECT id, name ${named} ORDER BY name LIMIT $2 OFFSET $3) AS u
      JOIN templates t ON t.user_id = u.id GROUP BY u.id, u.name ORDER BY u.name`,
      [part, limit, offset],
    );
    const users = rows.map((row) => ({
      name: String(row.name),
      templates: Number(row.templates),
      registeredAt: String(row.registered_at),
    }));
    return { total: Number(count!.total), users };
  }

  async templates(user?: string): Promise<Template[]> {
    if (user !== undefined) {
      const held = await this.held(this.database, user);
      return held.map(({ template }) => template);
    }
    const all: Template[] = [];
    for await (const batch of allTemplates(this.database, this.format)) {
      for (const { template } of batch) all.push(template);
    }
    return all;
  }

  async revision(): Promise<string> {
    const [state] = await this.database.run("SELECT revision FROM state");
    return String(state!.revision);
  }

  async putIfUnchanged(
    entries: readonly StoreEntry[],
    revision: string,
  ): Promise<PutOutcome[] | null> {
    try {
      return await this.put(entries, revision);
    } catch (error) {
      if (error instanceof ChangedMeanwhile) return null;
      throw error;
    }
  }

  async put(
    entries: readonly StoreEntry[],
    revision?: string,
  ): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, entries);
    if (entries.length === 0) return [];
    return await this.changing(async ({ tx, number, log }) => {
      if (revision !== undefined && revision !== String(number - 1)) {
        throw new ChangedMeanwhile();
      }
      await this.adopt(tx, this.model);
      const users = [...new Set(entries.map(({ user }) => user))];
      const held = await heldPhotos(tx, users);
      const { outcomes, changed } = decidePut(held, entries);
      await writeTemplates(tx, this.format, number, changed);
      await writeChips(tx, this.key, changed);
      await log(registerEvents(this.model.modelId, entries, outcomes));
      return outcomes;
    });
  }

  async chip(
    user: string,
    photo: string,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const where = "WHERE u.name = $1 AND t.photo = $2";
    const values = [user, photo];
    const found = await readChips(this.database, this.key, where, values);
    return found[0]?.png ?? null;
  }

  remove(user: string): Promise<number> {
    return this.removing(user, "", []);
  }

  async removePhoto(user: string, photo: string): Promise<boolean> {
    return await this.removing(user, "AND t.photo = $3", [photo]) > 0;
  }

  async rename(user: string, newName: string): Promise<number> {
    return await this.changing(async ({ tx, number, log }) => {
      const taken = await this.held(tx, newName);
      requireFreeName(newName, taken.length > 0);
      const held = await this.held(tx, user);
      const templates = held.length;
      if (templates === 0) return 0;
      const where = "WHERE u.name = $1";
      const chips = await readChips(tx, this.key, where, [user]);
      await tx.run("UPDATE users SET name = $2, folded = $3 WHERE name = $1", [
        user,
        newName,
        folded(newName),
      ]);
      const renamed = held.map((each) => ({
        ...each,
        template: { ...each.template, user: newName },
      }));
      // What is sealed is sealed for a name.
      await rewriteTemplates(tx, this.format, number, renamed);
      for (const chip of chips) {
        await writeChip(tx, this.key, { ...chip, user: newName });
      }
      await log([{ event: "rename", user, newName, templates }]);
      return templates;
    });
  }

  async reseal(key: StoreKey | null): Promise<number> {
    const resealed = await this.changing(async ({ tx, number, log }) => {
      const format = { model: this.model, key };
      let templates = 0;
      for await (const batch of allTemplates(tx, this.format)) {
        for (const { id } of batch) {
          const where = "WHERE t.id = $1";
          const chips = await readChips(tx, this.key, where, [id]);
          for (const chip of chips) await writeChip(tx, key, chip);
        }
        await rewriteTemplates(tx, format, number, batch);
        templates += batch.length;
      }
      await tx.run("UPDATE state SET key_id = $1", [key?.keyId ?? null]);
      const [from, to] = [this.key?.keyId ?? null, key?.keyId ?? null];
      await log([{ event: "reseal", from, to, templates }]);
      return templates;
    });
    this.key = key;
    // Its worker has the old one.
    this.gallery.close();
    return resealed;
  }

  async replaceAll(
    model: StoreModel,
    entries: readonly StoreEntry[],
  ): Promise<void> {
    requireFittingTemplates(model, entries);
    await this.changing(async ({ tx, number, log }) => {
      await this.adopt(tx, model);
      const format = { model, key: this.key };
      await writeTemplates(tx, format, number, entries);
      const withChip = entries.filter(({ chip }) => chip !== undefined);
      await writeChips(tx, this.key, withChip);
      await tx.run(
        `INSERT INTO removals (template_id, change)
        SELECT id, $1::bigint FROM templates WHERE change < $1::bigint`,
        [number],
      );
      await tx.run("DELETE FROM templates WHERE change < $1", [number]);
      await tx.run(
        "DELETE FROM users WHERE id NOT IN (SELECT user_id FROM templates)",
      );
      const { modelId } = model;
      await log([{ event: "reembed", modelId, templates: entries.length }]);
    });
  }

  nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    return this.gallery.nearestUsers(probes);
  }

  prepareSearch(waitMs?: number): Promise<void> {
    return this.gallery.prepare(waitMs);
  }

  searchLoaded(): Promise<number> {
    return this.gallery.loaded();
  }

  async calibration(): Promise<Calibration | null> {
    const [state] = await this.database.run("SELECT calibration FROM state");
    const text = state?.calibration ?? null;
    return text === null ? null : parseCalibration(this.name, String(text));
  }

  async keepCalibration(calibration: Calibration | null): Promise<void> {
    const text = calibration === null ? null : formatCalibration(calibration);
    await this.database.change((tx) =>
      tx.run("UPDATE state SET calibration = $1", [text])
    );
  }

  async check(): Promise<void> {
    await this.revision();
    await this.database.change((tx) =>
      tx.run("UPDATE state SET revision = revision")
    );
  }

  close(): Promise<void> {
    this.gallery.close();
    return this.database.close();
  }

  private get format(): RowFormat {
    return { model: this.model, key: this.key };
  }

  /** Removes a user's templates, those that `also` narrows to, and the user with the last one. */
  private async removing(
    user: string,
    also: string,
    values: readonly string[],
  ): Promise<number> {
    const removed = await this.changing(async ({ tx, number, log }) => {
      const rows = await tx.run(
        `INSERT INTO removals (template_id, change)
        SELECT t.id, $2::bigint FROM templates t JOIN users u ON u.id = t.user_id
        WHERE u.name = $1 ${also} RETURNING template_id`,
        [user, number, ...values],
      );
      await tx.run(
        "DELETE FROM templates WHERE id IN (SELECT template_id FROM removals WHERE change = $1)",
        [number],
      );
      await tx.run(
        `DELETE FROM users WHERE name = $1
        AND NOT EXISTS (SELECT 1 FROM templates WHERE user_id = users.id)`,
        [user],
      );
      const templates = rows.length;
      if (templates > 0) await log([{ event: "remove", user, templates }]);
      return templates;
    }, { ofAnyKey: true });
    if (removed > 0) await this.database.scrub();
    return removed;
  }

  private held(runner: SqlRunner, user: string) {
    return readTemplates(runner, this.format, "WHERE u.name = $1", [user]);
  }

  /**
   * Makes a change in one transaction, while nobody else changes templates.
   *
   * @param options `ofAnyKey`: also where what is held is another model's or key's, as it may be removed
   */
  private changing<T>(
    work: (change: Change) => Promise<T>,
    { ofAnyKey = false } = {},
  ): Promise<T> {
    return this.database.change(async (tx) => {
      // Locks the row: other processes' changes wait here.
      const [state] = await tx.run(
        "UPDATE state SET revision = revision + 1 RETURNING revision, model_id, dimensions, key_id",
      );
      if (!ofAnyKey) await this.requireSameFormat(tx, state!);
      return await work({
        tx,
        number: Number(state!.revision),
        log: (events) => this.audit.write(tx, events),
      });
    });
  }

  /** @throws StoreModelError, StoreKeyError when what is held is of another model or key. */
  private async requireSameFormat(tx: SqlRunner, state: SqlRow) {
    const held = await heldModel(tx);
    if (held === null) return;
    requireSameModel(this.name, held, this.model);
    const [sealedWith, keyId] = [state.key_id, this.key?.keyId ?? null];
    if (sealedWith === keyId) return;
    throw new StoreKeyError(
      sealedWith === null
        ? `${this.name} is not sealed though a key is set; if you have just set the key, seal the store with \`deno task store seal\``
        : keyId === null
        ? `${this.name} is sealed; set store_key (or store_key_file) to the key it was sealed with`
        : `${this.name} was sealed with key ${sealedWith}, but store_key is key ${keyId}; put the right key back`,
    );
  }

  /** The first templates of an empty store decide its model and key. */
  private async adopt(tx: SqlRunner, model: StoreModel): Promise<void> {
    await tx.run(
      "UPDATE state SET model_id = $1, dimensions = $2, key_id = $3",
      [model.modelId, model.dimensions, this.key?.keyId ?? null],
    );
  }
}

/** The model of the templates in a database; null when there are none. */
export async function heldModel(
  runner: SqlRunner,
): Promise<StoreModel | null> {
  const [state] = await runner.run(
    "SELECT model_id, dimensions FROM state WHERE EXISTS (SELECT 1 FROM templates)",
  );
  if (state === undefined) return null;
  const { model_id, dimensions } = state;
  return { modelId: String(model_id), dimensions: Number(dimensions) };
}
