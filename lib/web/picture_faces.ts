import { workingPx } from "../image/decode.ts";
import { type Reason, reasonText } from "../people/reasons.ts";
import type { FaceToRegister } from "../people/registration_rules.ts";
import type { NoFace } from "../recognize/photo_faces.ts";
import { sha256Hex } from "../recognize/photo_files.ts";
import type { AppParts } from "./app_context.ts";
import type { FrameDescription, Watch } from "./frame_pool.ts";
import {
  judgeEach,
  type Judgement,
  type UploadedPhoto,
} from "./request_bytes.ts";
import { longestFramePx, type Shape } from "./schemas.ts";

/** What was found in a picture, and the picture's hash, which tells it from others. */
export interface PictureFaces {
  readonly frame: FrameDescription;
  readonly photoSha256: string;
}

/**
 * Finds the faces in a camera frame, which stands on its own unless it is watched as a challenge's.
 *
 * @throws PhotoError when it is no picture or larger than the page sends: unpacking it would take
 * a worker's time many times over.
 */
export async function facesOfFrame(
  { pool, metrics }: AppParts,
  bytes: Uint8Array<ArrayBuffer>,
  { client, watch = null }: { client: string; watch?: Watch | null },
): Promise<FrameDescription> {
  const start = performance.now();
  const name = "The frame";
  const size = { longestPx: longestFramePx, acceptedPx: longestFramePx };
  const frame = await pool.run({ bytes, name, watch, ...size }, {
    session: watch?.stream,
    client,
    // Somebody who signs in waits for nobody who registers.
    urgent: watch !== null,
  });
  metrics.frame((performance.now() - start) / 1000);
  return frame;
}

/** Finds the faces in each of a request's photos and judges them. @throws what `judgeEach` throws */
export async function judgeUploads(
  { pool }: AppParts,
  photos: readonly UploadedPhoto[],
  client: string,
  judge: (
    photo: string,
    picture: PictureFaces,
  ) => Judgement | Promise<Judgement>,
): Promise<Shape<"photoResult">[]> {
  const size = { longestPx: workingPx, watch: null };
  return await judgeEach(photos, async ({ name, bytes }) => {
    // The hash first: the bytes are moved to a worker.
    const photoSha256 = await sha256Hex(bytes);
    const frame = await pool.run({ bytes, name, ...size }, { client });
    return await judge(name, { frame, photoSha256 });
  });
}

/** The largest face's box as the page draws it: in shares of the frame. */
export function boxOf({ width, height, box }: FrameDescription) {
  if (box === null) return null;
  return {
    x: box.x / width,
    y: box.y / height,
    width: box.width / width,
    height: box.height / height,
  };
}

/** The largest face of a picture as it is registered; the reason why not when there is none. */
export function faceToRegister(
  user: string,
  photo: string,
  { frame, photoSha256 }: PictureFaces,
): FaceToRegister | NoFace {
  const { largest, noFace, faces: faceCount } = frame;
  if (largest === null) return noFace!;
  const { chip, vector, issues } = largest;
  return { user, photo, photoSha256, chip, vector, issues, faceCount };
}

/** What the page says of a photo: why it was refused, or what could be better; empty when all is well. */
export function judgement(
  photo: string,
  reasons: readonly Reason[],
  warnings: readonly Reason[] = [],
): Judgement {
  const reason = reasons[0] ?? warnings[0];
  return {
    taken: reasons.length === 0,
    advice: reason === undefined ? "" : reasonText(reason, photo),
  };
}

/**
 * What a person could do better, one sentence; empty when nothing. A turned
 * face is no fault: a challenge or a guided capture asks for it.
 */
export function adviceOf({ largest }: FrameDescription): string {
  const issue = largest?.issues.find(({ kind }) => kind !== "head-pose");
  return issue === undefined ? "" : reasonText(issue, "the picture");
}
