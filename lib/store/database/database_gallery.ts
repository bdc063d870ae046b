import { StoreBusyError } from "../../errors.ts";
import type { Match, Template } from "../../match/gallery.ts";
import { PackedGallery, type RowMatch } from "../../match/packed_gallery.ts";
import { bytesToVector } from "../vector_bytes.ts";
import type { SqlDatabase, SqlRow } from "./sql_database.ts";
import {
  readTemplates,
  type RowFormat,
  SELECT_TEMPLATES,
  toHeld,
} from "./template_rows.ts";

/** Rows read at once: no batch keeps the event loop busy for longer than a frame of a film. */
const BATCH = 2000;
/** How often a search that lost a template to a removal is made again. */
const MOST_SEARCHES = 5;
/** A removed row is moved this far away in every coordinate: its squared distance is still finite. */
const FAR_AWAY = 1e15;

/** No more of a template than searching needs, where nothing is sealed. */
const SELECT_NARROW =
  "SELECT t.id, t.change, t.user_id, t.embedding FROM templates t";

/**
 * A database's templates packed in memory for an exact search. Every change of templates has a
 * number; before a search the rows whose number is higher than the last one seen are loaded, and the
 * removed ones are marked, whoever changed them. So a search after a change costs that change, not
 * all templates.
 */
export class DatabaseGallery {
  private gallery: PackedGallery | null = null;
  /** Row number in the database of each row of the gallery, ascending. */
  private ids: number[] = [];
  private removed = new Set<number>();
  private change = 0;
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: SqlDatabase,
    private readonly format: () => RowFormat,
  ) {}

  /** Nearest template of the nearest user and of the second nearest, for each probe. */
  async nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    if (probes.length === 0) return [];
    for (let search = 0; search < MOST_SEARCHES; search++) {
      await this.refresh();
      const found = this.gallery?.nearest(probes) ?? [];
      const ids = this.ids;
      const isThere = (row: RowMatch | null) =>
        row !== null && !this.removed.has(row.row);
      const matches = await Promise.all(
        found.map(({ best, runnerUp }) =>
          this.matches([best, runnerUp].filter(isThere), ids)
        ),
      );
      if (matches.every((each) => each !== null)) return matches;
    }
    throw new StoreBusyError(
      `${this.database.name} changed while it was searched; run it again`,
    );
  }

  /** Forgets everything: the next search loads all templates. */
  clear(): void {
    this.gallery = null;
    this.ids = [];
    this.removed = new Set();
    this.change = 0;
  }

  /** Null when one was removed meanwhile. */
  private async matches(
    rows: readonly (RowMatch | null)[],
    ids: readonly number[],
  ): Promise<Match[] | null> {
    const matches: Match[] = [];
    for (const found of rows) {
      const template = await this.byId(ids[found!.row]!);
      if (template === undefined) return null;
      matches.push({ template, distance: found!.distance });
    }
    return matches;
  }

  /** Loads what changed; calls at once share one loading after the other. */
  private refresh(): Promise<void> {
    const refreshed = this.refreshing.then(() => this.loadChanges());
    this.refreshing = refreshed.catch(() => this.clear());
    return refreshed;
  }

  private async loadChanges(): Promise<void> {
    // Asked before loading: a change in between only means loading it once more the next time.
    const [state] = await this.database.run("SELECT revision FROM state");
    const newest = Number(state!.revision);
    if (newest === this.change && this.gallery !== null) return;
    if (this.removed.size > this.ids.length / 2) this.clear();
    const select = this.format().key === null
      ? SELECT_NARROW
      : SELECT_TEMPLATES;
    const isFirst = this.gallery === null;
    this.gallery ??= await this.emptyGallery();
    let [change, id] = [this.change, isFirst ? 0 : Number.MAX_SAFE_INTEGER];
    while (true) {
      // All rows in the order of the table; later the changed ones in the order of their index.
      const rows = isFirst
        ? await this.database.run(
          `${select} WHERE t.id > $1 ORDER BY t.id LIMIT ${BATCH}`,
          [id],
        )
        : await this.database.run(
          `${select} WHERE (t.change, t.id) > ($1, $2) ORDER BY t.change, t.id LIMIT ${BATCH}`,
          [change, id],
        );
      for (const row of rows) await this.set(row);
      if (rows.length < BATCH) break;
      id = Number(rows.at(-1)!.id);
      if (!isFirst) change = Number(rows.at(-1)!.change);
      await new Promise((resolve) => setTimeout(resolve));
    }
    if (!isFirst) await this.loadRemovals();
    this.change = newest;
  }

  private async loadRemovals(): Promise<void> {
    const rows = await this.database.run(
      "SELECT template_id FROM removals WHERE change > $1",
      [this.change],
    );
    const far = new Float32Array(this.format().model.dimensions).fill(FAR_AWAY);
    for (const { template_id } of rows) {
      const row = this.rowOf(Number(template_id));
      if (row < 0) continue;
      this.gallery!.replace(row, far);
      this.removed.add(row);
    }
  }

  private async emptyGallery(): Promise<PackedGallery> {
    const [row] = await this.database.run(
      "SELECT count(*) AS count FROM templates",
    );
    const { dimensions } = this.format().model;
    return new PackedGallery(dimensions, Number(row!.count) + 1024);
  }

  private async set(row: SqlRow): Promise<void> {
    const [id, userId] = [Number(row.id), Number(row.user_id)];
    const vector = this.vectorOf(row) ?? (await this.byId(id))?.vector;
    if (vector === undefined) return;
    const known = this.rowOf(id);
    if (known >= 0) {
      this.gallery!.replace(known, vector);
    } else if (id > (this.ids.at(-1) ?? 0)) {
      this.gallery!.add(vector, userId);
      this.ids.push(id);
    }
  }

  /** Null when a row without seal does not fit and must be read whole to say why. */
  private vectorOf(row: SqlRow): Float32Array | null {
    const format = this.format();
    if (format.key !== null) return toHeld(format, row).template.vector;
    const bytes = row.embedding as Uint8Array;
    if (bytes.length !== format.model.dimensions * 4) return null;
    return bytesToVector(bytes);
  }

  private async byId(id: number): Promise<Template | undefined> {
    const where = "WHERE t.id = $1";
    const found = await readTemplates(this.database, this.format(), where, [
      id,
    ]);
    return found[0]?.template;
  }

  /** Binary search; -1 when the gallery does not have the row. */
  private rowOf(id: number): number {
    let [low, high] = [0, this.ids.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.ids[middle]!;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
