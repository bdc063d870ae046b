import { z } from "zod";
import { PhotoError } from "../../errors.ts";
import { decodePhoto } from "../../image/decode.ts";
import {
  advance,
  type Challenge,
  startChallenge,
} from "../../liveness/challenge.ts";
import type { FaceMeshes } from "../../liveness/face_mesh.ts";
import { createWatcher } from "../../liveness/watcher.ts";
import type { Recognizer } from "../../recognize/recognizer.ts";
import { toWriteError } from "../../store/atomic_file.ts";
import type { Try } from "./evaluate_liveness.ts";

const takeSchema = z.object({
  /** "live", or what was held up, such as "phone". */
  kind: z.string(),
  person: z.string(),
  policy: z.enum(["light+motion", "motion", "off"]),
  light: z.object({
    steps: z.array(z.number()),
    stepMs: z.number(),
    fadeMs: z.number(),
  }),
  path: z.object({ stops: z.array(z.number()), moveMs: z.array(z.number()) }),
  /** Of each frame, in order: when it came, and its moment on the page's clock, ms. */
  frames: z.array(
    z.object({ atMs: z.number(), shownMs: z.number().nullable() }),
  ),
});

/** One sign-in as the lab recorded it; its frames lie beside it as 000.jpg and so on. */
export type Take = z.infer<typeof takeSchema>;

const frameName = (i: number) => `${String(i).padStart(3, "0")}.jpg`;

/**
 * Writes a take into a folder of its own, which its owner alone may read: it holds faces.
 *
 * @throws WriteError
 */
export async function writeTake(
  folder: string,
  take: Take,
  jpegs: readonly Uint8Array[],
): Promise<void> {
  const name = `${take.kind}_${take.person}_${Date.now()}`
    .replaceAll(/[^\p{L}\p{N}]+/gu, "_");
  const [made, place] = [`${folder}/.${name}`, `${folder}/${name}`];
  try {
    await Deno.mkdir(made, { recursive: true, mode: 0o700 });
    for (const [i, jpeg] of jpegs.entries()) {
      await Deno.writeFile(`${made}/${frameName(i)}`, jpeg, { mode: 0o600 });
    }
    await Deno.writeTextFile(`${made}/take.json`, JSON.stringify(take), {
      mode: 0o600,
    });
    await Deno.rename(made, place);
  } catch (error) {
    throw toWriteError(place, error);
  }
}

/**
 * Plays all takes of a folder to the live check, in the order of their names.
 *
 * @throws PhotoError when the folder or a take in it cannot be read.
 */
export async function playTakes(
  folder: string,
  recognizer: Recognizer,
  meshes: FaceMeshes,
): Promise<Try[]> {
  const tries: Try[] = [];
  for (const name of await namesIn(folder)) {
    const place = `${folder}/${name}`;
    try {
      const take = takeSchema.parse(
        JSON.parse(await Deno.readTextFile(`${place}/take.json`)),
      );
      const { verdict, light, turned } = await play(
        place,
        take,
        recognizer,
        meshes,
      );
      const reason = verdict === "pending"
        ? { kind: "too-late" } as const
        : verdict === "passed"
        ? null
        : verdict;
      const { kind, person } = take;
      // The light was passed when the movements were looked at.
      const lightPassed = reason === null || turned.length > 0;
      tries.push({
        kind,
        person,
        skin: person,
        share: null,
        light: lightPassed ? null : reason,
        motion: lightPassed ? reason : null,
        evidence: light,
      });
    } catch (cause) {
      throw new PhotoError(`${place} is no take of the lab; remove it.`, {
        cause,
      });
    }
  }
  return tries;
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

async function play(
  folder: string,
  { policy, light, path, frames }: Take,
  recognizer: Recognizer,
  meshes: FaceMeshes,
): Promise<Challenge> {
  const watcher = createWatcher(recognizer, meshes);
  let challenge = startChallenge({
    policy,
    light,
    path,
    timeLimitMs: Infinity,
    samePersonDistance: recognizer.defaultThreshold,
  }, frames[0]?.atMs ?? 0);
  for (const [i, { atMs, shownMs }] of frames.entries()) {
    if (challenge.verdict !== "pending") break;
    const photo = await decodePhoto(
      await Deno.readFile(`${folder}/${frameName(i)}`),
    );
    const { faces, live } = await watcher.watch(
      photo,
      challenge.stage === "straight",
    );
    const { width, height } = photo;
    const frame = { atMs, shownMs, faces, face: live, width, height };
    challenge = advance(challenge, frame);
  }
  return challenge;
}
