import { PhotoError, ServerBusyError } from "../errors.ts";
import { workerCount } from "../recognize/pool.ts";
import { PoolMember } from "../recognize/pool_member.ts";
import type { RecognizerConfig } from "../recognize/recognizer.ts";
import type {
  FrameDescription,
  FrameJob,
  FrameModel,
  FrameStart,
} from "./frame_messages.ts";

/** How a frame pool is made. */
export interface FramePoolOptions {
  readonly config: RecognizerConfig;
  readonly workers?: number;
  /** Pictures that may wait for one worker, besides the one it works on. */
  readonly mostWaiting?: number;
  /** How long one picture may take, ms; its worker is replaced then. */
  readonly timeLimitMs?: number;
  /** Stands in for the worker's module in tests. */
  readonly script?: URL;
}

/** Workers that describe pictures for the web page. */
export interface FramePool {
  readonly workers: number;
  /** Pictures that wait or are worked on. */
  readonly busy: number;
  /** The model, when every worker has its networks. @throws WeightsError */
  ready(): Promise<FrameModel>;
  /**
   * Describes one picture. The frames of one stream go to one worker, in order.
   *
   * @throws ServerBusyError when too many wait already; PhotoError when it is no picture, made its
   * worker crash or took too long.
   */
  describe(job: FrameJob): Promise<FrameDescription>;
  close(): void;
}

type Member = PoolMember<FrameStart, FrameJob, FrameDescription, FrameModel>;

/** A worker and the line of pictures before it. */
interface Desk {
  member: Member;
  waiting: number;
  last: Promise<unknown>;
}

const frameScript = new URL("./frame_worker.ts", import.meta.url);
/** Streams remembered; a forgotten one is only searched in full once more. */
const mostStreams = 1000;

/** Starts the workers at once, so that the first person does not wait for the networks. */
export function createFramePool({
  config,
  workers = workerCount(),
  mostWaiting = 4,
  timeLimitMs = 10_000,
  script = frameScript,
}: FramePoolOptions): FramePool {
  const enlist = (): Member => new PoolMember({ config }, script);
  const desks: Desk[] = Array.from({ length: workers }, () => ({
    member: enlist(),
    waiting: 0,
    last: Promise.resolve(),
  }));
  const streams = new Map<string, Desk>();
  let closed = false;

  const deskOf = (stream: string | null): Desk => {
    const quietest = desks.reduce((a, b) => b.waiting < a.waiting ? b : a);
    if (stream === null) return quietest;
    const desk = streams.get(stream) ?? quietest;
    streams.delete(stream);
    streams.set(stream, desk);
    if (streams.size > mostStreams) {
      streams.delete(streams.keys().next().value!);
    }
    return desk;
  };

  const work = async (desk: Desk, job: FrameJob): Promise<FrameDescription> => {
    if (closed) throw new ServerBusyError("the server is shutting down");
    if (!desk.member.alive) desk.member = enlist();
    const { member } = desk;
    await member.ready();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      member.close();
    }, timeLimitMs);
    try {
      return await member.work(job);
    } catch (cause) {
      if (!late) throw cause;
      throw new PhotoError(
        `${job.name} took longer than ${
          timeLimitMs / 1000
        } s; send a smaller one.`,
        { cause },
      );
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    workers,
    get busy() {
      return desks.reduce((sum, { waiting }) => sum + waiting, 0);
    },
    async ready() {
      const models = await Promise.all(
        desks.map(({ member }) => member.ready()),
      );
      return models[0]!;
    },
    async describe(job) {
      const desk = deskOf(job.stream);
      if (desk.waiting > mostWaiting) {
        throw new ServerBusyError(
          "the server has more pictures than it can look at; try again in a second",
        );
      }
      desk.waiting++;
      const answer = desk.last.then(() => work(desk, job));
      desk.last = answer.catch(() => {});
      try {
        return await answer;
      } finally {
        desk.waiting--;
      }
    },
    close() {
      closed = true;
      desks.forEach(({ member }) => member.close());
    },
  };
}
