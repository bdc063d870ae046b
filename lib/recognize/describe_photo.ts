import { decodePhoto } from "../image/decode.ts";
import type { Embedding } from "../match/embedding.ts";
import { chooseFace } from "./choose_face.ts";
import type { AlignedFace, Recognizer } from "./recognizer.ts";

/** What the networks say of one photo. */
export interface PhotoDescription {
  /** All faces of the photo, largest first; at least one. */
  readonly faces: readonly AlignedFace[];
  /** Embeddings of the first faces: of one, or of all when asked for. */
  readonly embeddings: readonly Embedding[];
}

/** Turns photo files into descriptions: one recognizer, or a pool of them. */
export interface PhotoDescriber {
  /** How many photos it is worth handing in at once. */
  readonly atOnce: number;
  /**
   * Decodes a photo file, finds its faces and embeds the largest, or all.
   *
   * @param bytes must not be used afterwards: a pool moves them to its worker
   * @param name what messages call the photo
   * @throws PhotoError, NoFaceError when it cannot be used.
   */
  describe(
    bytes: Uint8Array<ArrayBuffer>,
    name: string,
    embed?: "largest" | "all",
  ): Promise<PhotoDescription>;
}

/** Describes photos in this thread, one after the other. */
export function localDescriber(recognizer: Recognizer): PhotoDescriber {
  return {
    atOnce: 1,
    async describe(bytes, name, embed = "largest") {
      const photo = await decodePhoto(bytes, { name });
      const faces = await recognizer.findFaces(photo);
      const largest = chooseFace(faces, photo, name, "largest");
      const embedded = embed === "all" ? faces : [largest];
      const chips = embedded.map(({ chip }) => chip);
      return { faces, embeddings: await recognizer.embed(chips) };
    },
  };
}
