import type { SqlRunner } from "../database/sql_database.ts";
import { StoreDamagedError } from "../../errors.ts";
import { EMPTY_CHAIN } from "../audit/audit_chain.ts";

/** One step each from a version to the next; never edited once released, only added to. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE face_sign_in.contract (
    id integer PRIMARY KEY CHECK (id = 1), model_id text,
    dimensions integer CHECK (dimensions > 0), revision bigint NOT NULL DEFAULT 0
  );
  INSERT INTO face_sign_in.contract (id) VALUES (1);
  CREATE TABLE face_sign_in.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE
  );
  CREATE TABLE face_sign_in.templates (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES face_sign_in.users (id) ON DELETE CASCADE,
    photo text COLLATE "C" NOT NULL,
    photo_sha256 text NOT NULL CHECK (length(photo_sha256) = 64), created_at text NOT NULL,
    sealed boolean NOT NULL, embedding bytea NOT NULL, UNIQUE (user_id, photo)
  );
  `,
  `
  CREATE TABLE face_sign_in.audit (
    n bigint PRIMARY KEY, line text NOT NULL
  );
  CREATE TABLE face_sign_in.audit_head (
    id integer PRIMARY KEY CHECK (id = 1), entries bigint NOT NULL, sha256 text NOT NULL
  );
  INSERT INTO face_sign_in.audit_head VALUES (1, 0, '${EMPTY_CHAIN.sha256}');
  CREATE TABLE face_sign_in.attempts (
    name text COLLATE "C" PRIMARY KEY, count integer NOT NULL, last_ms bigint NOT NULL
  );
  `,
  `
  ALTER TABLE face_sign_in.contract RENAME TO state;
  ALTER TABLE face_sign_in.state ADD COLUMN key_id text;
  ALTER TABLE face_sign_in.state ADD COLUMN calibration text;
  UPDATE face_sign_in.state SET key_id =
    (SELECT encode(substr(embedding, 1, 8), 'hex') FROM face_sign_in.templates WHERE sealed LIMIT 1);
  ALTER TABLE face_sign_in.templates DROP COLUMN sealed;
  ALTER TABLE face_sign_in.templates DROP COLUMN IF EXISTS search;
  ALTER TABLE face_sign_in.templates ADD COLUMN change bigint NOT NULL DEFAULT 0;
  CREATE INDEX templates_by_change ON face_sign_in.templates (change, id);
  CREATE TABLE face_sign_in.removals (
    template_id bigint PRIMARY KEY, change bigint NOT NULL
  );
  CREATE INDEX removals_by_change ON face_sign_in.removals (change);
  CREATE TABLE face_sign_in.chips (
    template_id bigint PRIMARY KEY REFERENCES face_sign_in.templates (id) ON DELETE CASCADE,
    png bytea NOT NULL
  );
  CREATE INDEX attempts_by_time ON face_sign_in.attempts (last_ms);
  ALTER TABLE face_sign_in.users ADD COLUMN folded text NOT NULL DEFAULT '';
  UPDATE face_sign_in.users SET folded = lower(name);
  `,
  `
  ALTER TABLE face_sign_in.state ADD COLUMN digest bytea;
  ALTER TABLE face_sign_in.audit_head ADD COLUMN revision bigint NOT NULL DEFAULT 0;
  ALTER TABLE face_sign_in.audit_head ADD COLUMN mac text;
  CREATE INDEX templates_by_bucket ON face_sign_in.templates ((user_id % 1024));
  `,
  `
  ALTER TABLE face_sign_in.users ADD COLUMN skeleton text COLLATE "C" NOT NULL DEFAULT '';
  CREATE INDEX users_by_skeleton ON face_sign_in.users (skeleton);
  ALTER TABLE face_sign_in.templates ADD COLUMN chip_tag text;
  UPDATE face_sign_in.templates SET chip_tag =
    (SELECT encode(substr(png, length(png) - 15), 'hex') FROM face_sign_in.chips
    WHERE template_id = templates.id)
    WHERE (SELECT key_id FROM face_sign_in.state) IS NOT NULL;
  DROP INDEX face_sign_in.templates_by_bucket;
  CREATE INDEX templates_by_bucket ON face_sign_in.templates ((user_id % 4096));
  `,
];

/** Any number, the same for all processes: they migrate one after another. */
const MIGRATION_LOCK = 0x46534931;

/**
 * Brings the schema `face_sign_in` of a database to the newest version. A database that is there
 * already is only read, so that a role without the right to create can use it.
 *
 * @param tx a transaction
 * @throws StoreDamagedError when a newer program wrote it.
 */
export async function migratePostgres(tx: SqlRunner): Promise<void> {
  if (await versionOf(tx) === MIGRATIONS.length) return;
  await tx.run(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
  await tx.run("CREATE SCHEMA IF NOT EXISTS face_sign_in");
  await tx.run(
    "CREATE TABLE IF NOT EXISTS face_sign_in.migrations (version integer PRIMARY KEY)",
  );
  // Another process may have migrated while this one waited for the lock.
  const version = await versionOf(tx);
  for (const [i, step] of MIGRATIONS.slice(version).entries()) {
    await tx.run(step);
    await tx.run("INSERT INTO face_sign_in.migrations VALUES ($1)", [
      version + i + 1,
    ]);
  }
}

async function versionOf(tx: SqlRunner): Promise<number> {
  const [there] = await tx.run(
    "SELECT to_regclass('face_sign_in.migrations') IS NOT NULL AS there",
  );
  // PostgreSQL's booleans are no values of this program's own tables.
  if (!there!.there) return 0;
  const [row] = await tx.run(
    "SELECT coalesce(max(version), 0) AS version FROM face_sign_in.migrations",
  );
  const version = Number(row!.version);
  if (version <= MIGRATIONS.length) return version;
  throw new StoreDamagedError(
    `the database was written by a newer version of this program (version ${version}, this one reads ${MIGRATIONS.length}); update the program`,
  );
}
