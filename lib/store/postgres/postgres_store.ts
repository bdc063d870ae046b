import type { TransactionSql } from "postgres";
import { StoreDamagedError } from "../../errors.ts";
import type { Match, Template } from "../../match/gallery.ts";
import { registerEvents } from "../audit/audit_event.ts";
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
import { PostgresAttempts } from "./postgres_attempts.ts";
import { PostgresAudit } from "./postgres_audit.ts";
import { type Connection, heldModel } from "./postgres_connect.ts";
import type { PostgresDatabase } from "./postgres_database.ts";
import { packPlainRows } from "./postgres_pack.ts";
import { select, toKept, updateBytes, upsertRows } from "./postgres_rows.ts";
import { putTemplates } from "../put_templates.ts";
import type { Vault } from "../seal/seal.ts";
import {
  type PackedTemplates,
  packTemplates,
  SearchIndex,
} from "../search_index.ts";
import type { ServerSearch } from "./server_search.ts";
import {
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
} from "../store_model.ts";

/** Where the calibration of a database lies that is no file. */
const POSTGRES_CALIBRATION = "./embeddings.json.calibration";
/** Rows sent in one statement. */
const INSERT_BATCH = 1000;

/** Templates in a PostgreSQL database; see `openPostgresStore`. */
export class PostgresStore implements EmbeddingStore {
  private readonly index = new SearchIndex(
    () => this.revision(),
    () => this.pack(),
  );

  readonly name: string;
  readonly audit: AuditLog;
  readonly attempts: AttemptLimits;
  private readonly log: PostgresAudit;

  constructor(
    private readonly database: PostgresDatabase,
    private readonly chips: ChipFolder,
    readonly model: StoreModel,
    private vault: Vault | null,
    private readonly search: ServerSearch | null,
  ) {
    this.name = database.name;
    this.log = new PostgresAudit(database);
    this.audit = new AuditLog(this.log);
    this.attempts = new AttemptLimits(new PostgresAttempts(database));
  }

  /** Whether the server searches, or this process does. */
  get serverSearches(): boolean {
    return this.search !== null;
  }

  /** Refuses another model, and fills the search column of rows written without the extension. */
  async prepare(): Promise<void> {
    await this.requireModel(this.database.sql);
    const { search } = this;
    if (search === null) return;
    const [missing] = await this.database.sql`
      SELECT 1 FROM face_sign_in.templates WHERE search IS NULL LIMIT 1`;
    if (missing === undefined) return;
    await this.changing(async (tx) =>
      await search.set(tx, await this.read(tx), this.vault)
    );
  }

  async users(): Promise<string[]> {
    const rows = await this.database.explaining(() =>
      this.database.sql`SELECT name FROM face_sign_in.users
        WHERE id IN (SELECT user_id FROM face_sign_in.templates)`
    );
    return rows.map(({ name }) => String(name)).sort();
  }

  templates(user?: string): Promise<Template[]> {
    return this.database.explaining(() => this.read(this.database.sql, user));
  }

