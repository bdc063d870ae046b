import { StoreBusyError } from "../../errors.ts";
import type { Match, Template } from "../../match/gallery.ts";
import { PackedGallery } from "../../match/packed_gallery.ts";
import { type AuditEvent, registerEvents } from "../audit/audit_event.ts";
import { AuditLog } from "../audit/audit_log.ts";
import {
  type Calibration,
  readCalibration,
  writeCalibration,
} from "../calibration.ts";
import type { ChipFolder } from "../chip_folder.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreEntry,
  StoreModel,
} from "../embedding_store.ts";
import { AttemptLimits } from "../limits/attempt_limits.ts";
import {
  keepEmbeddings,
  type KeptTemplate,
  readTemplate,
} from "../kept_embedding.ts";
import type { Vault } from "../seal/seal.ts";
import { type PackedTemplates, SearchIndex } from "../search_index.ts";
import { SqliteAttempts } from "./sqlite_attempts.ts";
import { SqliteAudit } from "./sqlite_audit.ts";
import { heldModel } from "./sqlite_connect.ts";
import type { SqliteDatabase } from "./sqlite_database.ts";
import { rowsToPack } from "./sqlite_pack.ts";
import { putRows, SELECT, toKept, updateBytes } from "./sqlite_rows.ts";
import {
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
} from "../store_model.ts";
import { viewOf } from "../vector_bytes.ts";

/** Templates in a SQLite database; see `openSqliteStore`. */
export class SqliteStore implements EmbeddingStore {
  private readonly index = new SearchIndex(
    () => Promise.resolve(this.revision()),
    () => this.pack(),
  );

