import type { Photo } from "../image/photo.ts";
import { type SignIn, signIn } from "../people/sign_in.ts";
import {
  fileName,
  type PhotoFile,
  readPhoto,
} from "../recognize/photo_files.ts";
import { decodePhoto } from "../image/decode.ts";
import type { Template } from "../match/gallery.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { Figure } from "./figure.ts";
import { type Markdown, table } from "./markdown.ts";
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
  const { user, photo: nearestPhoto } = nearest!.template;
  const chip = await store.chip(user, nearestPhoto);
  return await signInFigure(title, {
    probe: { photo, faces: [face], caption: fileName(path) },
    probeChip: face.chip,
    nearest: {
      photo: chip === null ? face.chip : await decodePhoto(chip),
      caption: nearestPhoto,
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
  const distance = nearest!.distance.toFixed(3);
  const { user: nearestUser, photo } = nearest!.template;
  return accepted
    ? `**Accepted: this is ${user}.** The nearest template, ${photo}, is ${distance} away, under the threshold of ${threshold}.`
    : `**Rejected: this is nobody who is registered.** The nearest template, ${photo} of ${nearestUser}, is ${distance} away, not under the threshold of ${threshold}.`;
}

/** Who each photo shows among all registered users, or nobody, with the nearest user and the runner-up. */
export async function decisions(
  recognizer: Recognizer,
  store: EmbeddingStore,
  files: readonly PhotoFile[],
  threshold: number,
): Promise<Markdown> {
  const rows: string[][] = [];
  for (const { name, path } of files) {
    const photo = await readPhoto(path);
    const { user, ranking } = await signIn(recognizer, store, photo, {
      threshold,
    });
    const [nearest, second] = ranking.map(({ template, distance }) =>
      `${template.user} ${distance.toFixed(3)}`
    );
    rows.push([name, user ?? "nobody", nearest ?? "", second ?? ""]);
  }
  return table(["photo", "who is this?", "nearest", "runner-up"], rows);
}

/** What a store keeps: a row for each template, its embedding cut short. */
export function templateTable(templates: readonly Template[]): Markdown {
  return table(
    ["user", "photo", "SHA-256 of the photo", "embedding"],
    templates.map(({ user, photo, photoSha256, vector }) => [
      user,
      photo,
      `${photoSha256.slice(0, 12)}…`,
      [...vector.slice(0, 3)].map((number) => number.toFixed(3) + ", ")
        .join("") + "…",
    ]),
  );
}
