import type { Sql, TransactionSql } from "postgres";
import { StoreDamagedError } from "../errors.ts";
import { euclideanDistance } from "../match/distance.ts";
import type { Match, Template } from "../match/gallery.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreModel,
} from "./embedding_store.ts";
import {
  keepEmbeddings,
  type KeptTemplate,
  readTemplate,
} from "./kept_embedding.ts";
import {
  type Connection,
  connectPostgres,
  heldModel,
} from "./postgres_connect.ts";
import { explainingPostgres } from "./postgres_errors.ts";
import {
  select,
  setSearch,
  toKept,
  updateBytes,
  upsertRows,
} from "./postgres_rows.ts";
import { migratePostgres, preparePgvector } from "./postgres_schema.ts";
import { putTemplates } from "./put_templates.ts";
import type { Vault } from "./seal.ts";
import { packTemplates, SearchIndex } from "./search_index.ts";
import {
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
} from "./store_model.ts";

/** Rows sent in one statement. */
const INSERT_BATCH = 1000;

/**
 * Opens the store for a company: a PostgreSQL database, in a schema `face_sign_in` of its own. With
 * the pgvector extension the server searches, exactly; without it this process keeps the templates
 * packed in memory. With a vault the embeddings are sealed, and what the server searches by is
 * turned by the key's rotation.
 *
 * @param url postgres://user:password@host:port/database
 * @throws StoreUnreachableError when the server does not answer or refuses.
 * @throws StoreModelError when it holds another model's embeddings.
 */
