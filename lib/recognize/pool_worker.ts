import { WorkerCalls } from "../worker_calls.ts";

/** What a worker of a pool does, one thing at a time. */
type JobFunctions<Start, Job, Answer, Ready> = {
  /** Resolves to what the worker says of itself. */
  readonly start: (start: Start) => Promise<Ready>;
  readonly work: (job: Job) => Promise<Answer>;
};

/** One worker of a pool. One that crashes or is ended fails what it was asked, and `alive` is false from then on. */
export class PoolWorker<Start, Job, Answer, Ready> {
  readonly #calls: WorkerCalls<JobFunctions<Start, Job, Answer, Ready>>;
  readonly #ready: Promise<Ready>;

  /** @param script the worker's module, which serves `JobFunctions` */
  constructor(script: URL, start: Start) {
    this.#calls = new WorkerCalls(script);
    this.#ready = this.#calls.call("start", [start]);
    this.#ready.catch((error) => this.end(error));
  }

  get alive(): boolean {
    return this.#calls.alive;
  }

  /** What the worker says of itself when it can work. @throws what kept it from starting. */
  ready(): Promise<Ready> {
    return this.#ready;
  }

  /** Has a job done. @param moved buffers of the job that are moved instead of copied */
  work(job: Job, moved: ArrayBuffer[]): Promise<Answer> {
    return this.#calls.call("work", [job], moved);
  }

  /** Stops the worker; what it was asked fails with this reason. */
  end(reason: Error): void {
    this.#calls.end(reason);
  }
}
