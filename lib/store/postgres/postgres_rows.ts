import type { Row, Sql, TransactionSql } from "postgres";
import type { Template } from "../../match/gallery.ts";
import type { KeptTemplate } from "../kept_embedding.ts";
import type { Connection } from "./postgres_connect.ts";

/** Templates with their users' names, narrowed and ordered by `rest`. */
export function select(sql: Connection, rest: ReturnType<Sql>) {
  return sql`SELECT u.name, t.photo, t.photo_sha256, t.created_at, t.sealed, t.embedding
    FROM face_sign_in.templates t JOIN face_sign_in.users u ON u.id = t.user_id ${rest}`;
}

/** Sets what the server searches by; `texts` are vectors in pgvector's text form, in order. */
export async function setSearch(
  tx: TransactionSql,
  templates: readonly Pick<Template, "user" | "photo">[],
  texts: readonly string[],
): Promise<void> {
  await tx`UPDATE face_sign_in.templates t SET search = s.vector::vector
    FROM unnest(${templates.map(({ user }) => user)}::text[],
        ${templates.map(({ photo }) => photo)}::text[],
        ${[...texts]}::text[]) AS s (name, photo, vector)
    JOIN face_sign_in.users u ON u.name = s.name
    WHERE t.user_id = u.id AND t.photo = s.photo`;
}

/** A row of `select` as a template. */
export function toKept(row: Row): KeptTemplate {
  return {
    user: row.name,
    photo: row.photo,
    photoSha256: row.photo_sha256,
    createdAt: row.created_at,
    sealed: row.sealed,
    bytes: row.embedding,
  };
}

/** Adds templates in order, or replaces the same user's of the same photo. The users must be there. */
export async function upsertRows(
  tx: TransactionSql,
  batch: readonly KeptTemplate[],
): Promise<void> {
  await tx`INSERT INTO face_sign_in.templates
          (user_id, photo, photo_sha256, created_at, sealed, embedding)
        SELECT u.id, t.photo, t.hash, t.created, t.sealed, decode(t.bytes, 'base64')
        FROM unnest(${batch.map(({ user }) => user)}::text[],
            ${batch.map(({ photo }) => photo)}::text[],
            ${batch.map(({ photoSha256 }) => photoSha256)}::text[],
            ${batch.map(({ createdAt }) => createdAt)}::text[],
            ${batch.map(({ sealed }) => String(sealed))}::text[]::boolean[],
            ${batch.map(({ bytes }) => bytes.toBase64())}::text[])
          WITH ORDINALITY AS t (name, photo, hash, created, sealed, bytes, place)
        JOIN face_sign_in.users u ON u.name = t.name
        ORDER BY t.place
        ON CONFLICT (user_id, photo) DO UPDATE SET photo_sha256 = excluded.photo_sha256,
          created_at = excluded.created_at, sealed = excluded.sealed, embedding = excluded.embedding`;
}

/** Writes other bytes for templates that are there. */
export async function updateBytes(
  tx: TransactionSql,
  kept: readonly KeptTemplate[],
): Promise<void> {
  await tx`UPDATE face_sign_in.templates t
        SET sealed = k.sealed, embedding = decode(k.bytes, 'base64')
        FROM unnest(${kept.map(({ user }) => user)}::text[],
            ${kept.map(({ photo }) => photo)}::text[],
            ${kept.map(({ sealed }) => String(sealed))}::text[]::boolean[],
            ${
    kept.map(({ bytes }) => bytes.toBase64())
  }::text[]) AS k (name, photo, sealed, bytes)
        JOIN face_sign_in.users u ON u.name = k.name
        WHERE t.user_id = u.id AND t.photo = k.photo`;
}
