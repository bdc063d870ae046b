import { folded, skeletonHash } from "../names.ts";
import type { UserPage, UserQuery } from "../embedding_store.ts";
import { batches, listOf, type SqlRunner, valueRows } from "./sql_database.ts";

/** Names read at once: a million of them would hold up everything else. */
const NAMES = 5000;

/** Names of all users, sorted. */
export async function allNames(runner: SqlRunner): Promise<string[]> {
  const users: string[] = [];
  while (true) {
    const rows = await runner.run(
      `SELECT name FROM users WHERE name > $1 ORDER BY name LIMIT ${NAMES}`,
      [users.at(-1) ?? ""],
    );
    for (const { name } of rows) users.push(String(name));
    if (rows.length < NAMES) return users;
  }
}

/** Users by name, a page at a time. */
export async function pageOf(
  runner: SqlRunner,
  { search = "", offset, limit }: UserQuery,
): Promise<UserPage> {
  const part = `%${folded(search).replace(/[\\%_]/g, "\\$&")}%`;
  const named = "FROM users WHERE folded LIKE $1 ESCAPE '\\'";
  const sql = `SELECT count(*) AS total ${named}`;
  const [count] = await runner.run(sql, [part]);
  const rows = await runner.run(
    `SELECT u.name, count(*) AS templates, min(t.created_at) AS registered_at
    FROM (SELECT id, name ${named} ORDER BY name LIMIT $2 OFFSET $3) AS u
    JOIN templates t ON t.user_id = u.id GROUP BY u.id, u.name ORDER BY u.name`,
    [part, limit, offset],
  );
  const users = rows.map((row) => ({
    name: String(row.name),
    templates: Number(row.templates),
    registeredAt: String(row.registered_at),
  }));
  return { total: Number(count!.total), users };
}

/** Names of users that are taken for this one, sorted. */
export async function namesAlike(
  runner: SqlRunner,
  name: string,
): Promise<string[]> {
  const rows = await runner.run(
    "SELECT name FROM users WHERE skeleton = $1 ORDER BY name",
    [skeletonHash(name)],
  );
  return rows.map(({ name }) => String(name));
}

/** Numbers of those users who are there, by name. */
export async function idsOf(
  runner: SqlRunner,
  users: readonly string[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const names of batches(users)) {
    const rows = await runner.run(
      `SELECT id, name FROM users WHERE name IN (${listOf(names)})`,
      names,
    );
    for (const { id, name } of rows) ids.set(String(name), Number(id));
  }
  return ids;
}

/** Numbers of users, who are added if they are new. */
export async function addUsers(
  tx: SqlRunner,
  users: readonly string[],
): Promise<Map<string, number>> {
  for (const names of batches(users)) {
    const { list, values } = valueRows(
      ["text", "text", "text"],
      names.map((name) => [name, folded(name), skeletonHash(name)]),
    );
    await tx.run(
      `INSERT INTO users (name, folded, skeleton) VALUES ${list} ON CONFLICT (name) DO NOTHING`,
      values,
    );
  }
  return await idsOf(tx, users);
}

/** Gives a user another name, under the same number. */
export async function renameUser(
  tx: SqlRunner,
  user: string,
  newName: string,
): Promise<void> {
  await tx.run(
    "UPDATE users SET name = $2, folded = $3, skeleton = $4 WHERE name = $1",
    [user, newName, folded(newName), skeletonHash(newName)],
  );
}

/** Writes the skeletons of users who were added before schema 5. */
export async function writeSkeletons(tx: SqlRunner): Promise<void> {
  while (true) {
    const rows = await tx.run(
      `SELECT id, name FROM users WHERE skeleton = '' LIMIT ${NAMES}`,
    );
    for (const batch of batches(rows)) {
      const { list, values } = valueRows(
        ["bigint", "text"],
        batch.map(({ id, name }) => [id!, skeletonHash(String(name))]),
      );
      await tx.run(
        `UPDATE users SET skeleton = v.column2 FROM (VALUES ${list}) AS v
        WHERE users.id = v.column1`,
        values,
      );
    }
    if (rows.length < NAMES) return;
  }
}
