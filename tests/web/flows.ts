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
  const opened = await client.post<{ id: string }>("api/registrations", {
    name,
    consent: true,
  });
  const files = paths.map((path) =>
    [path.split("/").pop()!, Deno.readFileSync(path)] as const
  );
  await client.postPhotos(`api/registrations/${opened.body.id}/photos`, files);
  const { status, body } = await client.post(
    `api/registrations/${opened.body.id}/finish`,
  );
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** Opens a challenge and sends frames until it is decided. */
export async function playChallenge(
  client: ApiClient,
  next: (expects: string) => Uint8Array<ArrayBuffer>,
  user?: string,
): Promise<Played> {
  const { body: { id, expects: first } } = await client.post<
    { id: string; expects: string }
  >("api/challenges", user === undefined ? {} : { user });
  let expects = first;
  let verdict = "pending";
  let frames = 0;
  for (; verdict === "pending" && frames < 80; frames++) {
    const { status, body } = await client.postJpeg<
      { verdict: string; expects: string }
    >(`api/challenges/${id}/frames`, next(expects));
    if (status !== 200) throw new Error(JSON.stringify(body));
    ({ verdict, expects } = body);
  }
  return { id, verdict, frames };
}
