import { type FromWorker, toSent, type ToWorker } from "./pool_messages.ts";

/** What a worker does. */
export interface Trade<Start, Job, Answer> {
  /** Answers what the worker says of itself. */
  start(start: Start): Promise<unknown>;
  work(job: Job): Promise<Answer>;
  /** Buffers of an answer that are moved instead of copied. */
  moved(answer: Answer): ArrayBuffer[];
}

/** The part of a worker's global scope that is needed. */
export interface WorkerScope {
  onmessage: ((event: MessageEvent) => unknown) | null;
  postMessage(message: unknown, moved: Transferable[]): void;
}

/** Makes a worker answer what `PoolMember` sends it. Whatever a job throws becomes an answer, too. */
export function serveJobs<Start, Job, Answer>(
  scope: WorkerScope,
  { start, work, moved }: Trade<Start, Job, Answer>,
): void {
  const reply = (message: FromWorker<Answer>, buffers: ArrayBuffer[] = []) =>
    scope.postMessage(message, buffers);
  scope.onmessage = async (
    { data }: MessageEvent<ToWorker<Start, Job>>,
  ) => {
    try {
      if ("start" in data) {
        reply({ ready: await start(data.start) ?? null });
      } else {
        const answer = await work(data.job);
        reply({ answer }, moved(answer));
      }
    } catch (error) {
      reply({ error: toSent(error) });
    }
  };
}
