import type { Settings } from "../config.ts";
import { NoFaceError, SeveralFacesError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import { noFaceIn } from "../recognize/photo_faces.ts";
import type { AlignedFace, Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { type AttemptOptions, beginAttempt, type Decision } from "./attempt.ts";
import { chooseThreshold } from "./choose_threshold.ts";
import { reasonText } from "./reasons.ts";

/** The verdict on one sign-in photo. */
export interface SignIn extends Decision {
  /** The face that was judged. */
  readonly face: AlignedFace;
}

/**
 * Decides a sign-in: the face's embedding must lie closer than the threshold to a template, of
 * the claimed user or of anybody. The store's audit log and its limits of failed attempts hold for
 * it; a photo that cannot be judged counts as no attempt.
 *
 * @param options the threshold is the store's calibrated one, or else the model's, unless told;
 * `severalFaces` says what to do with a photo of several people: refuse it unless told
 * @throws NoFaceError, SeveralFacesError when the photo does not show exactly one person.
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
  photo: Photo,
  { threshold, severalFaces = "refuse", ...options }:
    & Partial<AttemptOptions>
    & { readonly severalFaces?: Settings["severalFaces"] } = {},
): Promise<SignIn> {
  const attempt = await beginAttempt(store, {
    ...options,
    threshold: threshold ??
      (await chooseThreshold(store, recognizer)).threshold,
  });
  try {
    const found = await recognizer.findFaces(photo);
    const face = onlyFace(found, photo, severalFaces);
    const [embedding] = await recognizer.embed([face.chip]);
    return { ...await attempt.decide(embedding!.vector), face };
  } catch (error) {
    const unjudged = error instanceof NoFaceError ||
      error instanceof SeveralFacesError;
    if (unjudged) await attempt.withdraw();
    throw error;
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
