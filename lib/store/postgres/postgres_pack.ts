import { StoreBusyError } from "../../errors.ts";
import type { Template } from "../../match/gallery.ts";
import { PackedGallery } from "../../match/packed_gallery.ts";
import type { StoreModel } from "../embedding_store.ts";
import { readTemplate } from "../kept_embedding.ts";
import type { PostgresDatabase } from "./postgres_database.ts";
import { select, toKept } from "./postgres_rows.ts";
import type { PackedTemplates } from "../search_index.ts";
import { bytesToVector, viewOf } from "../vector_bytes.ts";

/** Rows fetched at once while packing. */
const PACK_BATCH = 10_000;

/**
 * Packs templates that are not sealed, reading no more of each than searching needs; what was found
 * is read whole afterwards. Null when one is sealed or does not fit, and must be looked at with all
 * circumstances.
 */
export async function packPlainRows(
  database: PostgresDatabase,
  model: StoreModel,
): Promise<PackedTemplates | null> {
  const { sql } = database;
  const [row] = await sql`SELECT count(*) AS rows FROM face_sign_in.templates`;
  const gallery = new PackedGallery(model.dimensions, Number(row!.rows) + 1);
  const ids: string[] = [];
  const batches = sql`SELECT id, user_id, sealed, embedding
    FROM face_sign_in.templates ORDER BY id`.cursor(PACK_BATCH);
  for await (const batch of batches) {
    for (const { id, user_id, sealed, embedding } of batch) {
      if (sealed || embedding.length !== model.dimensions * 4) return null;
      const vector = viewOf(embedding, model.dimensions) ??
        bytesToVector(embedding);
      gallery.add(vector, Number(user_id));
      ids.push(String(id));
    }
  }
  return { gallery, template: (row) => byId(database, model, ids[row]!) };
}

async function byId(
  database: PostgresDatabase,
  model: StoreModel,
  id: string,
): Promise<Template> {
  const { sql } = database;
  const [row] = await select(sql, sql`WHERE t.id = ${id}`);
  if (row !== undefined) return await readTemplate(model, null, toKept(row));
  throw new StoreBusyError(
    `${database.name} changed while it was searched; run it again`,
  );
}
