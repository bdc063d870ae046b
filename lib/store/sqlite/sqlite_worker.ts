/** Runs the statements of one SQLite database off the event loop. */
import { serveCalls } from "../../worker_calls.ts";
import type { SqlValue } from "../database/sql_database.ts";
import { SqliteConnections } from "./sqlite_connections.ts";

let connections: SqliteConnections;

const functions = {
  open(path: string, mayWrite: boolean) {
    connections = new SqliteConnections(path, mayWrite);
  },
  read: (sql: string, values: readonly SqlValue[]) =>
    connections.read(sql, values),
  write: (sql: string, values: readonly SqlValue[]) =>
    connections.write(sql, values),
  begin: () => connections.begin(),
  end: (how: "COMMIT" | "ROLLBACK") => connections.end(how),
  scrub: () => connections.scrub(),
  close: () => connections.close(),
};

/** What the worker does. */
export type SqliteFunctions = typeof functions;

serveCalls(functions);
