import { PhotoError, ServerBusyError } from "../errors.ts";
import { LRUCache } from "lru-cache";
import { WorkerCalls } from "../worker_calls.ts";
import { FairQueue, type JobOwner } from "./fair_queue.ts";

/** Memory one worker is counted with, bytes: measured peak, rounded up. */
const workerBytes = 300e6;
/** More than this gains little: memory bandwidth is shared. */
const mostWorkers = 16;
/** Sessions whose worker is remembered; a forgotten one only goes to another worker. */
const mostSessions = 1000;
/** A full line of so many clients is long enough. */
const mostClientsWaiting = 16;

/** A photo or camera frame for a worker. */
export interface PoolJob {
  /** The picture file, moved to the worker: it must not be used afterwards. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What messages call it. */
  readonly name: string;
}

/** How a pool is made. */
export interface PoolOptions<Start> {
  /** The worker's module, which serves `JobFunctions`. */
  readonly script: URL;
  /** What each worker is started with. */
  readonly start: Start;
  /** How many workers; by cores and memory unless told. */
  readonly workers?: number | undefined;
  /** Jobs of one client that may wait for each worker besides the one it works on; any number unless told. */
  readonly mostWaiting?: number;
  /** Workers that urgent jobs alone may use, so that they need not wait for any other; none unless told. */
  readonly keptForUrgent?: number;
  /** How long one job may take, ms; its worker is replaced then. Any time unless told. */
  readonly deadlineMs?: number;
}

/** Whose job it is, and which worker does it. */
interface JobOrder extends JobOwner {
  /** Jobs of one session go to one worker, one after the other; any worker without one. */
  readonly session?: string | undefined;
}

/** Workers that each do one job at a time. Close it when done. */
export interface WorkerPool<Job, Answer, Ready> {
  readonly workers: number;
  /** Jobs that wait or are worked on. */
  readonly busy: number;
  /** Starts all workers, and resolves to what the first says of itself when all can work. @throws what kept one from starting */
  ready(): Promise<Ready>;
  /**
   * Has a job done by the next free worker: urgent jobs first, clients in turn.
   *
   * @throws what the job caused; ServerBusyError when too many of the client's, or of all, wait or
   * the pool was closed; PhotoError when the worker crashed over the job or it took too long: a new
   * worker takes the next.
   */
  run(job: Job, order?: JobOrder): Promise<Answer>;
  /** Stops all workers at once; jobs that are not done fail. */
  close(): void;
}

/**
 * How many workers this machine carries: one a core, as far as memory goes. Memory counts only
 * where the process may ask for it (`--allow-sys=systemMemoryInfo`).
 */
export function workerCount(
  cores: number = navigator.hardwareConcurrency,
  availableBytes: number = availableMemory(),
): number {
  const fitting = Math.floor(availableBytes / workerBytes);
  return Math.max(1, Math.min(cores, fitting, mostWorkers));
}

function availableMemory(): number {
  const { state } = Deno.permissions.querySync({
    name: "sys",
    kind: "systemMemoryInfo",
  });
  return state === "granted" ? Deno.systemMemoryInfo().available : Infinity;
}

/** What a worker of a pool does, one thing at a time. */
type JobFunctions<Start, Job, Answer, Ready> = {
  /** Resolves to what the worker says of itself. */
  readonly start: (start: Start) => Promise<Ready>;
  readonly work: (job: Job) => Promise<Answer>;
};

/** One worker: one that crashes or is ended fails what it was asked, and is alive no more. */
class PoolWorker<Start, Job, Answer, Ready>
  extends WorkerCalls<JobFunctions<Start, Job, Answer, Ready>> {
  /** What the worker says of itself when it can work; rejects with what kept it from starting. */
  readonly ready: Promise<Ready>;

  constructor(script: URL, start: Start) {
    super(script);
    this.ready = this.call("start", [start]);
    this.ready.catch((error) => this.end(error));
  }
}

/** A place for one worker, which is started when it is first needed and after each crash. */
interface Place<Start, Job, Answer, Ready> {
  worker: PoolWorker<Start, Job, Answer, Ready> | null;
  working: boolean;
  /** Whether what it works on is urgent. */
  urgent: boolean;
}

/** A job that waits for one place, or null for any. */
interface WaitingJob<OnePlace> extends JobOwner {
  readonly place: OnePlace | null;
  readonly go: (place: OnePlace) => void;
}

