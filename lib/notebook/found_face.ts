import type { FaceAligner } from "../align/face_aligner.ts";
import { PhotoError } from "../errors.ts";
import { decodePhoto } from "../image/decode.ts";
import type { Photo } from "../image/photo.ts";
import { sampleSquare } from "../image/sample.ts";
import { squareMap } from "../image/similarity.ts";
import { reasonText } from "../people/reasons.ts";
import { register } from "../people/register.ts";
import { noFaceIn } from "../recognize/photo_faces.ts";
import {
  type PhotoFile,
  readPhotoFile,
  sha256Hex,
} from "../recognize/photo_files.ts";
import type { AlignedFace, Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { Picture } from "./picture.ts";
import { withProgress } from "./shown.ts";

/** A photo file, its pixels, and the largest face in it; as a picture, the photo with that face marked. */
interface FoundFace extends Picture {
  readonly file: PhotoFile;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly found: AlignedFace;
  /** How many faces the photo shows. */
  readonly faceCount: number;
}

/** An embedding and whose it is. */
export interface OwnedVector {
  readonly user: string;
  /** The photo's file name. */
  readonly name: string;
  readonly vector: Float32Array;
}

/**
 * Opens photos and finds the largest face in each, showing how many are done. A photo that cannot be
 * read or shows no face is skipped, with the reason.
 */
export async function openFaces(
  recognizer: Recognizer,
  files: readonly PhotoFile[],
): Promise<{ faces: FoundFace[]; skipped: string[] }> {
  const faces: FoundFace[] = [];
  const skipped: string[] = [];
  for await (const file of withProgress("photos searched for faces", files)) {
    try {
      const bytes = await readPhotoFile(file.path);
      const photo = await decodePhoto(bytes, { name: file.name });
      const all = await recognizer.findFaces(photo);
      const [found] = all;
      if (found === undefined) {
        skipped.push(reasonText(noFaceIn(photo), file.name));
        continue;
      }
      const sha256 = await sha256Hex(bytes);
      const marked = { photo, faces: [found], caption: file.name };
      faces.push({ ...marked, file, sha256, found, faceCount: all.length });
    } catch (error) {
      if (!(error instanceof PhotoError)) throw error;
      skipped.push(error.message);
    }
  }
  return { faces, skipped };
}

/** The same photo turned about its middle, as far as the face in it is still found. */
export async function tilt(
  recognizer: Recognizer,
  face: FoundFace,
  degrees: number,
): Promise<{ tilted: FoundFace; degrees: number }> {
  for (const part of [1, 0.75, 0.5, 0.25]) {
    const photo = turned(face.photo, degrees * part);
    const [found] = await recognizer.findFaces(photo);
    if (found === undefined) continue;
    const caption = `${face.caption}, turned`;
    const tilted = { ...face, photo, found, faces: [found], caption };
    return { tilted, degrees: degrees * part };
  }
  return { tilted: face, degrees: 0 };
}

function turned(photo: Photo, degrees: number): Photo {
  const { width, height } = photo;
  const side = Math.max(width, height);
  const sizePx = Math.min(800, side);
  const middle = { x: width / 2, y: height / 2 };
  return sampleSquare(photo, squareMap(middle, side, degrees, sizePx), sizePx);
}

/** The chips of faces with their photos' names; cut by an aligner other than the recognizer's, if one is named. */
export function chipsOf(
  faces: readonly FoundFace[],
  aligner?: FaceAligner,
): Picture[] {
  return faces.map(({ photo, found, caption }) => ({
    photo: aligner === undefined
      ? found.chip
      : aligner.align(photo, found, found.landmarks, found.chip.width),
    caption,
  }));
}

/** Faces' embeddings and whose they are; of chips cut by an aligner other than the recognizer's, if one is named. */
export async function embedFaces(
  recognizer: Recognizer,
  faces: readonly FoundFace[],
  aligner?: FaceAligner,
): Promise<OwnedVector[]> {
  const chips = chipsOf(faces, aligner).map(({ photo }) => photo);
  const embeddings = await recognizer.embed(chips);
  return faces.map(({ file: { user, name } }, i) => (
    { user, name, vector: embeddings[i]!.vector }
  ));
}

/** Registers faces with the embeddings made of them; returns what became of each. */
export async function registerFaces(
  store: EmbeddingStore,
  faces: readonly FoundFace[],
  embedded: readonly OwnedVector[],
  threshold: number,
) {
  return await register(
    store,
    faces.map(({ file, sha256, found, faceCount }, i) => ({
      user: file.user,
      photo: file.name,
      photoSha256: sha256,
      chip: found.chip,
      vector: embedded[i]!.vector,
      issues: found.issues,
      faceCount,
    })),
    { threshold },
  );
}
