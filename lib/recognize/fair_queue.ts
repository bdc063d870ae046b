import { LRUCache } from "lru-cache";

/** Whose job it is. */
export interface JobOwner {
  /** Clients take turns, however many jobs each has; jobs without one count as one client's. */
  readonly client?: string;
  /** Comes before all that is not urgent. */
  readonly urgent?: boolean;
}

/** Clients whose last turn is remembered; a forgotten one only comes a turn early. */
const mostClients = 1000;

/** Jobs that wait: urgent ones first, among them the client's whose last turn is longest ago, its oldest first. */
export class FairQueue<Job extends JobOwner> {
  #waiting: Job[] = [];
  readonly #turns = new LRUCache<string, number>({ max: mostClients });
  #turn = 0;

  get size(): number {
    return this.#waiting.length;
  }

  /** How many jobs wait for which this holds. */
  count(holds: (job: Job) => boolean): number {
    return this.#waiting.filter(holds).length;
  }

  push(job: Job): void {
    this.#waiting.push(job);
  }

  /** Takes out whose turn it is among the jobs that fit; undefined when none does. */
  take(fits: (job: Job) => boolean): Job | undefined {
    const next = this.#waiting.filter(fits).reduce(
      (first: Job | undefined, job) =>
        first === undefined || this.#before(job, first) ? job : first,
      undefined,
    );
    if (next === undefined) return undefined;
    this.#waiting = this.#waiting.filter((job) => job !== next);
    this.served(next);
    return next;
  }

  /** Remembers that a job's client had its turn. */
  served({ client = "" }: JobOwner): void {
    this.#turns.set(client, ++this.#turn);
  }

  #before(a: JobOwner, b: JobOwner): boolean {
    const [urgentA, urgentB] = [a.urgent ?? false, b.urgent ?? false];
    if (urgentA !== urgentB) return urgentA;
    const turnOf = ({ client = "" }: JobOwner) => this.#turns.peek(client) ?? 0;
    return turnOf(a) < turnOf(b);
  }
}
