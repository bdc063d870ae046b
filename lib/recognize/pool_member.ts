import { PhotoError } from "../errors.ts";
import { fromSent, type FromWorker, type ToWorker } from "./pool_messages.ts";

/** What every job has. */
export interface NamedBytes {
  /** A photo file, moved to the worker. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What messages call it. */
  readonly name: string;
}

/**
 * One worker and the talk with it: it is asked one thing at a time. A worker that crashes ends;
 * what it was asked fails, and `alive` is false from then on.
 */
export class PoolMember<
  Start,
  Job extends NamedBytes,
  Answer,
  Ready = unknown,
> {
  alive = true;
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<FromWorker<Answer, Ready>> | undefined;
  readonly #ready: Promise<
    Exclude<FromWorker<Answer, Ready>, { error: unknown }>
  >;

  /** @param script the worker's module, which calls `serveJobs` */
  constructor(start: Start, script: URL) {
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.onmessage = (
      { data }: MessageEvent<FromWorker<Answer, Ready>>,
    ) => this.#waiting?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new Error(event.message));
    };
    this.#ready = this.#ask({ start });
    this.#ready.catch(() => this.#end(new Error("it did not start")));
  }

  /** What the worker says of itself when it can work. @throws what kept it from starting. */
  async ready(): Promise<Ready> {
    const reply = await this.#ready;
    if ("ready" in reply) return reply.ready;
    throw new Error("a worker answered out of turn");
  }

  /**
   * Has a job done.
   *
   * @throws what the photo caused; PhotoError when the worker crashed over it.
   */
  async work(job: Job): Promise<Answer> {
    await this.#ready;
    try {
      const reply = await this.#ask({ job }, [job.bytes.buffer]);
      if ("answer" in reply) return reply.answer;
      throw new Error("a worker answered out of turn");
    } catch (cause) {
      if (this.alive) throw cause;
      throw new PhotoError(
        `${job.name} made its worker crash; leave it out or save it anew.`,
        { cause },
      );
    }
  }

  /** Stops the worker; what it was doing fails. */
  close(): void {
    this.#end(new Error("the pool was closed"));
  }

  async #ask(message: ToWorker<Start, Job>, moved: ArrayBuffer[] = []) {
    if (!this.alive) throw new Error("this worker has ended");
    this.#waiting = Promise.withResolvers<FromWorker<Answer, Ready>>();
    this.#worker.postMessage(message, moved);
    const reply = await this.#waiting.promise;
    if ("error" in reply) throw fromSent(reply.error);
    return reply;
  }

  #end(reason: Error): void {
    this.alive = false;
    this.#worker.terminate();
    this.#waiting?.reject(reason);
  }
}
