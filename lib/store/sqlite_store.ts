import type { DatabaseSync } from "node:sqlite";
import { StoreBusyError } from "../errors.ts";
import type { Match, Template } from "../match/gallery.ts";
import { PackedGallery } from "../match/packed_gallery.ts";
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
import type { Vault } from "./seal.ts";
import { type PackedTemplates, SearchIndex } from "./search_index.ts";
import { connectSqlite, heldModel } from "./sqlite_connect.ts";
import { explainingSqlite } from "./sqlite_errors.ts";
import { rowsToPack, viewOf } from "./sqlite_pack.ts";
import { putRows, SELECT, toKept } from "./sqlite_rows.ts";
import {
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
} from "./store_model.ts";

/**
 * Opens the store for many users: a SQLite database in WAL mode, which several processes may use
 * at once. Without write permission for `path` it is opened for reading.
 *
 * @param vault seals the embeddings; null keeps them readable
 * @throws StoreDamagedError when the file is no database of this program.
 * @throws StoreModelError when it holds another model's embeddings.
 * @throws WriteError when it cannot be made or opened.
 */
export async function openSqliteStore(
  path: string,
  model: StoreModel,
  vault: Vault | null = null,
): Promise<EmbeddingStore> {
  const writable = { name: "write", path } as const;
  const { state } = await Deno.permissions.query(writable);
  const db = explainingSqlite(
    path,
    () => connectSqlite(path, state === "granted"),
  );
  try {
    return explainingSqlite(
      path,
      () => new SqliteStore(db, path, model, vault),
    );
  } catch (error) {
    db.close();
    throw error;
  }
}

class SqliteStore implements EmbeddingStore {
  private ownWrites = 0;
  private readonly index = new SearchIndex(
    () => Promise.resolve(this.revision()),
    () => this.pack(),
  );

  constructor(
    private readonly db: DatabaseSync,
    private readonly path: string,
    readonly model: StoreModel,
    private vault: Vault | null,
  ) {
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

  async put(templates: readonly Template[]): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, templates);
    const kept = await keepEmbeddings(this.model, this.vault, templates);
    return this.transaction(() => {
      this.requireModel();
      this.adoptModel(this.model);
      return putRows(this.db, kept);
    });
  }

  remove(user: string): Promise<number> {
    return Promise.resolve(this.transaction(() => {
      const count = this.count(user);
      this.run("DELETE FROM users WHERE name = ?", user);
      return count;
    }));
  }

  async rename(user: string, newName: string): Promise<number> {
    return await this.rewritten(
      () => this.templates(user),
      (templates) => templates.map((each) => ({ ...each, user: newName })),
      this.vault,
      () => {
        requireFreeName(newName, this.count(newName) > 0);
        this.run("DELETE FROM users WHERE name = ?", newName);
        this.run("UPDATE users SET name = ? WHERE name = ?", newName, user);
      },
    );
  }

  async reseal(vault: Vault | null): Promise<number> {
    const count = await this.rewritten(
      () => this.templates(),
      (templates) => templates,
      vault,
      () => {},
    );
    this.vault = vault;
    return count;
  }

  async replaceAll(
    model: StoreModel,
    templates: readonly Template[],
  ): Promise<void> {
    requireFittingTemplates(model, templates);
    const kept = await keepEmbeddings(model, this.vault, templates);
    this.transaction(() => {
      this.db.exec("DELETE FROM users");
      this.adoptModel(model);
      putRows(this.db, kept);
    });
  }

  nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    return this.index.nearestUsers(probes);
  }

  close(): Promise<void> {
    explainingSqlite(this.path, () => this.db.close());
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
    also: () => void,
  ): Promise<number> {
    while (true) {
      const revision = this.revision();
      const old = await read();
      const kept = await keepEmbeddings(this.model, vault, change(old));
      const done = this.transaction(() => {
        if (this.revision() !== revision) return false;
        also();
        const update = this.db.prepare(
          `UPDATE templates SET sealed = ?, embedding = ?
           WHERE photo = ? AND user_id = (SELECT id FROM users WHERE name = ?)`,
        );
        for (const { user, photo, sealed, bytes } of kept) {
          update.run(sealed ? 1 : 0, bytes, photo, user);
        }
        return true;
      });
      if (done) return kept.length;
    }
  }

  private async pack(): Promise<PackedTemplates> {
    const { rows } = this.all("SELECT count(*) AS rows FROM templates")[0]!;
    const gallery = new PackedGallery(this.model.dimensions, Number(rows) + 1);
    const ids: number[] = [];
    for (const batch of rowsToPack(this.db, this.path)) {
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
      `${this.path} changed while it was searched; run it again`,
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

  /** Other connections' commits change `data_version`; this connection's own do not. */
  private revision(): string {
    return `${
      this.all("PRAGMA data_version")[0]!.data_version
    } ${this.ownWrites}`;
  }

  private requireModel(): void {
    const held = explainingSqlite(this.path, () => heldModel(this.db));
    if (held !== null) requireSameModel(this.path, held, this.model);
  }

  /** Inside a transaction: the first templates of an empty store decide its model. */
  private adoptModel({ modelId, dimensions }: StoreModel): void {
    this.run(
      "INSERT OR REPLACE INTO contract (id, model_id, dimensions) VALUES (1, ?, ?)",
      modelId,
      dimensions,
    );
  }

  private all(sql: string, ...values: (string | number)[]) {
    return explainingSqlite(
      this.path,
      () => this.db.prepare(sql).all(...values),
    );
  }

  private run(sql: string, ...values: (string | number)[]): void {
    this.db.prepare(sql).run(...values);
  }

  private transaction<T>(work: () => T): T {
    return explainingSqlite(this.path, () => {
      this.db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.db.exec("COMMIT");
        this.ownWrites++;
        return result;
      } catch (error) {
        // A full disk rolls back by itself, and then there is nothing left to roll back.
        if (this.db.isTransaction) this.db.exec("ROLLBACK");
        throw error;
      }
    });
  }
}
