import type { Template } from "../../match/gallery.ts";
import { PackedGallery } from "../../match/packed_gallery.ts";
import { bytesToVector } from "../vector_bytes.ts";
import { checkRows } from "./row_digest.ts";
import type { SqlRow, SqlRunner } from "./sql_database.ts";
import { readRevision } from "./state_row.ts";
import {
  readTemplates,
  type RowFormat,
  SELECT_TEMPLATES,
  toHeld,
} from "./template_rows.ts";

/** Rows read at once; between two batches others are answered. */
const BATCH = 2000;
/** A removed row is moved this far away in every coordinate: its squared distance is still finite. */
const FAR_AWAY = 1e15;

/** No more of a template than searching needs, where nothing is sealed. */
const SELECT_NARROW =
  "SELECT t.id, t.change, t.user_id, t.embedding FROM templates t";

/** A row of the database, and how far a probe lies from it. */
export interface FoundRow {
  readonly id: number;
  readonly distance: number;
}

/**
 * A database's templates packed in memory for an exact search. Every change of templates has a
 * number; before a search the rows whose number is higher than the last one seen are loaded, and the
 * removed ones are marked, whoever changed them. So a search after a change costs that change, not
 * all templates.
 */
export class TrackedGallery {
  private gallery: PackedGallery | null = null;
  /** Row number in the database of each row of the gallery, ascending. */
  private ids: number[] = [];
  private removed = new Set<number>();
  private change = 0;
  private expected = 0;
  private isWhole = false;
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: SqlRunner,
    private readonly format: RowFormat,
    private readonly name: string,
  ) {}

  /** How much of the first load is done, 0 to 1. */
  get loaded(): number {
    if (this.isWhole) return 1;
    return Math.min(0.99, this.ids.length / Math.max(1, this.expected));
  }

  /** Nearest row of the nearest user and of the second nearest, for each probe. */
  async nearest(probes: readonly Float32Array[]): Promise<FoundRow[][]> {
    await this.refresh();
    const found = this.gallery?.nearest(probes) ?? [];
    return found.map(({ best, runnerUp }) =>
      [best, runnerUp]
        .filter((each) => each !== null && !this.removed.has(each.row))
        .map((each) => ({
          id: this.ids[each!.row]!,
          distance: each!.distance,
        }))
    );
  }

  /** Loads what changed; calls at once take turns. */
  refresh(): Promise<void> {
    const refreshed = this.refreshing.then(() => this.loadChanges());
    // What is loaded outlasts a database that was away: the next refresh begins at the same change.
    this.refreshing = refreshed.catch(() => {
      if (!this.isWhole) this.clear();
    });
    return refreshed;
  }

  private clear(): void {
    this.gallery = null;
    this.ids = [];
    this.removed = new Set();
    this.change = 0;
    this.isWhole = false;
  }

  private async loadChanges(): Promise<void> {
    // Asked before loading: a change in between only means loading it once more the next time.
    const newest = await readRevision(this.database, this.name);
    if (newest === this.change && this.gallery !== null) return;
    if (this.removed.size > this.ids.length / 2) this.clear();
    const select = this.format.key === null ? SELECT_NARROW : SELECT_TEMPLATES;
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
    const { key } = this.format;
    if (!isFirst) await this.loadRemovals();
    else if (key !== null) await checkRows(this.database, key, this.name);
    this.change = newest;
    this.isWhole = true;
  }

  private async loadRemovals(): Promise<void> {
    // Nothing seals the list of removals: what it says counts only where the row is gone.
    const rows = await this.database.run(
      `SELECT r.template_id FROM removals r WHERE r.change > $1
      AND NOT EXISTS (SELECT 1 FROM templates t WHERE t.id = r.template_id)`,
      [this.change],
    );
    const far = new Float32Array(this.format.model.dimensions).fill(FAR_AWAY);
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
    this.expected = Number(row!.count);
    return new PackedGallery(
      this.format.model.dimensions,
      this.expected + 1024,
    );
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
    const { format } = this;
    if (format.key !== null) return toHeld(format, row).template.vector;
    const bytes = row.embedding as Uint8Array;
    if (bytes.length !== format.model.dimensions * 4) return null;
    return bytesToVector(bytes);
  }

  private async byId(id: number): Promise<Template | undefined> {
    const where = "WHERE t.id = $1";
    const found = await readTemplates(this.database, this.format, where, [id]);
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
