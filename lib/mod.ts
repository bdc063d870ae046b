/**
 * Face-recognition sign-in as a library: find faces, turn them upright, embed them, keep the
 * embeddings, and decide whose face a new photo shows. Nothing leaves the machine.
 *
 * @example A folder of photos is registered, and a photo signs in.
 * ```ts
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
 * const photo = await readPhoto("signin_photos/beatriz/beatriz_06.jpg");
 * const { user, nearest } = await signIn(recognizer, store, photo);
 * console.log(user ?? "nobody", nearest?.distance);
 * await store.close();
 * ```
 *
 * @module
 */
export { readSettings, type Settings } from "./config.ts";
export { FaceSignInError } from "./errors.ts";

export { type Box, type Photo, type Point } from "./image/photo.ts";
export { decodePhoto } from "./image/decode.ts";
export {
  listPhotos,
  type PhotoFile,
  readPhoto,
} from "./recognize/photo_files.ts";

export { type Detection, type Landmarks } from "./detect/face_detector.ts";
export { boxAligner } from "./align/box_aligner.ts";
export { createCropAligner } from "./align/crop_aligner.ts";
export { type FaceAligner } from "./align/face_aligner.ts";
export { rotateAligner } from "./align/rotate_aligner.ts";
export {
  type AlignedFace,
  createRecognizer,
  type Recognizer,
} from "./recognize/recognizer.ts";
export { type QualityIssue } from "./recognize/quality.ts";
export { type NoFace } from "./recognize/photo_faces.ts";

export { euclideanDistance } from "./match/distance.ts";
export { type Embedding } from "./match/embedding.ts";
export { type Match, type Template } from "./match/gallery.ts";
export {
  type EmbeddingStore,
  type StoreModel,
} from "./store/embedding_store.ts";
export { openStore } from "./store/open_store.ts";

export { type Reason, reasonText } from "./people/reasons.ts";
export { type Registration } from "./people/register.ts";
export { type RegistrationPolicy } from "./people/registration_rules.ts";
export { registerPhotos } from "./people/register_photos.ts";
export { type AttemptOptions, type Decision } from "./people/attempt.ts";
export { type SignIn, signIn } from "./people/sign_in.ts";
export { type Removal, removeUser } from "./people/users.ts";
