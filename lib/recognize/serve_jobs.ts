import { FaceSignInError, PhotoError, WeightsError } from "../errors.ts";

/** To a worker: first what to start with, then jobs, one at a time. */
export type ToWorker<Start, Job> =
  | { readonly start: Start }
  | { readonly job: Job };

/** From a worker: that it is ready and what it says of itself, then an answer to each job. */
export type FromWorker<Answer, Ready> =
  | { readonly ready: Ready }
  | { readonly answer: Answer }
  | { readonly error: SentError };

/** An error as it crosses from a worker: classes do not. */
export interface SentError {
  readonly kind: string;
  readonly message: string;
}

/** What a worker does with what it is sent. */
export interface JobHandler<Start, Job, Answer, Ready> {
  /** Resolves to what the worker says of itself. */
  start(start: Start): Promise<Ready>;
  work(job: Job): Promise<Answer>;
  /** Buffers of an answer that are moved instead of copied. */
  moved(answer: Answer): ArrayBuffer[];
}

/** The part of a worker's global scope that is needed. */
export interface WorkerScope {
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
export function fromSent({ kind, message }: SentError): Error {
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