  async put(entries: readonly StoreEntry[]): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, entries);
    const templates = entries;
    const outcomes = await this.changing(async (tx) => {
      await this.requireModel(tx);
      await this.adoptModel(tx, this.model);
      const names = [...new Set(templates.map(({ user }) => user))];
      const held = (await select(tx, tx`WHERE u.name = ANY(${names})`)).map(
        toKept,
      );
      const incoming = await keepEmbeddings(this.model, this.vault, templates);
      const sources = new Map(incoming.map((kept, i) => [kept, templates[i]!]));
      const { templates: all, outcomes } = putTemplates(held, incoming);
      await this.upsert(tx, all.filter((kept) => sources.has(kept)), sources);
      const { modelId } = this.model;
      await this.log.write(tx, registerEvents(modelId, templates, outcomes));
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
    return await this.changing(async (tx) => {
      const [row] =
        await tx`SELECT count(*) AS count FROM face_sign_in.templates t
        JOIN face_sign_in.users u ON u.id = t.user_id WHERE u.name = ${user}`;
      await tx`DELETE FROM face_sign_in.users WHERE name = ${user}`;
      const templates = Number(row!.count);
      if (templates > 0) {
        await this.log.write(tx, [{ event: "remove", user, templates }]);
      }
      return templates;
    });
  }

  async rename(user: string, newName: string): Promise<number> {
    const count = await this.changing(async (tx) => {
      const [taken] = await select(tx, tx`WHERE u.name = ${newName} LIMIT 1`);
      requireFreeName(newName, taken !== undefined);
      const old = await this.read(tx, user);
      await tx`DELETE FROM face_sign_in.users WHERE name = ${newName}`;
      await tx`UPDATE face_sign_in.users SET name = ${newName} WHERE name = ${user}`;
      const renamed = old.map((each) => ({ ...each, user: newName }));
      await this.rewrite(tx, renamed, this.vault);
      const templates = old.length;
      if (templates > 0) {
        const event = { event: "rename", user, newName, templates } as const;
        await this.log.write(tx, [event]);
      }
      return templates;
    });
    if (count > 0) await this.chips.rename(user, newName);
    return count;
  }

  async reseal(vault: Vault | null): Promise<number> {
    const count = await this.changing(async (tx) => {
      const templates = await this.read(tx);
      await this.rewrite(tx, templates, vault);
      await this.log.write(tx, [{
        event: "reseal",
        from: this.vault?.keyId ?? null,
        to: vault?.keyId ?? null,
        templates: templates.length,
      }]);
      return templates.length;
    });
    this.vault = vault;
    return count;
  }

  async replaceAll(
    model: StoreModel,
    templates: readonly StoreEntry[],
  ): Promise<void> {
    requireFittingTemplates(model, templates);
    await this.changing(async (tx) => {
      await tx`DELETE FROM face_sign_in.users`;
      await this.adoptModel(tx, model);
      const kept = await keepEmbeddings(model, this.vault, templates);
      const sources = new Map(kept.map((each, i) => [each, templates[i]!]));
      await this.upsert(tx, kept, sources);
      await this.log.write(tx, [{
        event: "reembed",
        modelId: model.modelId,
        templates: templates.length,
      }]);
    });
    await this.chips.write(templates);
  }

  async nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    const { search, vault } = this;
    return await this.database.explaining(() =>
      search === null
        ? this.index.nearestUsers(probes)
        : Promise.all(probes.map((probe) => search.nearestUsers(probe, vault)))
    );
  }

  calibration(): Promise<Calibration | null> {
    return readCalibration(POSTGRES_CALIBRATION);
  }

  keepCalibration(calibration: Calibration): Promise<void> {
    return writeCalibration(POSTGRES_CALIBRATION, calibration);
  }

  async close(): Promise<void> {
    await this.database.sql.end({ timeout: 5 });
  }

  private async pack(): Promise<PackedTemplates> {
    const packed = this.vault === null
      ? await packPlainRows(this.database, this.model)
      : null;
    return packed ?? packTemplates(this.model, await this.templates());
  }

  private async upsert(
    tx: TransactionSql,
    kept: readonly KeptTemplate[],
    sources: ReadonlyMap<KeptTemplate, Template>,
  ): Promise<void> {
    const names = [...new Set(kept.map(({ user }) => user))];
    await tx`INSERT INTO face_sign_in.users (name) SELECT unnest(${names}::text[])
      ON CONFLICT DO NOTHING`;
    for (let at = 0; at < kept.length; at += INSERT_BATCH) {
      const batch = kept.slice(at, at + INSERT_BATCH);
      await upsertRows(tx, batch);
      const templates = batch.map((each) => sources.get(each)!);
      await this.search?.set(tx, templates, this.vault);
    }
  }

  /** Writes the bytes of templates that are there already, sealed by `vault`. */
  private async rewrite(
    tx: TransactionSql,
    templates: readonly Template[],
    vault: Vault | null,
  ): Promise<void> {
    for (let at = 0; at < templates.length; at += INSERT_BATCH) {
      const batch = templates.slice(at, at + INSERT_BATCH);
      await updateBytes(tx, await keepEmbeddings(this.model, vault, batch));
      await this.search?.set(tx, batch, vault);
    }
  }

  private async read(sql: Connection, user?: string): Promise<Template[]> {
    const rows = user === undefined
      ? await select(sql, sql`ORDER BY t.id`)
      : await select(sql, sql`WHERE u.name = ${user} ORDER BY t.id`);
    return await Promise.all(
      rows.map((row) => readTemplate(this.model, this.vault, toKept(row))),
    );
  }

  private async requireModel(sql: Connection): Promise<void> {
    const held = await heldModel(sql);
    if (held === null) return;
    requireSameModel(this.database.name, held, this.model);
  }

  /** The first templates of an empty store decide its model. */
  private async adoptModel(
    tx: TransactionSql,
    { modelId, dimensions }: StoreModel,
  ): Promise<void> {
    await tx`UPDATE face_sign_in.contract
      SET model_id = ${modelId}, dimensions = ${dimensions}`;
  }

  private revision(): Promise<string> {
    return this.database.explaining(async () => {
      const [row] = await this.database
        .sql`SELECT revision FROM face_sign_in.contract`;
      if (row !== undefined) return String(row.revision);
      throw new StoreDamagedError(
        `${this.database.name} has lost its contract row; restore it from a backup`,
      );
    });
  }

  /** Writers take turns at the contract row, and each makes a new revision. */
  private changing<T>(work: (tx: TransactionSql) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      await tx`UPDATE face_sign_in.contract SET revision = revision + 1`;
      return await work(tx);
    });
  }
}
