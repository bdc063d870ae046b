import type { DatabaseSync } from "node:sqlite";
import { StoreDamagedError } from "../../errors.ts";
import { EMPTY_CHAIN } from "../audit/audit_chain.ts";

/** "FSI1": marks the file as this program's (SQLite's `application_id`). */
const APPLICATION_ID = 0x46534931;

/** One step each from a version to the next; never edited once released, only added to. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE contract (
    id INTEGER PRIMARY KEY CHECK (id = 1), model_id TEXT NOT NULL,
    dimensions INTEGER NOT NULL CHECK (dimensions > 0)
  ) STRICT;
  CREATE TABLE users (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, photo TEXT NOT NULL,
    photo_sha256 TEXT NOT NULL CHECK (length(photo_sha256) = 64), created_at TEXT NOT NULL,
    sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)), embedding BLOB NOT NULL,
    UNIQUE (user_id, photo)
  ) STRICT;
  `,
  `
  CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL
  ) STRICT;
  INSERT INTO state VALUES (1, 0);
  CREATE TABLE audit (
    n INTEGER PRIMARY KEY, line TEXT NOT NULL
  ) STRICT;
  CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1), entries INTEGER NOT NULL, sha256 TEXT NOT NULL
  ) STRICT;
  INSERT INTO audit_head VALUES (1, 0, '${EMPTY_CHAIN.sha256}');
  CREATE TABLE attempts (
    name TEXT PRIMARY KEY, count INTEGER NOT NULL, last_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE state ADD COLUMN model_id TEXT;
  ALTER TABLE state ADD COLUMN dimensions INTEGER;
  ALTER TABLE state ADD COLUMN key_id TEXT;
  ALTER TABLE state ADD COLUMN calibration TEXT;
  UPDATE state SET
    (model_id, dimensions) = (SELECT model_id, dimensions FROM contract),
    key_id = (SELECT lower(hex(substr(embedding, 1, 8))) FROM templates WHERE sealed = 1 LIMIT 1);
  DROP TABLE contract;
  ALTER TABLE templates DROP COLUMN sealed;
  ALTER TABLE templates ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX templates_by_change ON templates (change, id);
  CREATE TABLE removals (
    template_id INTEGER PRIMARY KEY, change INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX removals_by_change ON removals (change);
  CREATE TABLE chips (
    template_id INTEGER PRIMARY KEY REFERENCES templates (id) ON DELETE CASCADE,
    png BLOB NOT NULL
  ) STRICT;
  CREATE INDEX attempts_by_time ON attempts (last_ms);
  ALTER TABLE users ADD COLUMN folded TEXT NOT NULL DEFAULT '';
  UPDATE users SET folded = lower(name);
  `,
  // AUTOINCREMENT: the number of a removed user, which lines of the log keep, becomes nobody else's.
  `
  CREATE TABLE users_4 (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, folded TEXT NOT NULL
  ) STRICT;
  INSERT INTO users_4 SELECT id, name, folded FROM users;
  DROP TABLE users;
  ALTER TABLE users_4 RENAME TO users;
  ALTER TABLE state ADD COLUMN digest BLOB;
  ALTER TABLE audit_head ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE audit_head ADD COLUMN mac TEXT;
  CREATE INDEX templates_by_bucket ON templates (user_id % 1024);
  `,
  `
  ALTER TABLE users ADD COLUMN skeleton TEXT NOT NULL DEFAULT '';
  CREATE INDEX users_by_skeleton ON users (skeleton);
  ALTER TABLE templates ADD COLUMN chip_tag TEXT;
  UPDATE templates SET chip_tag =
    (SELECT lower(hex(substr(png, -16))) FROM chips WHERE template_id = templates.id)
    WHERE (SELECT key_id FROM state) IS NOT NULL;
  DROP INDEX templates_by_bucket;
  CREATE INDEX templates_by_bucket ON templates (user_id % 4096);
  `,
];

/**
 * Brings a database to the newest version, in one transaction; an empty file is version 0. Foreign
 * keys are to be off meanwhile, so that a table can be made anew under the rows that refer to it.
 *
 * @throws StoreDamagedError when it is another program's, or a newer program's.
 */
export function migrateSqlite(db: DatabaseSync, path: string): void {
  const version = requireOwnDatabase(db, path);
  if (version === MIGRATIONS.length) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have migrated while this one waited for the lock.
    for (const step of MIGRATIONS.slice(requireOwnDatabase(db, path))) {
      db.exec(step);
    }
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

/** Refuses a database that would first have to be migrated, which reading alone cannot do. */
export function requireNewestVersion(db: DatabaseSync, path: string): void {
  if (requireOwnDatabase(db, path) === MIGRATIONS.length) return;
  throw new StoreDamagedError(
    `${path} was written by an older version of this program; run any task that may write it once, such as \`deno task users list\``,
  );
}

/** Answers the schema's version. @throws StoreDamagedError when it is another program's, or a newer program's. */
function requireOwnDatabase(db: DatabaseSync, path: string): number {
  const version = Number(db.prepare("PRAGMA user_version").get()!.user_version);
  const application = db.prepare("PRAGMA application_id").get()!.application_id;
  const { tables } = db.prepare("SELECT count(*) AS tables FROM sqlite_schema")
    .get()!;
  const ours = tables === 0 || application === APPLICATION_ID;
  if (!ours) {
    throw new StoreDamagedError(
      `${path} is another program's database; choose another file`,
    );
  }
  if (version > MIGRATIONS.length) {
    throw new StoreDamagedError(
      `${path} was written by a newer version of this program (version ${version}, this one reads ${MIGRATIONS.length}); update the program`,
    );
  }
  return version;
}
