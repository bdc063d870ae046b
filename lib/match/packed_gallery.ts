import { euclideanDistance } from "./distance.ts";
import {
  createDistanceKernel,
  type DistanceKernel,
} from "./distance_kernel.ts";

/** One row of a packed gallery and how far a probe lies from it. */
export interface RowMatch {
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
  private readonly kernel: DistanceKernel;
  private users: Int32Array;
  private count = 0;

  /** @param capacity rows to make room for at once; more are welcome later, at the cost of a copy */
  constructor(readonly dimensions: number, capacity = 1024) {
    this.kernel = createDistanceKernel(dimensions, capacity);
    this.users = new Int32Array(capacity);
  }

  get size(): number {
    return this.count;
  }

  /** Adds a row. @param user a number that is the same for all rows of one user */
  add(vector: ArrayLike<number>, user: number): void {
    if (vector.length !== this.dimensions) throw this.wrongLength(vector);
    if (this.count === this.users.length) this.grow();
    this.kernel.setRow(this.count, vector);
    this.users[this.count++] = user;
  }

  /** Puts another vector of the same user in the place of a row's. */
  replace(row: number, vector: ArrayLike<number>): void {
    if (vector.length !== this.dimensions) throw this.wrongLength(vector);
    this.kernel.setRow(row, vector);
  }

  /**
   * Finds best and runner-up for each probe.
   *
   * @throws RangeError when a probe has another length than the rows.
   */
  nearest(probes: readonly Float32Array[]): NearestRows[] {
    const races = probes.map(() => new Race());
    for (const probe of probes) {
      if (probe.length !== this.dimensions) throw this.wrongLength(probe);
    }
    // A block of rows stays in the processor's cache while every probe passes over it.
    const blockRows = probes.length === 1 ? this.count : rowsInCache;
    for (let start = 0; start < this.count; start += blockRows) {
      const rows = Math.min(blockRows, this.count - start);
      for (const [i, probe] of probes.entries()) {
        races[i]!.enter(
          this.kernel.squaredDistances(probe, start, rows),
          start,
          this.users,
        );
      }
    }
    return races.map((race, i) => ({
      best: this.exact(race.first, probes[i]!),
      runnerUp: this.exact(race.second, probes[i]!),
    }));
  }

  private exact(row: number, probe: Float32Array): RowMatch | null {
    if (row < 0) return null;
    return { row, distance: euclideanDistance(probe, this.kernel.row(row)) };
  }

  private grow(): void {
    const users = new Int32Array(this.users.length * 2);
    users.set(this.users);
    this.users = users;
    this.kernel.reserve(users.length);
  }

  private wrongLength(vector: ArrayLike<number>): RangeError {
    return new RangeError(
      `a vector of ${vector.length} numbers does not fit a gallery of ${this.dimensions}`,
    );
  }
}

const rowsInCache = 512;

/** Keeps the nearest row and the nearest row of another user while distances pass by. */
class Race {
  first = -1;
  second = -1;
  private firstUser = -1;
  private firstDistance = Infinity;
  private secondDistance = Infinity;

  enter(squared: Float32Array, start: number, users: Int32Array): void {
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