  readonly name: string;
  readonly audit: AuditLog;
  readonly attempts: AttemptLimits;
  private readonly log: SqliteAudit;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly chips: ChipFolder,
    readonly model: StoreModel,
    private vault: Vault | null,
  ) {
    this.name = database.path;
    this.log = new SqliteAudit(database);
    this.audit = new AuditLog(this.log);
    this.attempts = new AttemptLimits(new SqliteAttempts(database));
    this.requireModel();
  }

  users(): Promise<string[]> {
    const rows = this.all(
      "SELECT name FROM users WHERE id IN (SELECT user_id FROM templates)",
    );
    return Promise.resolve(rows.map(({ name }) => String(name)).sort());
  }

  async templates(user?: string): Promise<Template[]> {
    const rows = user === undefined
      ? this.all(`${SELECT} ORDER BY t.id`)
      : this.all(`${SELECT} WHERE u.name = ? ORDER BY t.id`, user);
    return await this.open(rows.map(toKept));
  }

  async put(entries: readonly StoreEntry[]): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, entries);
    const kept = await keepEmbeddings(this.model, this.vault, entries);
    const outcomes = this.changing(() => {
      this.requireModel();
      this.adoptModel(this.model);
      const outcomes = putRows(this.database.db, kept);
      this.log.write(registerEvents(this.model.modelId, kept, outcomes));
      return outcomes;
    });
    await this.chips.write(
      entries.filter((_, i) => outcomes[i] !== "unchanged"),
    );
    return outcomes;
  }

  chip(user: string, photo: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.chips.read(user, photo);
  }

  async remove(user: string): Promise<number> {
    await this.chips.remove(user);
    return this.changing(() => {
      const templates = this.count(user);
      this.database.run("DELETE FROM users WHERE name = ?", user);
      if (templates > 0) {
        this.log.write([{ event: "remove", user, templates }]);
      }
      return templates;
    });
  }

  async rename(user: string, newName: string): Promise<number> {
    const count = await this.rewritten(
      () => this.templates(user),
      (templates) => templates.map((each) => ({ ...each, user: newName })),
      this.vault,
      (templates) => {
        requireFreeName(newName, this.count(newName) > 0);
        const { database } = this;
        database.run("DELETE FROM users WHERE name = ?", newName);
        database.run("UPDATE users SET name = ? WHERE name = ?", newName, user);
        return templates === 0
          ? []
          : [{ event: "rename", user, newName, templates }];
      },
    );
    if (count > 0) await this.chips.rename(user, newName);
    return count;
  }

  async reseal(vault: Vault | null): Promise<number> {
    const count = await this.rewritten(
      () => this.templates(),
      (templates) => templates,
      vault,
      (templates) => [{
        event: "reseal",
        from: this.vault?.keyId ?? null,
        to: vault?.keyId ?? null,
        templates,
      }],
    );
    this.vault = vault;
    return count;
  }

  async replaceAll(
    model: StoreModel,
    entries: readonly StoreEntry[],
  ): Promise<void> {
    requireFittingTemplates(model, entries);
    const kept = await keepEmbeddings(model, this.vault, entries);
    this.changing(() => {
      this.database.run("DELETE FROM users");
      this.adoptModel(model);
      putRows(this.database.db, kept);
      const { modelId } = model;
      this.log.write([{ event: "reembed", modelId, templates: kept.length }]);
    });
    await this.chips.write(entries);
  }

  nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    return this.index.nearestUsers(probes);
  }

  calibration(): Promise<Calibration | null> {
    return readCalibration(`${this.name}.calibration`);
  }

  keepCalibration(calibration: Calibration): Promise<void> {
    return writeCalibration(`${this.name}.calibration`, calibration);
  }

  close(): Promise<void> {
    this.database.explaining(() => this.database.db.close());
    return Promise.resolve();
  }

  /**
   * Reads templates, changes them, and writes their bytes again in one transaction. Sealing is
   * asynchronous and a transaction is not, so it starts over when another write came in between.
   */
  private async rewritten(
    read: () => Promise<Template[]>,
    change: (templates: Template[]) => Template[],
    vault: Vault | null,
    also: (count: number) => readonly AuditEvent[],
  ): Promise<number> {
    while (true) {
      const revision = this.revision();
      const old = await read();
      const kept = await keepEmbeddings(this.model, vault, change(old));
      const done = this.changing(() => {
        if (this.revision() !== revision) return false;
        this.log.write(also(kept.length));
        updateBytes(this.database.db, kept);
        return true;
      });
      if (done) return kept.length;
    }
  }

  private async pack(): Promise<PackedTemplates> {
    const { rows } = this.all("SELECT count(*) AS rows FROM templates")[0]!;
    const gallery = new PackedGallery(this.model.dimensions, Number(rows) + 1);
    const ids: number[] = [];
    for (const batch of rowsToPack(this.database.db, this.database.path)) {
      for (const [id, userId, sealed, bytes] of batch) {
        const plain = sealed === 0 && this.vault === null
          ? viewOf(bytes, this.model.dimensions)
          : null;
        gallery.add(plain ?? (await this.byId(id)).vector, userId);
        ids.push(id);
      }
    }
    return { gallery, template: (row) => this.byId(ids[row]!) };
  }

  private async byId(id: number): Promise<Template> {
    const rows = this.all(`${SELECT} WHERE t.id = ?`, id);
    const [template] = await this.open(rows.map(toKept));
    if (template !== undefined) return template;
    throw new StoreBusyError(
      `${this.database.path} changed while it was searched; run it again`,
    );
  }

  private open(kept: readonly KeptTemplate[]): Promise<Template[]> {
    return Promise.all(
      kept.map((each) => readTemplate(this.model, this.vault, each)),
    );
  }

  private count(user: string): number {
    const [row] = this.all(
      `SELECT count(*) AS count FROM templates
       WHERE user_id = (SELECT id FROM users WHERE name = ?)`,
      user,
    );
    return Number(row!.count);
  }

  /** Counts changes of templates, whoever makes them; the log and the counts of sign-ins change without. */
  private revision(): string {
    return String(this.all("SELECT revision FROM state")[0]!.revision);
  }

  private requireModel(): void {
    const { db, path } = this.database;
    const held = this.database.explaining(() => heldModel(db));
    if (held !== null) requireSameModel(path, held, this.model);
  }

  /** Inside a transaction: the first templates of an empty store decide its model. */
  private adoptModel({ modelId, dimensions }: StoreModel): void {
    this.database.run(
      "INSERT OR REPLACE INTO contract (id, model_id, dimensions) VALUES (1, ?, ?)",
      modelId,
      dimensions,
    );
  }

  private all(sql: string, ...values: (string | number)[]) {
    return this.database.all(sql, ...values);
  }

  private changing<T>(work: () => T): T {
    return this.database.transaction(() => {
      const result = work();
      this.database.run("UPDATE state SET revision = revision + 1");
      return result;
    });
  }
}
