import type { FaceAligner } from "../align/face_aligner.ts";
import { PhotoError } from "../errors.ts";
import { decodePhoto } from "../image/decode.ts";
import type { Photo } from "../image/photo.ts";
import { sampleSquare } from "../image/sample.ts";
import { reasonText } from "../people/reasons.ts";
import { noFaceIn } from "../recognize/photo_faces.ts";
import {
  type PhotoFile,
  readPhotoFile,
  sha256Hex,
} from "../recognize/photo_files.ts";
import type { AlignedFace, Recognizer } from "../recognize/recognizer.ts";
import type { Picture } from "./picture.ts";
import { withProgress } from "./progress.ts";

/** A photo file, its pixels, and the largest face in it. */
export interface FoundFace {
  readonly file: PhotoFile;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly photo: Photo;
  readonly found: AlignedFace;
  /** How many faces the photo shows. */
  readonly faceCount: number;
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
      faces.push({ file, sha256, photo, found, faceCount: all.length });
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
    const name = `${face.file.name}, turned`;
    const tilted = { ...face, file: { ...face.file, name }, photo, found };
    return { tilted, degrees: degrees * part };
  }
  return { tilted: face, degrees: 0 };
}

function turned(photo: Photo, degrees: number): Photo {
  const side = Math.max(photo.width, photo.height);
  const sizePx = Math.min(800, side);
  const angle = degrees * Math.PI / 180;
  const a = Math.cos(angle) * side / sizePx;
  const b = Math.sin(angle) * side / sizePx;
  const middle = (sizePx - 1) / 2;
  return sampleSquare(photo, {
    a,
    b,
    tx: photo.width / 2 - (a - b) * middle,
    ty: photo.height / 2 - (a + b) * middle,
  }, sizePx);
}

/** The photo with its face marked and its name below, for a gallery. */
export function pictureOf({ file, photo, found }: FoundFace): Picture {
  return { photo, faces: [found], caption: file.name };
}

/** The chip with its photo's name below, for a gallery. */
export function chipPictureOf({ file, found }: FoundFace): Picture {
  return { photo: found.chip, caption: file.name };
}

/** The face cut out by a given aligner, whatever aligner the recognizer uses. */
export function chipBy(
  aligner: FaceAligner,
  { photo, found }: FoundFace,
): Photo {
  return aligner.align(photo, found, found.landmarks, found.chip.width);
}

/** Faces' embeddings and whose they are; chips cut by an aligner other than the recognizer's, if one is named. */
export async function embedFaces(
  recognizer: Recognizer,
  faces: readonly FoundFace[],
  aligner?: FaceAligner,
) {
  const chips = faces.map((face) =>
    aligner === undefined ? face.found.chip : chipBy(aligner, face)
  );
  const embeddings = await recognizer.embed(chips);
  return faces.map(({ file: { user, name } }, i) => (
    { user, name, vector: embeddings[i]!.vector }
  ));
}
