import { decodePhoto } from "../image/decode.ts";
import type { Photo } from "../image/photo.ts";
import type { Embedding } from "../match/embedding.ts";
import type { AlignedFace, Recognizer } from "./recognizer.ts";

/** No face was found in a photo, and what about the photo may be the cause. */
export interface NoFace {
  /** Tells it from other reasons. */
  readonly kind: "no-face";
  /** What is wrong with the photo itself; null when nothing is. */
  readonly likely: "tiny" | "dark" | "bright" | null;
  /** px as decoded */
  readonly width: number;
  /** px as decoded */
  readonly height: number;
}

/** The faces of one photo and the embeddings asked for. */
export interface PhotoFaces {
  /** All faces of the photo, largest first. */
  readonly faces: readonly AlignedFace[];
  /** Embeddings of the first faces: of the largest, or of all when asked for. */
  readonly embeddings: readonly Embedding[];
  /** Why there is none; null when there are faces. */
  readonly noFace: NoFace | null;
}

/**
 * Decodes a photo file, finds its faces and embeds the largest, or all.
 *
 * @param name what messages call the photo
 * @throws PhotoError when it is no picture, is damaged, or has too many pixels.
 */
export async function readFaces(
  recognizer: Recognizer,
  bytes: Uint8Array,
  name: string,
  embed: "largest" | "all" = "largest",
): Promise<PhotoFaces> {
  const photo = await decodePhoto(bytes, { name });
  const faces = await recognizer.findFaces(photo);
  const embedded = embed === "all" ? faces : faces.slice(0, 1);
  return {
    faces,
    embeddings: await recognizer.embed(embedded.map(({ chip }) => chip)),
    noFace: faces.length === 0 ? noFaceIn(photo) : null,
  };
}

/** Says what may keep a photo from showing a face: under 64 px, or a mean of under 40 or over 235 of 255. */
export function noFaceIn({ data, width, height }: Photo): NoFace {
  let sum = 0;
  for (const value of data) sum += value;
  const brightness = sum / data.length;
  const likely = Math.max(width, height) < 64
    ? "tiny"
    : brightness < 40
    ? "dark"
    : brightness > 235
    ? "bright"
    : null;
  return { kind: "no-face", likely, width, height };
}