/** Makes a pool. A worker starts with its first job, all of them with `ready()`. */
export function createWorkerPool<Start, Job extends PoolJob, Answer, Ready>({
  script,
  start,
  workers = workerCount(),
  mostWaiting = Infinity,
  keptForUrgent = 0,
  deadlineMs = Infinity,
}: PoolOptions<Start>): WorkerPool<Job, Answer, Ready> {
  type OnePlace = Place<Start, Job, Answer, Ready>;
  const places = Array.from(
    { length: workers },
    (): OnePlace => ({ worker: null, working: false, urgent: false }),
  );
  const waiting = new FairQueue<WaitingJob<OnePlace>>();
  const sessions = new LRUCache<string, OnePlace>({ max: mostSessions });
  let closed = false;

  const workerAt = (place: OnePlace) => {
    if (!place.worker?.alive) place.worker = new PoolWorker(script, start);
    return place.worker;
  };
  const waitingFor = (place: OnePlace) =>
    waiting.count((job) => job.place === place);
  const mayUse = (place: OnePlace, urgent = false) =>
    urgent || places.indexOf(place) >= keptForUrgent;

  /** The session's place; null for any, as when an urgent job would wait there for one that is not. */
  const placeOf = ({ session, urgent }: JobOrder): OnePlace | null => {
    if (session === undefined) return null;
    const load = (place: OnePlace) => Number(place.working) + waitingFor(place);
    const place = sessions.get(session) ??
      places.filter((each) => mayUse(each, urgent))
        .reduce((a, b) => load(b) < load(a) ? b : a);
    return urgent && place.working && !place.urgent ? null : place;
  };

  /** Resolves to a place once it is this job's turn there. */
  const turn = async (order: JobOrder): Promise<OnePlace> => {
    const { client = "", urgent = false } = order;
    const own = placeOf(order);
    if (own !== null && order.session !== undefined) {
      sessions.set(order.session, own);
    }
    const free = (own === null ? places : [own]).find((place) =>
      !place.working && mayUse(place, urgent)
    );
    if (free !== undefined) {
      Object.assign(free, { working: true, urgent });
      waiting.served(order);
      return free;
    }
    const ofClient = waiting.count((job) => job.client === client);
    if (
      ofClient >= mostWaiting * workers ||
      waiting.size >= mostWaiting * workers * mostClientsWaiting ||
      (own !== null && waitingFor(own) >= mostWaiting)
    ) {
      throw new ServerBusyError(
        "the server has more pictures than it can look at; try again in a second",
      );
    }
    return await new Promise((go) =>
      waiting.push({ client, urgent, place: own, go })
    );
  };

  const leave = (place: OnePlace): void => {
    const next = waiting.take((job) =>
      (job.place === null || job.place === place) && mayUse(place, job.urgent)
    );
    Object.assign(place, { working: next !== undefined, urgent: next?.urgent });
    next?.go(place);
  };

  const work = async (place: OnePlace, job: Job): Promise<Answer> => {
    if (closed) throw poolClosed();
    const worker = workerAt(place);
    await worker.ready;
    const bytes = ownBuffer(job.bytes);
    const late = new PhotoError(
      `${job.name} took longer than ${deadlineMs / 1000} s; use a smaller one.`,
    );
    const timer = deadlineMs === Infinity
      ? undefined
      : setTimeout(() => worker.end(late), deadlineMs);
    try {
      return await worker.call("work", [{ ...job, bytes }], [bytes.buffer]);
    } catch (cause) {
      if (worker.alive || cause === late || closed) throw cause;
      throw new PhotoError(
        `${job.name} made its worker crash; omit it or save it anew.`,
        { cause },
      );
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    workers,
    get busy() {
      return waiting.size + places.filter(({ working }) => working).length;
    },
    async ready() {
      const all = places.map((place) => workerAt(place).ready);
      return (await Promise.all(all))[0]!;
    },
    async run(job, order = {}) {
      if (closed) throw poolClosed();
      const place = await turn(order);
      if (order.session !== undefined) sessions.set(order.session, place);
      try {
        return await work(place, job);
      } finally {
        leave(place);
      }
    },
    close() {
      closed = true;
      for (const { worker } of places) worker?.end(poolClosed());
    },
  };
}

function poolClosed(): ServerBusyError {
  return new ServerBusyError("the workers are being stopped; start again");
}

/** Moving a view moves all of its buffer, which must not be somebody else's. */
function ownBuffer(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
