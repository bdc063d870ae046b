import type { Settings } from "../config.ts";
import { NoFaceError, SeveralFacesError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import type { AlignedFace } from "./recognizer.ts";

/**
 * The face that counts in a photo of one person.
 *
 * @param policy what to do when there are several faces
 * @throws NoFaceError when there is none; the message says what about the photo may be the cause.
 * @throws SeveralFacesError when there are several and the policy refuses.
 */
export function chooseFace(
  faces: readonly AlignedFace[],
  photo: Photo,
  name: string,
  policy: Settings["severalFaces"],
): AlignedFace {
  const largest = faces[0];
  if (largest === undefined) {
    throw new NoFaceError(`No face found in ${name}${likelyCause(photo)}.`);
  }
  if (faces.length > 1 && policy === "refuse") {
    throw new SeveralFacesError(
      `${faces.length} faces found in ${name}: a sign-in photo must show one person ` +
        "(or set several_faces=largest).",
    );
  }
  return largest;
}

function likelyCause(photo: Photo): string {
  let sum = 0;
  for (const value of photo.data) sum += value;
  const brightness = sum / photo.data.length;
  if (Math.max(photo.width, photo.height) < 64) {
    return `: it is only ${photo.width} x ${photo.height} px; use a larger photo`;
  }
  if (brightness < 40) {
    return ": it is very dark; take it again with more light";
  }
  if (brightness > 235) {
    return ": it is almost white; take it again with less light";
  }
  return "; use a sharp photo that shows the whole face from the front";
}
