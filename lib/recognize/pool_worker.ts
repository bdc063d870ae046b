import { fromSent, type FromWorker, type ToWorker } from "./serve_jobs.ts";

/**
 * One worker of a pool and the talk with it: it is asked one thing at a time. A worker that crashes
 * or is ended fails what it was asked, and `alive` is false from then on.
 */
export class PoolWorker<Start, Job, Answer, Ready> {
  alive = true;
  readonly #worker: Worker;
  readonly #ready: Promise<FromWorker<Answer, Ready>>;
  #asked: PromiseWithResolvers<FromWorker<Answer, Ready>> | undefined;

  /** @param script the worker's module, which calls `serveJobs` */
  constructor(script: URL, start: Start) {
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.onmessage = (
      { data }: MessageEvent<FromWorker<Answer, Ready>>,
    ) => this.#asked?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.end(new Error(event.message));
    };
    this.#ready = this.#ask({ start }, []);
    this.#ready.catch((error) => this.end(error));
  }

  /** What the worker says of itself when it can work. @throws what kept it from starting. */
  async ready(): Promise<Ready> {
    const reply = await this.#ready;
    if ("ready" in reply) return reply.ready;
    throw new Error("a worker answered out of turn");
  }

  /** Has a job done. @param moved buffers of the job that are moved instead of copied */
  async work(job: Job, moved: ArrayBuffer[]): Promise<Answer> {
    const reply = await this.#ask({ job }, moved);
    if ("answer" in reply) return reply.answer;
    throw new Error("a worker answered out of turn");
  }

  /** Stops the worker; what it was asked fails with this reason. */
  end(reason: Error): void {
    this.alive = false;
    this.#worker.terminate();
    this.#asked?.reject(reason);
  }

  async #ask(message: ToWorker<Start, Job>, moved: ArrayBuffer[]) {
    if (!this.alive) throw new Error("this worker has ended");
    this.#asked = Promise.withResolvers<FromWorker<Answer, Ready>>();
    this.#worker.postMessage(message, moved);
    const reply = await this.#asked.promise;
    if ("error" in reply) throw fromSent(reply.error);
    return reply;
  }
}
