import { decodePhoto } from "../image/decode.ts";
import type { Photo } from "../image/photo.ts";
import { fileName } from "../recognize/photo_files.ts";
import type { SignIn } from "../people/sign_in.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { faceMark } from "./face_mark.ts";
import type { Figure } from "./figure.ts";
import { signInFigure } from "./sign_in_figure.ts";

/** How many users' distances the scale shows. */
const shownUsers = 5;

/** A decided sign-in as a picture: the photo, the nearest template's chip, all distances, the verdict. */
export async function signInOf(
  title: string,
  path: string,
  photo: Photo,
  signIn: SignIn,
  store: EmbeddingStore,
): Promise<Figure> {
  const { face, nearest, ranking, threshold, accepted } = signIn;
  const { user, photo: nearestPhoto } = nearest.template;
  const chip = await store.chip(user, nearestPhoto);
  return await signInFigure(title, {
    probe: { photo, faces: [faceMark(face)], name: fileName(path) },
    probeChip: face.chip,
    nearest: {
      name: nearestPhoto,
      chip: chip === null ? face.chip : await decodePhoto(chip),
    },
    distances: ranking.slice(0, shownUsers).map((match) => ({
      name: match.template.user,
      distance: match.distance,
    })),
    threshold,
    accepted,
    verdict: accepted ? `Accepted: ${signIn.user}` : "Rejected: nobody",
  });
}

/** A decided sign-in in one sentence, with its numbers. */
export function verdictOf(
  { accepted, user, nearest, threshold }: SignIn,
): string {
  const distance = nearest.distance.toFixed(3);
  const { user: nearestUser, photo } = nearest.template;
  return accepted
    ? `**Accepted: this is ${user}.** The nearest template, ${photo}, is ${distance} away, under the threshold of ${threshold}.`
    : `**Rejected: this is nobody who is registered.** The nearest template, ${photo} of ${nearestUser}, is ${distance} away, not under the threshold of ${threshold}.`;
}
