import type { FaceAligner } from "../align/face_aligner.ts";
import { NoFaceError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import {
  fileName,
  type PhotoFile,
  readPhoto,
} from "../recognize/photo_files.ts";
import type { AlignedFace, Recognizer } from "../recognize/recognizer.ts";
import type { Picture } from "./picture.ts";

/** A photo file, its pixels, and the largest face in it. */
export interface FoundFace {
  readonly file: PhotoFile;
  readonly photo: Photo;
  readonly found: AlignedFace;
}

/**
 * Opens a photo and finds its largest face.
 *
 * @throws NoFaceError when it shows none.
 */
export async function openFace(
  recognizer: Recognizer,
  file: PhotoFile | string,
): Promise<FoundFace> {
  const known = typeof file === "string"
    ? { user: "", path: file, name: fileName(file) }
    : file;
  const { path } = known;
  const photo = await readPhoto(path);
  const found = (await recognizer.findFaces(photo))[0];
  if (found === undefined) {
    throw new NoFaceError(`No face found in ${path}; choose another photo.`);
  }
  return { file: known, photo, found };
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
