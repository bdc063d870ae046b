import type { Sql } from "postgres";
import { StoreDamagedError } from "../../errors.ts";
import { EMPTY_CHAIN } from "../audit/audit_chain.ts";

/** One step each from a version to the next; never edited once released, only added to. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE face_sign_in.contract (
    id integer PRIMARY KEY CHECK (id = 1),
    model_id text,
    dimensions integer CHECK (dimensions > 0),
    revision bigint NOT NULL DEFAULT 0
  );
  INSERT INTO face_sign_in.contract (id) VALUES (1);
  CREATE TABLE face_sign_in.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
  );
  CREATE TABLE face_sign_in.templates (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES face_sign_in.users (id) ON DELETE CASCADE,
    photo text COLLATE "C" NOT NULL,
    photo_sha256 text NOT NULL CHECK (length(photo_sha256) = 64),
    created_at text NOT NULL,
    sealed boolean NOT NULL,
    embedding bytea NOT NULL,
    UNIQUE (user_id, photo)
  );
  `,
  `
  CREATE TABLE face_sign_in.audit (
    n bigint PRIMARY KEY,
    line text NOT NULL
  );
  CREATE TABLE face_sign_in.audit_head (
    id integer PRIMARY KEY CHECK (id = 1),
    entries bigint NOT NULL,
    sha256 text NOT NULL
  );
  INSERT INTO face_sign_in.audit_head VALUES (1, 0, '${EMPTY_CHAIN.sha256}');
  CREATE TABLE face_sign_in.attempts (
    name text COLLATE "C" PRIMARY KEY,
    count integer NOT NULL,
    last_ms bigint NOT NULL
  );
  `,
];

/** Any number, the same for all processes: they migrate one after another. */
const MIGRATION_LOCK = 0x46534931;

/**
 * Brings the schema `face_sign_in` of a database to the newest version, in one transaction.
 *
 * @throws StoreDamagedError when a newer program wrote it.
 */
export async function migratePostgres(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`;
    await tx`CREATE SCHEMA IF NOT EXISTS face_sign_in`;
    await tx`CREATE TABLE IF NOT EXISTS face_sign_in.migrations (version integer PRIMARY KEY)`;
    const [row] =
      await tx`SELECT coalesce(max(version), 0) AS version FROM face_sign_in.migrations`;
    const version = Number(row!.version);
    if (version > MIGRATIONS.length) {
      throw new StoreDamagedError(
        `the database was written by a newer version of this program (version ${version}, this one reads ${MIGRATIONS.length}); update the program`,
      );
    }
    for (const [i, step] of MIGRATIONS.slice(version).entries()) {
      await tx.unsafe(step);
      await tx`INSERT INTO face_sign_in.migrations VALUES (${version + i + 1})`;
    }
  });
}

/**
 * Answers whether the server can search vectors, that is whether the pgvector extension is there
 * or can be made; templates then get a column to search by.
 */
export async function preparePgvector(sql: Sql): Promise<boolean> {
  const [available] =
    await sql`SELECT 1 FROM pg_available_extensions WHERE name = 'vector'`;
  if (available === undefined) return false;
  const [installed] =
    await sql`SELECT 1 FROM pg_extension WHERE extname = 'vector'`;
  if (installed === undefined && !(await mayInstall(sql))) return false;
  await sql`ALTER TABLE face_sign_in.templates ADD COLUMN IF NOT EXISTS search vector`;
  return true;
}

async function mayInstall(sql: Sql): Promise<boolean> {
  try {
    await sql`CREATE EXTENSION IF NOT EXISTS vector`;
    return true;
  } catch (error) {
    // 42501: only an administrator may; the exact search without the extension serves as well.
    if (error instanceof Error && "code" in error && error.code === "42501") {
      return false;
    }
    throw error;
  }
}
