import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { PutOutcome } from "../embedding_store.ts";
import type { KeptTemplate } from "../kept_embedding.ts";

/** Templates with their users' names; the reader adds what narrows and orders them. */
export const SELECT = `
  SELECT t.id, u.name, t.photo, t.photo_sha256, t.created_at, t.sealed, t.embedding
  FROM templates t JOIN users u ON u.id = t.user_id`;

/** Adds or replaces templates inside a transaction and tells which. */
export function putRows(
  db: DatabaseSync,
  kept: readonly KeptTemplate[],
): PutOutcome[] {
  const addUser = db.prepare(
    "INSERT OR IGNORE INTO users (name) VALUES (?)",
  );
  const find = db.prepare(
    `SELECT t.id, t.photo_sha256 FROM templates t JOIN users u ON u.id = t.user_id
     WHERE u.name = ? AND t.photo = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO templates (user_id, photo, photo_sha256, created_at, sealed, embedding)
     SELECT id, ?, ?, ?, ?, ? FROM users WHERE name = ?`,
  );
  const replace = db.prepare(
    `UPDATE templates SET photo_sha256 = ?, created_at = ?, sealed = ?, embedding = ? WHERE id = ?`,
  );
  return kept.map(
    ({ user, photo, photoSha256, createdAt, sealed, bytes }) => {
      const held = find.get(user, photo);
      if (held?.photo_sha256 === photoSha256) return "unchanged";
      const values = [photoSha256, createdAt, sealed ? 1 : 0, bytes] as const;
      if (held !== undefined) {
        replace.run(...values, held.id!);
        return "replaced";
      }
      addUser.run(user);
      insert.run(photo, ...values, user);
      return "added";
    },
  );
}

/** Writes other bytes for templates that are there, inside a transaction. */
export function updateBytes(
  db: DatabaseSync,
  kept: readonly KeptTemplate[],
): void {
  const update = db.prepare(
    `UPDATE templates SET sealed = ?, embedding = ?
     WHERE photo = ? AND user_id = (SELECT id FROM users WHERE name = ?)`,
  );
  for (const { user, photo, sealed, bytes } of kept) {
    update.run(sealed ? 1 : 0, bytes, photo, user);
  }
}

/** A row of `SELECT` as a template. */
export function toKept(row: Record<string, SQLOutputValue>): KeptTemplate {
  return {
    user: String(row.name),
    photo: String(row.photo),
    photoSha256: String(row.photo_sha256),
    createdAt: String(row.created_at),
    sealed: row.sealed === 1,
    bytes: row.embedding as Uint8Array,
  };
}
