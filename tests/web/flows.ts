import type { Actor, Track } from "./actor.ts";
import type { ApiClient } from "./api_client.ts";

/** What the frames of one challenge came to. */
export interface Played {
  readonly id: string;
  readonly verdict: string;
  readonly frames: number;
}

/** Registers somebody from photo files, as the page's upload does. */
export async function registerFromFiles(
  client: ApiClient,
  name: string,
  paths: readonly string[],
): Promise<void> {
  const begin = () =>
    client.post<{ id: string }>("api/registrations", { name, consent: true });
  let opened = await begin();
  // A server that is still loading what it searches asks to come again.
  while (opened.status === 503) {
    await realTime.wait(1000);
    opened = await begin();
  }
  const files = paths.map((path) =>
    [path.split("/").pop()!, Deno.readFileSync(path)] as const
  );
  await client.postPhotos(`api/registrations/${opened.body.id}/photos`, files);
  const { status, body } = await client.post(
    `api/registrations/${opened.body.id}/finish`,
  );
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** How a challenge is played. */
export interface PlayOptions {
  readonly user?: string | undefined;
  /** A registration that the challenge is for. */
  readonly registration?: string;
  /** The server's clock, ms. */
  readonly now: () => number;
  /** Lets time pass on that clock, ms. */
  readonly wait: (ms: number) => unknown;
}

/** The real clock, for a server that runs by it. */
export const realTime = {
  now: () => performance.now(),
  wait: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
};

interface FrameAnswer {
  readonly verdict: string;
  readonly stage: string;
  readonly light: Track;
  readonly path: Track;
}

/** Opens a challenge and sends frames until it is decided, one every 100 ms. */
export async function playChallenge(
  client: ApiClient,
  actor: Pick<Actor, "next">,
  { user, registration, now, wait }: PlayOptions,
): Promise<Played> {
  // What is undefined is not sent.
  const asked = { user, registration };
  const issued = await client.post<{ id: string }>("api/challenges", asked);
  const { id } = issued.body;
  if (issued.status !== 201) throw new Error(JSON.stringify(issued.body));
  let last: FrameAnswer = {
    verdict: "pending",
    stage: "straight",
    light: null,
    path: null,
  };
  let stageAtMs = now();
  let frames = 0;
  for (; last.verdict === "pending" && frames < 200; frames++) {
    const { stage } = last;
    await wait(100);
    const atMs = Math.round(now() - stageAtMs);
    const frame = await actor.next(stage, { atMs, ...last });
    const query = stage === "straight" ? "" : `?shownMs=${atMs}`;
    const { status, body } = await client.postJpeg<FrameAnswer>(
      `api/challenges/${id}/frames${query}`,
      frame,
    );
    // As the page does: a busy server is asked again.
    if (status === 503) {
      await wait(1000);
      continue;
    }
    if (status !== 200) throw new Error(JSON.stringify(body));
    if (body.stage !== stage) stageAtMs = now();
    last = body;
  }
  return { id, verdict: last.verdict, frames };
}
