import type { Match, Template } from "../../match/gallery.ts";
import { requireRoom } from "../atomic_file.ts";
import { registerEvents } from "../audit/audit_event.ts";
import { AuditLog } from "../audit/audit_log.ts";
import {
  type Calibration,
  formatCalibration,
  parseCalibration,
} from "../calibration.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  ResealOptions,
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
} from "../store_rules.ts";
import { AttemptRows } from "./attempt_rows.ts";
import { acceptChips, readChips, writeChip, writeChips } from "./chip_rows.ts";
import { DatabaseGallery } from "./database_gallery.ts";
import { resealRows, sealState } from "./reseal.ts";
import { checkRows, checkUsers, readState, tampered } from "./row_digest.ts";
import type { SqlDatabase, SqlRunner } from "./sql_database.ts";
import { lockState, readRevision } from "./state_row.ts";
import { type Change, StoreChanges } from "./store_changes.ts";
import {
  allTemplates,
  heldPhotos,
  readTemplates,
  rewriteTemplates,
  type RowFormat,
  writeTemplates,
} from "./template_rows.ts";
import {
  allNames,
  idsOf,
  namesAlike,
  pageOf,
  renameUser,
} from "./user_rows.ts";

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
  private readonly changes: StoreChanges;
  /** All rows are checked once; later those of who is decided on. */
  private checked: Promise<void> | null = null;

  constructor(
    private readonly database: SqlDatabase,
    readonly model: StoreModel,
    private key: StoreKey | null,
    readonly notice: string | null,
  ) {
    this.name = database.name;
    this.audit = new AuditLog(database, () => this.key);
    this.changes = new StoreChanges(database, this.audit, () => this.format);
    this.attempts = new AttemptLimits(new AttemptRows(database));
    this.gallery = new DatabaseGallery(database, () => this.format);
  }

  users(): Promise<string[]> {
    return allNames(this.database);
  }

  async hasUsers(): Promise<boolean> {
    return (await this.database.run("SELECT 1 FROM users LIMIT 1")).length > 0;
  }

  async hasUser(name: string): Promise<boolean> {
    return (await idsOf(this.database, [name])).size > 0;
  }

  lookAlikes(name: string): Promise<string[]> {
    return namesAlike(this.database, name);
  }

  listUsers(query: UserQuery): Promise<UserPage> {
    return pageOf(this.database, query);
  }

  async templates(user?: string): Promise<Template[]> {
    if (user !== undefined) {
      const held = await this.held(this.database, user);
      await this.requireIntact(held.map(({ userId }) => userId));
      return held.map(({ template }) => template);
    }
    return (await Array.fromAsync(this.batches())).flat();
  }

  async *batches(): AsyncGenerator<Template[]> {
    await this.requireIntact();
    for await (const batch of allTemplates(this.database, this.format)) {
      yield batch.map(({ template }) => template);
    }
  }

  async revision(): Promise<string> {
    return String(await readRevision(this.database, this.name));
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
    return await this.changes.make((change) => {
      if (revision !== undefined && revision !== String(change.number - 1)) {
        throw new ChangedMeanwhile();
      }
      return this.putting(change, entries);
    });
  }

  async putAll(
    batches: AsyncIterable<readonly StoreEntry[]>,
  ): Promise<void> {
    await this.changes.make(async (change) => {
      for await (const entries of batches) {
        requireFittingTemplates(this.model, entries);
        await this.putting(change, entries);
      }
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
    return await this.changes.make(async ({ tx, number, touch, log }) => {
      requireFreeName(newName, user, await namesAlike(tx, newName));
      await touch([user, newName]);
      const held = await this.held(tx, user);
      const templates = held.length;
      if (templates === 0) return 0;
      const where = "WHERE u.name = $1";
      const chips = await readChips(tx, this.key, where, [user]);
      await renameUser(tx, user, newName);
      const renamed = held.map((each) => ({
        ...each,
        template: { ...each.template, user: newName },
      }));
      // What is sealed is sealed for a name.
      await rewriteTemplates(tx, this.format, number, renamed);
      for (const chip of chips) {
        await writeChip(tx, this.key, { ...chip, user: newName });
      }
      await log([{ event: "rename", user: newName, templates }]);
      return templates;
    });
  }

  async reseal(
    key: StoreKey | null,
    { beforeDone, accept = false }: ResealOptions = {},
  ): Promise<number> {
    const [from, to] = [this.key?.keyId ?? null, key?.keyId ?? null];
    const templates = await this.database.change(async (tx) => {
      if (accept) {
        await acceptChips(tx);
        await sealState(tx, this.database.name, this.key);
        await this.audit.acceptHead(tx);
      }
      const { number, digest } = await this.changes.begin(tx);
      await digest?.toggle(tx);
      // What is sealed anew is no longer proof against what was done before.
      if (digest?.isEmpty === false) throw tampered(this.name);
      const templates = await resealRows(tx, number, this.model, this.key, key);
      await sealState(tx, this.name, key);
      const event = { event: "reseal", from, to, templates } as const;
      await this.audit.write(tx, [event], { number, key });
      await beforeDone?.();
      return templates;
    });
    this.key = key;
    // Its worker has the old one.
    this.gallery.close();
    await this.database.scrub();
    return templates;
  }

  async replaceAll(
    model: StoreModel,
    entries: readonly StoreEntry[],
  ): Promise<void> {
    requireFittingTemplates(model, entries);
    await this.changes.make(async ({ tx, number, touch, log }) => {
      await setModel(tx, model);
      await touch();
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

  async nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    const found = await this.gallery.nearestUsers(probes);
    const names = found.flatMap(([best]) =>
      best === undefined ? [] : [best.template.user]
    );
    const ids = await idsOf(this.database, names);
    await this.requireIntact([...ids.values()]);
    return found;
  }

  prepareSearch(waitMs?: number): Promise<void> {
    return this.gallery.prepare(waitMs);
  }

  searchLoaded(): Promise<number> {
    return this.gallery.loaded();
  }

  async calibration(): Promise<Calibration | null> {
    const { state } = await readState(this.database, this.key, this.name);
    const text = state.calibration ?? null;
    return text === null ? null : parseCalibration(this.name, String(text));
  }

  async keepCalibration(calibration: Calibration | null): Promise<void> {
    const text = calibration === null ? null : formatCalibration(calibration);
    await this.changes.make(async ({ tx }) => {
      await tx.run("UPDATE state SET calibration = $1", [text]);
    }, { ofAnyModel: true });
  }

  async check(): Promise<void> {
    await this.revision();
    await this.database.change((tx) => lockState(tx, this.name));
    const { place } = this.database;
    if (place.kind === "sqlite") await requireRoom(place.path);
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
    const removed = await this.changes.make(
      async ({ tx, number, touch, log }) => {
        await touch([user]);
        const rows = await tx.run(
          `INSERT INTO removals (template_id, change)
        SELECT t.id, $2::bigint FROM templates t JOIN users u ON u.id = t.user_id
        WHERE u.name = $1 ${also} RETURNING template_id`,
          [user, number, ...values],
        );
        const templates = rows.length;
        if (templates === 0) return 0;
        await log([{ event: "remove", user, templates }]);
        await tx.run(
          "DELETE FROM templates WHERE id IN (SELECT template_id FROM removals WHERE change = $1)",
          [number],
        );
        await tx.run(
          `DELETE FROM users WHERE name = $1
        AND NOT EXISTS (SELECT 1 FROM templates WHERE user_id = users.id)`,
          [user],
        );
        return templates;
      },
      { ofAnyModel: true },
    );
    if (removed > 0) await this.database.scrub();
    return removed;
  }

  private async putting(
    { tx, number, touch, log }: Change,
    entries: readonly StoreEntry[],
  ): Promise<PutOutcome[]> {
    await setModel(tx, this.model);
    const users = [...new Set(entries.map(({ user }) => user))];
    await touch(users);
    const held = await heldPhotos(tx, users);
    const { outcomes, changed } = decidePut(held, entries);
    await writeTemplates(tx, this.format, number, changed);
    await writeChips(tx, this.key, changed);
    await log(registerEvents(this.model.modelId, entries, outcomes));
    return outcomes;
  }

  private held(runner: SqlRunner, user: string) {
    return readTemplates(runner, this.format, "WHERE u.name = $1", [user]);
  }

  /**
   * Checks a sealed store: the rows of these users, or all rows, which is done once.
   *
   * @throws StoreDamagedError when somebody without the key has changed them.
   */
  private async requireIntact(userIds?: readonly number[]): Promise<void> {
    const { database, key, name } = this;
    if (key === null) return;
    if (userIds !== undefined) {
      return await checkUsers(database, key, name, userIds);
    }
    this.checked ??= checkRows(database, key, name);
    await this.checked.catch((error) => {
      this.checked = null;
      throw error;
    });
  }
}

/** Writes whose embeddings the store holds: those of what is put in, which an empty store may not know. */
async function setModel(
  tx: SqlRunner,
  { modelId, dimensions }: StoreModel,
): Promise<void> {
  await tx.run("UPDATE state SET model_id = $1, dimensions = $2", [
    modelId,
    dimensions,
  ]);
}
