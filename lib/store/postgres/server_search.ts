import type { TransactionSql } from "postgres";
import { euclideanDistance } from "../../match/distance.ts";
import type { Match, Template } from "../../match/gallery.ts";
import type { StoreModel } from "../embedding_store.ts";
import { readTemplate } from "../kept_embedding.ts";
import type { PostgresDatabase } from "./postgres_database.ts";
import { select, setSearch, toKept } from "./postgres_rows.ts";
import type { Vault } from "../seal/seal.ts";

/** Rows sent in one statement. */
const UPDATE_BATCH = 1000;

/**
 * Search by the server, with pgvector. What it searches by is turned by the key's rotation where
 * there is a key, and so are the probes. It scans every row: its approximate indexes may miss the
 * nearest face.
 */
export class ServerSearch {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly model: StoreModel,
  ) {}

  /** Nearest template of the nearest user and of the second nearest. */
  async nearestUsers(
    probe: Float32Array,
    vault: Vault | null,
  ): Promise<Match[]> {
    const best = await this.nearest(probe, vault, null);
    if (best === null) return [];
    const runnerUp = await this.nearest(probe, vault, best.template.user);
    return runnerUp === null ? [best] : [best, runnerUp];
  }

  /** Sets what the server searches by, for templates whose rows are there. */
  async set(
    tx: TransactionSql,
    templates: readonly Template[],
    vault: Vault | null,
  ): Promise<void> {
    for (let at = 0; at < templates.length; at += UPDATE_BATCH) {
      const batch = templates.slice(at, at + UPDATE_BATCH);
      const texts = await Promise.all(
        batch.map(({ vector }) => searchable(vector, vault)),
      );
      await setSearch(tx, batch, texts);
    }
  }

  private async nearest(
    probe: Float32Array,
    vault: Vault | null,
    except: string | null,
  ): Promise<Match | null> {
    const { sql } = this.database;
    const turned = await searchable(probe, vault);
    const [row] = await select(
      sql,
      sql`WHERE ${except}::text IS NULL OR u.name <> ${except}
        ORDER BY t.search <-> ${turned}::vector, t.id LIMIT 1`,
    );
    if (row === undefined) return null;
    const template = await readTemplate(this.model, vault, toKept(row));
    return { template, distance: euclideanDistance(probe, template.vector) };
  }
}

/** A vector as the server compares it, in pgvector's text form. */
async function searchable(
  vector: Float32Array,
  vault: Vault | null,
): Promise<string> {
  const turn = await vault?.rotation(vector.length);
  return `[${(turn === undefined ? vector : turn(vector)).join(",")}]`;
}
