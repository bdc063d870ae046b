import { StoreDamagedError, StoreKeyError } from "../../errors.ts";
import type { Template } from "../../match/gallery.ts";
import type { StoreEntry, StoreModel } from "../embedding_store.ts";
import {
  SEAL_BYTES,
  type SealContext,
  type StoreKey,
  templateContext,
} from "../seal/store_key.ts";
import { templateKey } from "../store_rules.ts";
import { bytesToVector, vectorToBytes } from "../vector_bytes.ts";
import {
  batches,
  listOf,
  type SqlRow,
  type SqlRunner,
  type SqlValue,
  valueRows,
} from "./sql_database.ts";
import { addUsers } from "./user_rows.ts";

/** Whose embeddings lie in the rows, and what seals them; null leaves them readable. */
export interface RowFormat {
  readonly model: StoreModel;
  readonly key: StoreKey | null;
}

/** A template with the number of its row. */
interface HeldTemplate {
  readonly id: number;
  readonly userId: number;
  readonly template: Template;
}

/** Templates with their users' names. */
export const SELECT_TEMPLATES =
  `SELECT t.id, t.change, t.user_id, u.name, t.photo, t.photo_sha256, t.created_at, t.embedding
  FROM templates t JOIN users u ON u.id = t.user_id`;

/** Templates in the order they were added, narrowed by `where`. */
export async function readTemplates(
  runner: SqlRunner,
  format: RowFormat,
  where = "",
  values: readonly SqlValue[] = [],
): Promise<HeldTemplate[]> {
  const rows = await runner.run(
    `${SELECT_TEMPLATES} ${where} ORDER BY t.id`,
    values,
  );
  return rows.map((row) => toHeld(format, row));
}

/** All rows, a batch at a time, in the order they were added. */
export async function* allTemplates(
  runner: SqlRunner,
  format: RowFormat,
): AsyncGenerator<HeldTemplate[]> {
  let last = 0;
  while (true) {
    const rows = await runner.run(
      `${SELECT_TEMPLATES} WHERE t.id > $1 ORDER BY t.id LIMIT 1000`,
      [last],
    );
    if (rows.length === 0) return;
    last = Number(rows.at(-1)!.id);
    yield rows.map((row) => toHeld(format, row));
  }
}

/**
 * A row of `SELECT_TEMPLATES` as a template. With a key a plain row is refused too, because whoever can write
 * the database could otherwise slip in a face of their own.
 *
 * @throws StoreKeyError when a sealed row meets no key or another one, or a plain row a key.
 * @throws StoreDamagedError when the row was edited or has another length than the model makes.
 */
export function toHeld({ model, key }: RowFormat, row: SqlRow): HeldTemplate {
  const head = {
    user: String(row.name),
    photo: String(row.photo),
    photoSha256: String(row.photo_sha256),
    createdAt: String(row.created_at),
  };
  const bytes = row.embedding as Uint8Array;
  const plainBytes = model.dimensions * 4;
  if (key === null && bytes.length === plainBytes + SEAL_BYTES) {
    throw new StoreKeyError(
      "the store is sealed; set store_key (or store_key_file) to the key it was sealed with",
    );
  }
  if (key !== null && bytes.length === plainBytes) throw notSealed(head);
  const vector = bytesToVector(
    key === null
      ? bytes
      : key.open(templateContext(head, model.modelId), bytes),
  );
  if (vector.length !== model.dimensions) {
    throw new StoreDamagedError(
      `the template of ${head.photo} (${head.user}) has ${vector.length} numbers in place of ${model.dimensions}; put a copy of the store back`,
    );
  }
  const [id, userId] = [Number(row.id), Number(row.user_id)];
  return { id, userId, template: { ...head, vector } };
}

/** Hashes of the photos kept of these users, by `templateKey`. */
export async function heldPhotos(
  tx: SqlRunner,
  users: readonly string[],
): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  for (const names of batches(users)) {
    const rows = await tx.run(
      `SELECT u.name, t.photo, t.photo_sha256
      FROM templates t JOIN users u ON u.id = t.user_id WHERE u.name IN (${
        listOf(names)
      })`,
      names,
    );
    for (const { name, photo, photo_sha256 } of rows) {
      const key = templateKey({ user: String(name), photo: String(photo) });
      held.set(key, String(photo_sha256));
    }
  }
  return held;
}

/** Adds templates in order, or puts them in the place of the same user's of the same photo. */
export async function writeTemplates(
  tx: SqlRunner,
  { model, key }: RowFormat,
  change: number,
  entries: readonly StoreEntry[],
): Promise<void> {
  const ids = await addUsers(tx, [...new Set(entries.map(({ user }) => user))]);
  for (const batch of batches(entries)) {
    const types = ["bigint", "text", "text", "text", "bytea", "bigint"];
    const { list, values } = valueRows(
      types,
      batch.map((entry) => [
        ids.get(entry.user)!,
        entry.photo,
        entry.photoSha256,
        entry.createdAt,
        sealedVector(model, key, entry),
        change,
      ]),
    );
    await tx.run(
      `INSERT INTO templates (user_id, photo, photo_sha256, created_at, embedding, change)
      VALUES ${list} ON CONFLICT (user_id, photo) DO UPDATE SET
        photo_sha256 = excluded.photo_sha256, created_at = excluded.created_at,
        embedding = excluded.embedding, change = excluded.change`,
      values,
    );
  }
}

/** Writes the bytes of rows that are there again, sealed as `format` says. */
export async function rewriteTemplates(
  tx: SqlRunner,
  { model, key }: RowFormat,
  change: number,
  held: readonly HeldTemplate[],
): Promise<void> {
  for (const batch of batches(held)) {
    const { list, values } = valueRows(
      ["bigint", "bytea", "bigint"],
      batch.map(({ id, template }) => [
        id,
        sealedVector(model, key, template),
        change,
      ]),
    );
    await tx.run(
      `UPDATE templates SET embedding = v.column2, change = v.column3
      FROM (VALUES ${list}) AS v WHERE templates.id = v.column1`,
      values,
    );
  }
}

function sealedVector(
  { modelId }: StoreModel,
  key: StoreKey | null,
  template: Template,
): Uint8Array<ArrayBuffer> {
  const context = templateContext(template, modelId);
  return sealedBytes(key, context, vectorToBytes(template.vector));
}

/** Bytes as they lie in a row: sealed where there is a key. */
export function sealedBytes(
  key: StoreKey | null,
  context: SealContext,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return key === null ? bytes : key.seal(context, bytes);
}

function notSealed(
  { user, photo }: Pick<Template, "user" | "photo">,
): StoreKeyError {
  return new StoreKeyError(
    `the template of ${photo} (${user}) is not sealed though a key is set; if you have just set the key, seal the store with \`deno task store seal\``,
  );
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
