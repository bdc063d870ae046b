import { PhotoError } from "../../lib/errors.ts";
import { loadSharp } from "../../lib/image/sharp.ts";

/** A photo made in memory for measuring. */
export interface BenchPhoto {
  readonly name: string;
  /** JPEG file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
}

const sizes = [
  { name: "2 megapixels", width: 1920, height: 1350 },
  { name: "20 megapixels", width: 5472, height: 3648 },
];

/**
 * Makes a photo of 2 and one of 20 megapixels by standing portraits side by side and enlarging
 * them, so that measuring needs no photo beyond the samples.
 *
 * @param portraits paths of portraits of one face each
 * @throws PhotoError without sharp's native library.
 */
export async function makeBenchPhotos(
  portraits: readonly string[],
): Promise<BenchPhoto[]> {
  return await Promise.all(
    sizes.map(async ({ name, width, height }) => {
      const bytes = await sideBySide(portraits, width, height);
      return { name, bytes, width, height };
    }),
  );
}

async function sideBySide(
  portraits: readonly string[],
  width: number,
  height: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const sharp = await loadSharp();
  if (sharp === null) {
    throw new PhotoError(
      "The photos to measure with are made by sharp, whose native library does not load here.",
    );
  }
  const share = Math.floor(width / portraits.length);
  const tiles = await Promise.all(portraits.map(async (path, index) => ({
    input: await sharp(await Deno.readFile(path))
      .resize(share, height, { fit: "cover" })
      .png({ compressionLevel: 1 })
      .toBuffer(),
    left: index * share,
    top: 0,
  })));
  const jpeg = await sharp(await Deno.readFile(portraits[0]!))
    .resize(width, height, { fit: "fill" })
    .composite(tiles)
    .jpeg({ quality: 90 })
    .toBuffer();
  return new Uint8Array(jpeg);
}
