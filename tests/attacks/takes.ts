import { z } from "zod";
import { PhotoError } from "../../lib/errors.ts";
import type { Challenge } from "../../lib/liveness/challenge.ts";
import { createPlayer, type FrameCost, type Networks } from "./frame_player.ts";
import { endOf, type Try } from "./liveness_rows.ts";

const track = {
  rows: z.array(z.array(z.number())),
  looksMs: z.array(z.number()),
};
/** A take as `deno task lab` writes it (lib/web/lab.ts). */
const takeSchema = z.object({
  /** "live", or what was held up, such as "phone". */
  kind: z.string(),
  person: z.string(),
  policy: z.enum(["light+motion", "motion", "off"]),
  light: z.object({
    ...track,
    steps: z.array(z.number()),
    pace: z.enum(["usual", "gentle"]),
  }),
  path: z.object({ ...track, longestDelayMs: z.number() }),
  /** Of each frame, in order: when it came, how long it took, and its moment on the page's clock, ms. */
  frames: z.array(z.object({
    atMs: z.number(),
    workMs: z.number(),
    shownMs: z.number().nullable(),
  })),
});

/**
 * Plays all takes of a folder to the live check, in the order of their names.
 *
 * @throws PhotoError when the folder or a take in it cannot be read.
 */
export async function playTakes(
  folder: string,
  networks: Networks,
  cost: FrameCost,
): Promise<Try[]> {
  const tries: Try[] = [];
  for (const name of await namesIn(folder)) {
    const place = `${folder}/${name}`;
    try {
      tries.push(await playTake(place, networks, cost));
    } catch (cause) {
      throw new PhotoError(`${place} is no take of the lab; remove it.`, {
        cause,
      });
    }
  }
  return tries;
}

async function playTake(
  place: string,
  networks: Networks,
  cost: FrameCost,
): Promise<Try> {
  const { kind, person, frames, ...terms } = takeSchema.parse(
    JSON.parse(await Deno.readTextFile(`${place}/take.json`)),
  );
  const take = createPlayer(
    networks,
    { ...terms, timeLimitMs: Infinity },
    cost,
  );
  let challenge: Challenge | null = null;
  for (const [i, times] of frames.entries()) {
    const jpeg = await Deno.readFile(
      `${place}/${String(i).padStart(3, "0")}.jpg`,
    );
    challenge = await take(jpeg, times);
    if (challenge.verdict !== "pending") break;
  }
  if (challenge === null) throw new RangeError("it has no frames");
  return {
    kind,
    live: kind === "live",
    person,
    skin: null,
    share: null,
    pace: terms.light.pace,
    ...endOf(challenge),
  };
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory && !name.startsWith(".")) names.push(name);
    }
  } catch (cause) {
    throw new PhotoError(`${folder} cannot be read; check the path.`, {
      cause,
    });
  }
  return names.sort();
}
