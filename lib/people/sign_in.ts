import type { Settings } from "../config.ts";
import { NoFaceError, SeveralFacesError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import { euclideanDistance } from "../match/distance.ts";
import { type Embedding, fuse } from "../match/embedding.ts";
import { personAmong } from "../match/person_among.ts";
import { noFaceIn } from "../recognize/photo_faces.ts";
import type { AlignedFace, Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { type AttemptOptions, beginAttempt, type Decision } from "./attempt.ts";
import { chooseThreshold } from "./choose_threshold.ts";
import { reasonText } from "./reasons.ts";

/** The verdict on one sign-in. */
export interface SignIn extends Decision {
  /** The faces that were judged, one of each photo. */
  readonly faces: readonly AlignedFace[];
}

/**
 * Decides a sign-in: the face's embedding must lie closer than the threshold to a template, of
 * the claimed user or of anybody. The store's audit log and its limits of failed attempts hold for
 * it; a photo that cannot be judged counts as no attempt.
 *
 * @param photos one photo, or several of one sign-in: their embeddings are fused to one, each
 * weighed by its quality
 * @param options the threshold is the store's calibrated one, or else the model's, unless told;
 * `severalFaces` says what to do with a photo of several people: refuse it unless told
 * @throws NoFaceError, SeveralFacesError when the photos do not show exactly one person.
 * @throws NothingRegisteredError, TooManyAttemptsError as `beginAttempt` says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import {
 *   createRecognizer,
 *   listPhotos,
 *   openStore,
 *   readPhoto,
 *   registerPhotos,
 *   signIn,
 * } from "@face/sign-in";
 *
 * const recognizer = await createRecognizer();
 * const folder = await Deno.makeTempDir();
 * const store = await openStore(
 *   { store: `${folder}/faces.db`, savePath: `${folder}/faces` },
 *   recognizer,
 * );
 * const files = await listPhotos("registration_photos/beatriz", "beatriz");
 * await registerPhotos(recognizer, store, files);
 * const photo = await readPhoto("signin_photos/hana/hana_06.jpg");
 * const { user, nearest } = await signIn(recognizer, store, photo);
 * assert.equal(user, null);
 * assert.ok(nearest!.distance > 0.5);
 * await store.close();
 * ```
 */
export async function signIn(
  recognizer: Recognizer,
  store: EmbeddingStore,
  photos: Photo | readonly Photo[],
  { threshold, severalFaces = "refuse", ...options }:
    & Partial<AttemptOptions>
    & { readonly severalFaces?: Settings["severalFaces"] } = {},
): Promise<SignIn> {
  const all = "data" in photos ? [photos] : photos;
  if (all.length === 0) throw new RangeError("a sign-in needs a photo");
  const limit = threshold ??
    (await chooseThreshold(store, recognizer)).threshold;
  const attempt = await beginAttempt(store, { ...options, threshold: limit });
  try {
    const faces: AlignedFace[] = [];
    for (const photo of all) {
      const found = await recognizer.findFaces(photo);
      faces.push(onlyFace(found, photo, severalFaces));
    }
    const embeddings = await recognizer.embed(faces.map(({ chip }) => chip));
    requireOnePerson(embeddings, all, limit);
    const probe = fuse(
      embeddings.map(({ vector }) => vector),
      faces.map(({ quality }) => Math.min(1, quality.unified)),
    );
    return { ...await attempt.decide(probe), faces };
  } catch (error) {
    const unjudged = error instanceof NoFaceError ||
      error instanceof SeveralFacesError;
    if (unjudged) await attempt.withdraw();
    throw error;
  }
}

/** @throws SeveralFacesError when a photo shows somebody else than the others. */
function requireOnePerson(
  embeddings: readonly Embedding[],
  photos: readonly Photo[],
  threshold: number,
): void {
  const person = personAmong(embeddings, [], threshold);
  for (const [i, embedding] of embeddings.entries()) {
    if (person.has(embedding)) continue;
    const distance = Math.min(
      ...[...person].map(({ vector }) =>
        euclideanDistance(vector, embedding.vector)
      ),
    );
    const { name = "the photo" } = photos[i]!;
    const reason = { kind: "another-person", distance } as const;
    throw new SeveralFacesError(reasonText(reason, name));
  }
}

/** @throws NoFaceError, SeveralFacesError when it is not exactly one and the policy refuses. */
function onlyFace(
  faces: readonly AlignedFace[],
  photo: Photo,
  policy: Settings["severalFaces"],
): AlignedFace {
  const { name = "the photo" } = photo;
  const largest = faces[0];
  if (largest === undefined) {
    throw new NoFaceError(reasonText(noFaceIn(photo), name));
  }
  if (faces.length > 1 && policy === "refuse") {
    const several = { kind: "several-faces", faces: faces.length } as const;
    throw new SeveralFacesError(reasonText(several, name));
  }
  return largest;
}
