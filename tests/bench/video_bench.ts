import { decodePhoto } from "../../lib/image/decode.ts";
import type { Photo } from "../../lib/image/photo.ts";
import {
  createRecognizer,
  type RecognizerConfig,
} from "../../lib/recognize/recognizer.ts";
import { stopwatch } from "./stopwatch.ts";

/** Frames a second that faces and landmarks are found in. */
export interface VideoBench {
  readonly frames: number;
  readonly perSecond: number;
}

/** How far the picture wanders between two frames, px. */
const stepPx = 3;

/** Finds the face of a portrait that wanders through the picture. */
export async function benchVideo(
  config: RecognizerConfig,
  portrait: string,
  frames: number,
): Promise<VideoBench> {
  const photo = await decodePhoto(await Deno.readFile(portrait));
  const recognizer = await createRecognizer(config);
  await recognizer.findFaces(photo);
  const { ms } = await stopwatch(async () => {
    for (let frame = 0; frame < frames; frame++) {
      await recognizer.findFaces(cutAt(photo, frame * stepPx));
    }
  });
  recognizer.dispose();
  return { frames, perSecond: frames / ms * 1000 };
}

/** The photo without its first rows, so that the face wanders up and comes back. */
function cutAt({ data, width, height }: Photo, wanderedPx: number): Photo {
  const most = Math.floor(height / 10);
  const rows = Math.abs((wanderedPx + most) % (2 * most) - most);
  return {
    data: data.subarray(rows * width * 3, (height - most + rows) * width * 3),
    width,
    height: height - most,
  };
}
