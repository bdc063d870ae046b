import { decodePhoto } from "../../lib/image/decode.ts";
import { encodeJpeg } from "../../lib/image/encode.ts";
import { longestFramePx } from "../../lib/web/schemas.ts";

/** A photo file's bytes as the page's camera would send them: no larger than it may. */
export async function asFrame(
  bytes: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const photo = await decodePhoto(bytes, { longestPx: longestFramePx });
  return await encodeJpeg(photo) as Uint8Array<ArrayBuffer>;
}
