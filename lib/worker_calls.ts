import * as errors from "./errors.ts";

/** What a worker does for others, by name; values are copied on the way to it and back. */
type WorkerFunctions = Readonly<
  Record<string, (...values: never[]) => unknown>
>;

/** To a worker. */
interface Call {
  readonly call: number;
  readonly name: string;
  readonly values: never[];
}

/** From a worker: what became of a call. */
interface Reply {
  readonly call: number;
  readonly result?: unknown;
  readonly error?: SentError;
}

/** An error as it crosses from a worker: classes do not. */
interface SentError {
  /** A class of errors.ts; empty for any other error. */
  readonly name: string;
  readonly message: string;
  /** What it carries besides, such as a time to wait. */
  readonly fields: object;
}

/** A worker, and what is asked of it. When it crashes or is ended, all of that fails, and `alive` is false. */
export class WorkerCalls<F extends WorkerFunctions> {
  alive = true;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  /** @param script the worker's module, which calls `serveCalls` */
  constructor(script: URL) {
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.call);
      this.#waiting.delete(data.call);
      if (data.error === undefined) waiting?.resolve(data.result);
      else waiting?.reject(fromSent(data.error));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.end(new Error(event.message));
    };
  }

  /**
   * Calls a function of the worker. Calls begin in their order.
   *
   * @param moved buffers of the values that are moved instead of copied
   * @throws what the function threw, of its class where errors.ts has it
   */
  async call<N extends keyof F & string>(
    name: N,
    values: Parameters<F[N]>,
    moved: ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<F[N]>>> {
    if (!this.alive) throw new Error("this worker has ended");
    const call = this.#calls++;
    const waiting = Promise.withResolvers<unknown>();
    this.#worker.postMessage({ call, name, values }, moved);
    this.#waiting.set(call, waiting);
    return await waiting.promise as Awaited<ReturnType<F[N]>>;
  }

  /** Stops the worker; what it was asked fails with this reason. */
  end(reason: Error): void {
    this.alive = false;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

/** The part of a worker's global scope that is needed. */
interface WorkerScope {
  onmessage: ((event: MessageEvent) => unknown) | null;
  postMessage(message: unknown, moved: Transferable[]): void;
}

/**
 * Makes the worker that calls this do what is asked of it. Whatever a function throws becomes an answer, too.
 *
 * @param moved buffers of a result that are moved instead of copied
 */
export function serveCalls<F extends WorkerFunctions>(
  functions: F,
  moved: (result: Awaited<ReturnType<F[keyof F]>>) => ArrayBuffer[] = () => [],
): void {
  // The type of a worker's global scope is no type of this program's other files.
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = async ({ data }: MessageEvent<Call>) => {
    const { call, name, values } = data;
    const reply = (answer: Omit<Reply, "call">, buffers: ArrayBuffer[] = []) =>
      scope.postMessage({ call, ...answer }, buffers);
    try {
      const result = await functions[name]!(...values) as Awaited<
        ReturnType<F[keyof F]>
      >;
      reply({ result }, moved(result));
    } catch (error) {
      reply({ error: toSent(error) });
    }
  };
}

function toSent(error: unknown): SentError {
  if (error instanceof errors.FaceSignInError) {
    const { name, message } = error;
    return { name, message, fields: { ...error } };
  }
  const message = error instanceof Error
    ? error.stack ?? error.message
    : String(error);
  return { name: "", message, fields: {} };
}

function fromSent({ name, message, fields }: SentError): Error {
  const found = Object.entries(errors).find(([each]) => each === name)?.[1];
  if (found === undefined) return new Error(message);
  const Class = found as unknown as new (
    message: string,
    options: object,
  ) => Error;
  return Object.assign(new Class(message, {}), fields);
}
