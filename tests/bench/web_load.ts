import { FrameClient } from "./frame_client.ts";

/** What some clients got out of a server at once. */
export interface Load {
  readonly clients: number;
  /** Frames answered in a second, all clients together. */
  readonly framesPerSecond: number;
  /** Time from sending a frame to its answer, ms of each frame that was answered. */
  readonly frameMs: readonly number[];
  /** Share of the frames that the server was too busy for. */
  readonly busyShare: number;
  /** Time in which the page itself was answered meanwhile, ms of each. */
  readonly pageMs: readonly number[];
}

/** How a load is put on a server. */
export interface LoadOptions {
  readonly clients: number;
  /** How long is measured, after a warm-up of a tenth of it, ms. */
  readonly durationMs: number;
  /** Frames, sent in turn. */
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
}

/** How often the page is asked for beside the frames, ms. */
const pageEveryMs = 100;

/**
 * Has clients send frames, each the next when the one before is answered, while somebody else
 * asks for the page. A client that is told to wait waits.
 *
 * @param url the server's address, with a slash at its end; somebody is registered there
 */
export async function measureLoad(
  url: string,
  { clients, durationMs, frames }: LoadOptions,
): Promise<Load> {
  const senders = Array.from({ length: clients }, () => new FrameClient(url));
  await Promise.all(senders.map((sender) => sender.begin()));
  const fromMs = performance.now() + durationMs / 10;
  const untilMs = fromMs + durationMs;
  const counts = { sent: 0, busy: 0 };
  const frameMs: number[] = [];
  const pageMs: number[] = [];

  const sendFrames = async (sender: FrameClient, first: number) => {
    for (let at = first; performance.now() < untilMs; at++) {
      const { status, ms, retryAfter } = await sender.send(
        frames[at % frames.length]!.slice(),
      );
      if (performance.now() >= fromMs && performance.now() < untilMs) {
        counts.sent++;
        if (status === 503) counts.busy++;
        if (status === 200) frameMs.push(ms);
      }
      if (retryAfter > 0) await pause(retryAfter * 1000);
    }
  };
  const askForPage = async () => {
    while (performance.now() < untilMs) {
      const start = performance.now();
      await (await fetch(url)).body?.cancel();
      if (start >= fromMs) pageMs.push(performance.now() - start);
      await pause(pageEveryMs);
    }
  };
  await Promise.all([askForPage(), ...senders.map(sendFrames)]);
  return {
    clients,
    framesPerSecond: frameMs.length / durationMs * 1000,
    frameMs,
    busyShare: counts.sent === 0 ? 0 : counts.busy / counts.sent,
    pageMs,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
