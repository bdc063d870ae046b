import { PhotoError } from "../errors.ts";
import { workingPx } from "../image/decode.ts";
import { readPhotoHeader } from "../image/photo_header.ts";
import { reasonText } from "../people/reasons.ts";
import { sha256Hex } from "../recognize/photo_files.ts";
import type { AppParts } from "./app_context.ts";
import type { FrameDescription } from "./frame_messages.ts";
import { longestFramePx } from "./schemas.ts";

/** A picture and its hash, which tells it from others. */
export interface Described {
  readonly frame: FrameDescription;
  readonly photoSha256: string;
}

/**
 * Describes a camera frame; those of one stream are followed, with null each stands on its own.
 *
 * @throws PhotoError when it is no picture or larger than the page sends: unpacking it would take
 * a worker's time many times over.
 */
export async function describeFrame(
  { pool, metrics }: AppParts,
  bytes: Uint8Array<ArrayBuffer>,
  stream: string | null,
): Promise<Described> {
  const start = performance.now();
  const name = "The frame";
  const { width, height } = readPhotoHeader(bytes, name);
  if (Math.max(width, height) > longestFramePx) {
    throw new PhotoError(
      `${name} is larger than ${longestFramePx} px; scale it down first.`,
    );
  }
  // The hash first: describing moves the bytes away.
  const photoSha256 = await sha256Hex(bytes);
  const frame = await pool.run(
    { bytes, name, stream, longestPx: longestFramePx },
    stream,
  );
  metrics.frame((performance.now() - start) / 1000);
  return { frame, photoSha256 };
}

/** Describes an uploaded photo, which stands on its own. */
export async function describeUpload(
  { pool }: AppParts,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Described> {
  const photoSha256 = await sha256Hex(bytes);
  const longestPx = workingPx;
  const frame = await pool.run({ bytes, name, stream: null, longestPx });
  return { frame, photoSha256 };
}

/** The largest face as the page draws it: its box in shares of the frame. */
export function seenFaceOf({ width, height, largest }: FrameDescription) {
  if (largest === null) return null;
  const { box, issues } = largest;
  return {
    box: {
      x: box.x / width,
      y: box.y / height,
      width: box.width / width,
      height: box.height / height,
    },
    advice: issues.map((issue) => reasonText(issue, "the frame")),
  };
}
