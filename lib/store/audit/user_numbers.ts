/** Lines of the log hold users' numbers; the names stand in the table of users, and go with them. */
import { batches, listOf, type SqlRunner } from "../database/sql_database.ts";
import { idsOf } from "../database/user_rows.ts";
import type { AuditEntry, AuditEvent } from "./audit_event.ts";

/** Number in place of a name that nobody has: what somebody types there is not kept. */
const NOBODY = 0;

/** Events with users' numbers in place of their names. */
export async function numbered(
  tx: SqlRunner,
  events: readonly AuditEvent[],
): Promise<object[]> {
  const names = new Set(
    events.flatMap((event) => usersOf(event)).filter((name) => name !== null),
  );
  const ids: Map<unknown, number> = await idsOf(tx, [...names]);
  return events.map((event) =>
    withUsers(event, (name) => ids.get(name) ?? NOBODY)
  );
}

/** Names of the users that entries have the numbers of, of those who are still there. */
export async function namesIn(
  runner: SqlRunner,
  entries: readonly AuditEntry[],
): Promise<Map<unknown, string>> {
  const ids = new Set(entries.flatMap((entry): unknown[] => usersOf(entry)));
  const numbers = [...ids].filter((id) => typeof id === "number");
  const names = new Map<unknown, string>();
  for (const batch of batches(numbers)) {
    const rows = await runner.run(
      `SELECT id, name FROM users WHERE id IN (${listOf(batch)})`,
      batch,
    );
    for (const { id, name } of rows) names.set(Number(id), String(name));
  }
  return names;
}

/** Lines written before schema 4 have names, and keep them. */
export function named(
  entry: AuditEntry,
  names: Map<unknown, string>,
): AuditEntry {
  return withUsers(
    entry,
    (id) =>
      typeof id === "string"
        ? id
        : id === NOBODY
        ? "(a name that nobody has)"
        : names.get(id) ?? `a removed user (#${id})`,
  ) as AuditEntry;
}

function usersOf(event: AuditEvent): (string | null)[] {
  return [
    "user" in event ? event.user : null,
    "claimed" in event ? event.claimed : null,
  ];
}

function withUsers(
  event: AuditEvent,
  change: (user: unknown) => unknown,
): object {
  const changed = (user: unknown) => user === null ? null : change(user);
  return {
    ...event,
    ...("user" in event ? { user: changed(event.user) } : {}),
    ...("claimed" in event ? { claimed: changed(event.claimed) } : {}),
  };
}