export async function openPostgresStore(
  url: string,
  model: StoreModel,
  vault: Vault | null = null,
): Promise<EmbeddingStore & { readonly serverSearches: boolean }> {
  const host = new URL(url).host;
  const sql = connectPostgres(url);
  try {
    return await explainingPostgres(host, async () => {
      await migratePostgres(sql);
      const serverSearches = await preparePgvector(sql);
      const store = new PostgresStore(sql, host, model, vault, serverSearches);
      await store.prepare();
      return store;
    });
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
}

class PostgresStore implements EmbeddingStore {
  private readonly index = new SearchIndex(
    () => this.revision(),
    async () => packTemplates(this.model, await this.templates()),
  );

  constructor(
    private readonly sql: Sql,
    private readonly host: string,
    readonly model: StoreModel,
    private vault: Vault | null,
    readonly serverSearches: boolean,
  ) {}

  /** Refuses another model, and fills the search column of rows written without the extension. */
  async prepare(): Promise<void> {
    await this.requireModel(this.sql);
    if (!this.serverSearches) return;
    const [missing] = await this.sql`
      SELECT 1 FROM face_sign_in.templates WHERE search IS NULL LIMIT 1`;
    if (missing !== undefined) await this.reseal(this.vault);
  }

  async users(): Promise<string[]> {
    const rows = await this.explaining(() =>
      this.sql`SELECT name FROM face_sign_in.users
        WHERE id IN (SELECT user_id FROM face_sign_in.templates)`
    );
    return rows.map(({ name }) => String(name)).sort();
  }

  templates(user?: string): Promise<Template[]> {
    return this.explaining(() => this.read(this.sql, user));
  }

  async put(templates: readonly Template[]): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, templates);
    return await this.transaction(async (tx) => {
      await this.requireModel(tx);
      await this.adoptModel(tx, this.model);
      const names = [...new Set(templates.map(({ user }) => user))];
      const held = (await select(tx, tx`WHERE u.name = ANY(${names})`)).map(
        toKept,
      );
      const incoming = await keepEmbeddings(this.model, this.vault, templates);
      const vectors = new Map(
        incoming.map((kept, i) => [kept, templates[i]!.vector]),
      );
      const { templates: all, outcomes } = putTemplates(held, incoming);
      await this.upsert(tx, all.filter((kept) => vectors.has(kept)), vectors);
      return outcomes;
    });
  }

  remove(user: string): Promise<number> {
    return this.transaction(async (tx) => {
      const [row] =
        await tx`SELECT count(*) AS count FROM face_sign_in.templates t
        JOIN face_sign_in.users u ON u.id = t.user_id WHERE u.name = ${user}`;
      await tx`DELETE FROM face_sign_in.users WHERE name = ${user}`;
      return Number(row!.count);
    });
  }

  rename(user: string, newName: string): Promise<number> {
    return this.transaction(async (tx) => {
      const [taken] = await select(tx, tx`WHERE u.name = ${newName} LIMIT 1`);
      requireFreeName(newName, taken !== undefined);
      const templates = await this.read(tx, user);
      await tx`DELETE FROM face_sign_in.users WHERE name = ${newName}`;
      await tx`UPDATE face_sign_in.users SET name = ${newName} WHERE name = ${user}`;
      const renamed = templates.map((each) => ({ ...each, user: newName }));
      await this.rewrite(tx, renamed, this.vault);
      return templates.length;
    });
  }

  async reseal(vault: Vault | null): Promise<number> {
    const count = await this.transaction(async (tx) => {
      const templates = await this.read(tx);
      await this.rewrite(tx, templates, vault);
      return templates.length;
    });
    this.vault = vault;
    return count;
  }

  async replaceAll(
    model: StoreModel,
    templates: readonly Template[],
  ): Promise<void> {
    requireFittingTemplates(model, templates);
    await this.transaction(async (tx) => {
      await tx`DELETE FROM face_sign_in.users`;
      await this.adoptModel(tx, model);
      const kept = await keepEmbeddings(model, this.vault, templates);
      const vectors = new Map(
        kept.map((each, i) => [each, templates[i]!.vector]),
      );
      await this.upsert(tx, kept, vectors);
    });
  }

  async nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    if (!this.serverSearches) return await this.index.nearestUsers(probes);
    return await this.explaining(() =>
      Promise.all(probes.map((probe) => this.searchOnServer(probe)))
    );
  }

  async close(): Promise<void> {
    await this.sql.end({ timeout: 5 });
  }

  /** The server scans every row: its approximate indexes may miss the nearest face. */
  private async searchOnServer(probe: Float32Array): Promise<Match[]> {
    const turned = await this.searchable(probe, this.vault);
    const best = await this.nearestRow(probe, turned, null);
    if (best === null) return [];
    const runnerUp = await this.nearestRow(probe, turned, best.template.user);
    return runnerUp === null ? [best] : [best, runnerUp];
  }

  private async nearestRow(
    probe: Float32Array,
    turned: string,
    except: string | null,
  ): Promise<Match | null> {
    const { sql } = this;
    const [row] = await select(
      sql,
      sql`WHERE ${except}::text IS NULL OR u.name <> ${except}
        ORDER BY t.search <-> ${turned}::vector, t.id LIMIT 1`,
    );
    if (row === undefined) return null;
    const template = await readTemplate(this.model, this.vault, toKept(row));
    return { template, distance: euclideanDistance(probe, template.vector) };
  }

  /** What the server compares, in pgvector's text form. */
  private async searchable(
    vector: Float32Array,
    vault: Vault | null,
  ): Promise<string> {
    const turn = await vault?.rotation(vector.length);
    return `[${(turn === undefined ? vector : turn(vector)).join(",")}]`;
  }

  private async upsert(
    tx: TransactionSql,
    kept: readonly KeptTemplate[],
    vectors: ReadonlyMap<KeptTemplate, Float32Array>,
  ): Promise<void> {
    const names = [...new Set(kept.map(({ user }) => user))];
    await tx`INSERT INTO face_sign_in.users (name) SELECT unnest(${names}::text[])
      ON CONFLICT DO NOTHING`;
    for (let at = 0; at < kept.length; at += INSERT_BATCH) {
      const batch = kept.slice(at, at + INSERT_BATCH);
      await upsertRows(tx, batch);
      if (!this.serverSearches) continue;
      const texts = await Promise.all(
        batch.map((each) => this.searchable(vectors.get(each)!, this.vault)),
      );
      await setSearch(tx, batch, texts);
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
      const kept = await keepEmbeddings(this.model, vault, batch);
      await updateBytes(tx, kept);
      if (!this.serverSearches) continue;
      const texts = await Promise.all(
        batch.map(({ vector }) => this.searchable(vector, vault)),
      );
      await setSearch(tx, batch, texts);
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
    requireSameModel(`the database at ${this.host}`, held, this.model);
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
    return this.explaining(async () => {
      const [row] = await this.sql`SELECT revision FROM face_sign_in.contract`;
      if (row !== undefined) return String(row.revision);
      throw new StoreDamagedError(
        `the database at ${this.host} has lost its contract row; restore it from a backup`,
      );
    });
  }

  /** Writers take turns at the contract row, and each makes a new revision. */
  private transaction<T>(
    work: (tx: TransactionSql) => Promise<T>,
  ): Promise<T> {
    return this.explaining(() =>
      this.sql.begin(async (tx) => {
        await tx`UPDATE face_sign_in.contract SET revision = revision + 1`;
        return await work(tx);
      }) as Promise<T>
    );
  }

  private explaining<T>(work: () => Promise<T>): Promise<T> {
    return explainingPostgres(this.host, work);
  }
}
