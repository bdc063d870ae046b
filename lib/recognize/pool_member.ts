import { PhotoError } from "../errors.ts";
import type { PhotoDescription } from "./describe_photo.ts";
import { fromSent, type FromWorker, type ToWorker } from "./pool_messages.ts";
import type { RecognizerConfig } from "./recognizer.ts";

const workerScript = new URL("./pool_worker.ts", import.meta.url);

/** A photo that waits for a worker. */
export type PhotoJob = Exclude<ToWorker, { start: RecognizerConfig }>;

/**
 * One worker and the talk with it: it is asked one thing at a time. A worker that crashes ends;
 * what it was asked fails, and `alive` is false from then on.
 */
export class PoolMember {
  alive = true;
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<FromWorker> | undefined;
  readonly #ready: Promise<unknown>;

  /** @param script what the worker runs; tests have their own */
  constructor(config: RecognizerConfig, script: URL = workerScript) {
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) =>
      this.#waiting?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new Error(event.message));
    };
    this.#ready = this.#ask({ start: config });
    this.#ready.catch(() => this.#end(new Error("it did not start")));
  }

  /**
   * Has a photo described.
   *
   * @throws what the photo caused; PhotoError when the worker crashed over it.
   */
  async describe(job: PhotoJob): Promise<PhotoDescription> {
    await this.#ready;
    try {
      const answer = await this.#ask(job, [job.bytes.buffer]);
      if ("description" in answer) return answer.description;
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

  async #ask(message: ToWorker, moved: ArrayBuffer[] = []) {
    if (!this.alive) throw new Error("this worker has ended");
    this.#waiting = Promise.withResolvers<FromWorker>();
    this.#worker.postMessage(message, moved);
    const answer = await this.#waiting.promise;
    if ("error" in answer) throw fromSent(answer.error);
    return answer;
  }

  #end(reason: Error): void {
    this.alive = false;
    this.#worker.terminate();
    this.#waiting?.reject(reason);
  }
}
