/** Loads a database's templates, opens their seals and searches them off the event loop. */
import { serveCalls } from "../../worker_calls.ts";
import type { StoreModel } from "../embedding_store.ts";
import { createStoreKey } from "../seal/store_key.ts";
import { SqliteConnections } from "../sqlite/sqlite_connections.ts";
import type { DatabasePlace, SqlRunner } from "./sql_database.ts";
import { TrackedGallery } from "./tracked_gallery.ts";

let gallery: Promise<TrackedGallery>;

const functions = {
  /** What is asked meanwhile waits for it. */
  async open(
    place: DatabasePlace,
    model: StoreModel,
    secret: Uint8Array | null,
    name: string,
  ) {
    const key = secret === null ? null : createStoreKey(secret);
    gallery = openReader(place).then((database) =>
      new TrackedGallery(database, { model, key }, name)
    );
    await gallery;
  },
  load: async () => await (await gallery).refresh(),
  loaded: async () => (await gallery).loaded,
  nearest: async (probes: readonly Float32Array[]) =>
    await (await gallery).nearest(probes),
};

/** What the worker does. */
export type GalleryFunctions = typeof functions;

serveCalls(functions);

async function openReader(place: DatabasePlace): Promise<SqlRunner> {
  if (place.kind === "postgres") {
    const { openPostgres } = await import("../postgres/postgres_database.ts");
    return await openPostgres(place.url);
  }
  const connections = new SqliteConnections(place.path, false);
  return {
    run: (sql, values = []) => Promise.try(() => connections.read(sql, values)),
  };
}
