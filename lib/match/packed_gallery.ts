import { euclideanDistance } from "./distance.ts";
import {
  createDistanceKernel,
  type DistanceKernel,
} from "./distance_kernel.ts";

/** One row of a packed gallery and how far a probe lies from it. */
interface RowMatch {
  readonly row: number;
  readonly distance: number;
}

/** The nearest row of all, and the nearest of any other user. */
interface NearestRows {
  readonly best: RowMatch | null;
  readonly runnerUp: RowMatch | null;
}

/**
 * Templates packed into one matrix for an exact 1:N search: every row is compared, nothing is
 * approximated. Distances come from the kernel in 32-bit numbers; the two answered are computed
 * again in 64 bits by the caller-visible formula of `euclideanDistance`.
 */
export class PackedGallery {
  /** Each holds as many rows as the one before, the last one fewer. */
  private readonly slabs: DistanceKernel[] = [];
  private readonly slabRows: number;
  private users: Int32Array;
  private count = 0;

  /**
   * @param capacity rows to make room for at once; more are welcome later, at the cost of a copy
   * @param slabBytes largest piece of memory; WebAssembly's end at 4 GB
   */
  constructor(
    readonly dimensions: number,
    capacity = 1024,
    slabBytes = 2 ** 30,
  ) {
    this.slabRows = Math.max(
      rowsInCache,
      Math.floor(slabBytes / (dimensions * 4 + 64)),
    );
    this.users = new Int32Array(capacity);
    this.reserve(capacity);
  }

  get size(): number {
    return this.count;
  }

  /** Adds a row. @param user a number that is the same for all rows of one user */
  add(vector: ArrayLike<number>, user: number): void {
    if (vector.length !== this.dimensions) throw this.wrongLength(vector);
    if (this.count === this.users.length) this.grow();
    this.setRow(this.count, vector);
    this.users[this.count++] = user;
  }

  /** Puts another vector of the same user in the place of a row's. */
  replace(row: number, vector: ArrayLike<number>): void {
    if (vector.length !== this.dimensions) throw this.wrongLength(vector);
    this.setRow(row, vector);
  }

  /**
   * Finds best and runner-up for each probe.
   *
   * @throws RangeError when a probe has another length than the rows.
   */
  nearest(probes: readonly Float32Array[]): NearestRows[] {
    const found = probes.map(() => new TwoNearest());
    for (const probe of probes) {
      if (probe.length !== this.dimensions) throw this.wrongLength(probe);
    }
    // A block of rows stays in the processor's cache while every probe passes over it.
    const blockRows = probes.length === 1 ? this.slabRows : rowsInCache;
    for (const [at, slab] of this.slabs.entries()) {
      const first = at * this.slabRows;
      const end = Math.min(this.count - first, this.slabRows);
      for (let start = 0; start < end; start += blockRows) {
        const rows = Math.min(blockRows, end - start);
        for (const [i, probe] of probes.entries()) {
          found[i]!.compare(
            slab.squaredDistances(probe, start, rows),
            first + start,
            this.users,
          );
        }
      }
    }
    return found.map((nearest, i) => ({
      best: this.exact(nearest.first, probes[i]!),
      runnerUp: this.exact(nearest.second, probes[i]!),
    }));
  }

  private exact(row: number, probe: Float32Array): RowMatch | null {
    if (row < 0) return null;
    const held = this.slabOf(row).row(row % this.slabRows);
    return { row, distance: euclideanDistance(probe, held) };
  }

  private slabOf(row: number): DistanceKernel {
    return this.slabs[Math.floor(row / this.slabRows)]!;
  }

  private setRow(row: number, vector: ArrayLike<number>): void {
    this.slabOf(row).setRow(row % this.slabRows, vector);
  }

  private reserve(rows: number): void {
    for (let first = 0; first < rows; first += this.slabRows) {
      const wanted = Math.min(rows - first, this.slabRows);
      const at = first / this.slabRows;
      this.slabs[at] ??= createDistanceKernel(this.dimensions, wanted);
      this.slabs[at].reserve(wanted);
    }
  }

  private grow(): void {
    const users = new Int32Array(this.users.length * 2);
    users.set(this.users);
    this.users = users;
    this.reserve(users.length);
  }

  private wrongLength(vector: ArrayLike<number>): RangeError {
    return new RangeError(
      `a vector of ${vector.length} numbers does not fit a gallery of ${this.dimensions}`,
    );
  }
}

const rowsInCache = 512;

/** Keeps the nearest row and the nearest row of another user while distances pass by. */
class TwoNearest {
  first = -1;
  second = -1;
  private firstUser = -1;
  private firstDistance = Infinity;
  private secondDistance = Infinity;

  compare(squared: Float32Array, start: number, users: Int32Array): void {
    for (let i = 0; i < squared.length; i++) {
      const distance = squared[i]!;
      if (distance >= this.secondDistance) continue;
      const user = users[start + i]!;
      if (distance < this.firstDistance) {
        if (user !== this.firstUser) {
          this.second = this.first;
          this.secondDistance = this.firstDistance;
        }
        this.first = start + i;
        this.firstDistance = distance;
        this.firstUser = user;
      } else if (user !== this.firstUser) {
        this.second = start + i;
        this.secondDistance = distance;
      }
    }
  }
}
