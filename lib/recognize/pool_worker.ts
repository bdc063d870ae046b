import { FaceSignInError, PhotoError, WeightsError } from "../errors.ts";

/** To a worker: first what to start with, then jobs, one at a time. */
type ToWorker<Start, Job> =
  | { readonly start: Start }
  | { readonly job: Job };

/** From a worker: that it is ready and what it says of itself, then an answer to each job. */
type FromWorker<Answer, Ready> =
  | { readonly ready: Ready }
  | { readonly answer: Answer }
  | { readonly error: SentError };

/** An error as it crosses from a worker: classes do not. */
interface SentError {
  readonly kind: string;
  readonly message: string;
}

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

/** What a worker does with what it is sent. */
interface JobHandler<Start, Job, Answer, Ready> {
  /** Resolves to what the worker says of itself. */
  start(start: Start): Promise<Ready>;
  work(job: Job): Promise<Answer>;
  /** Buffers of an answer that are moved instead of copied. */
  moved(answer: Answer): ArrayBuffer[];
}

/** The part of a worker's global scope that is needed. */
interface WorkerScope {
  onmessage: ((event: MessageEvent) => unknown) | null;
  postMessage(message: unknown, moved: Transferable[]): void;
}

/** Makes a worker answer what its pool sends it. Whatever a job throws becomes an answer, too. */
export function serveJobs<Start, Job, Answer, Ready>(
  scope: WorkerScope,
  { start, work, moved }: JobHandler<Start, Job, Answer, Ready>,
): void {
  const reply = (
    message: FromWorker<Answer, Ready>,
    buffers: ArrayBuffer[] = [],
  ) => scope.postMessage(message, buffers);
  scope.onmessage = async (
    { data }: MessageEvent<ToWorker<Start, Job>>,
  ) => {
    try {
      if ("start" in data) {
        reply({ ready: await start(data.start) });
      } else {
        const answer = await work(data.job);
        reply({ answer }, moved(answer));
      }
    } catch (error) {
      reply({ error: toSent(error) });
    }
  };
}

/** The error that a worker sent, of its class where that is one a photo or its model can cause. */
function fromSent({ kind, message }: SentError): Error {
  switch (kind) {
    case "photo":
      return new PhotoError(message);
    case "weights":
      return new WeightsError(message);
    default:
      return new Error(message);
  }
}

function toSent(error: unknown): SentError {
  if (error instanceof FaceSignInError) {
    return { kind: error.kind, message: error.message };
  }
  const message = error instanceof Error
    ? error.stack ?? error.message
    : String(error);
  return { kind: "unforeseen", message };
}
