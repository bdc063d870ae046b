import type { Photo } from "../../image/photo.ts";
import type { SeenFace } from "../../liveness/challenge.ts";
import { measureFace } from "../../liveness/frame_measures.ts";
import type { PassiveNetworks } from "../../liveness/passive_networks.ts";
import type { Recognizer } from "../../recognize/recognizer.ts";
import type { Frame } from "./recordings.ts";

/** What looks at a camera frame. */
export interface Eyes {
  readonly recognizer: Recognizer;
  readonly networks: PassiveNetworks;
}

/** All faces of a photo, largest first, as a challenge takes them. */
export async function seeFaces(
  photo: Photo,
  { recognizer, networks }: Eyes,
): Promise<SeenFace[]> {
  const faces = await recognizer.findFaces(photo);
  const embeddings = await recognizer.embed(faces.map(({ chip }) => chip));
  const seen: SeenFace[] = [];
  for (const [i, { box, landmarks }] of faces.entries()) {
    seen.push({
      ...measureFace(landmarks, photo),
      vector: embeddings[i]!.vector,
      passive: await networks.score(photo, box),
    });
  }
  return seen;
}

/** Looks at frames, at each once however often it is played. */
export function seeOnce(eyes: Eyes): (frame: Frame) => Promise<SeenFace[]> {
  const seen = new Map<string, SeenFace[]>();
  return async (frame) => {
    const known = seen.get(frame.key) ??
      await seeFaces(await frame.photo(), eyes);
    seen.set(frame.key, known);
    return known;
  };
}
