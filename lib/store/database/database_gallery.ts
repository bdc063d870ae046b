import { StoreBusyError } from "../../errors.ts";
import type { Match } from "../../match/gallery.ts";
import { WorkerCalls } from "../../worker_calls.ts";
import type { GalleryFunctions } from "./gallery_worker.ts";
import type { SqlDatabase } from "./sql_database.ts";
import { readTemplates, type RowFormat } from "./template_rows.ts";
import type { FoundRow } from "./tracked_gallery.ts";

/** How often a search that lost a template to a removal is made again. */
const MOST_SEARCHES = 5;

const script = new URL("./gallery_worker.ts", import.meta.url);

/** Searches a database's templates in a worker, which starts with the first search or `prepare`. */
export class DatabaseGallery {
  private calls: WorkerCalls<GalleryFunctions> | null = null;

  constructor(
    private readonly database: SqlDatabase,
    private readonly format: () => RowFormat,
  ) {}

  /** Nearest template of the nearest user and of the second nearest, for each probe. */
  async nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    if (probes.length === 0) return [];
    for (let search = 0; search < MOST_SEARCHES; search++) {
      const found = await this.worker().call("nearest", [probes]);
      const matches = await Promise.all(
        found.map((rows) => this.matches(rows)),
      );
      if (matches.every((each) => each !== null)) return matches;
    }
    throw new StoreBusyError(
      `${this.database.name} changed while it was searched; run it again`,
    );
  }

  /** Loads what changed, all templates at first. @throws StoreBusyError when that takes longer than `waitMs` */
  async prepare(waitMs?: number): Promise<void> {
    const loading = this.worker().call("load", []);
    if (waitMs === undefined) return await loading;
    const { promise: late, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => resolve("late"), waitMs);
    const first = await Promise.race([loading, late])
      .finally(() => clearTimeout(timer));
    if (first !== "late") return;
    const percent = Math.floor(100 * await this.loaded());
    throw new StoreBusyError(
      `${this.database.name} is being loaded to be searched, ${percent} % so far; try again in a while`,
    );
  }

  /** How much of the first load is done, 0 to 1. */
  async loaded(): Promise<number> {
    return this.calls?.alive ? await this.calls.call("loaded", []) : 0;
  }

  /** Ends the worker: the next search loads all templates. */
  close(): void {
    this.calls?.end(new Error(`${this.database.name} was closed`));
  }

  private worker(): WorkerCalls<GalleryFunctions> {
    if (this.calls?.alive) return this.calls;
    const calls = new WorkerCalls<GalleryFunctions>(script);
    const { model: { modelId, dimensions }, key } = this.format();
    // A model may be a recognizer, which cannot be sent.
    const model = { modelId, dimensions };
    this.calls = calls;
    const { place, name } = this.database;
    calls.call("open", [place, model, key?.secret ?? null, name])
      .catch((error) => calls.end(error));
    return calls;
  }

  /** Null when one was removed meanwhile. */
  private async matches(rows: readonly FoundRow[]): Promise<Match[] | null> {
    const matches: Match[] = [];
    for (const { id, distance } of rows) {
      const where = "WHERE t.id = $1";
      const found = await readTemplates(this.database, this.format(), where, [
        id,
      ]);
      if (found[0] === undefined) return null;
      matches.push({ template: found[0].template, distance });
    }
    return matches;
  }
}
