import { decodePhoto } from "../../lib/image/decode.ts";
import type { Photo } from "../../lib/image/photo.ts";
import {
  createRecognizer,
  type Recognizer,
  type RecognizerConfig,
} from "../../lib/recognize/recognizer.ts";
import { stopwatch } from "./stopwatch.ts";

/** Frames a second that faces and landmarks are found in. */
export interface VideoBench {
  readonly frames: number;
  /** Every frame searched in full. */
  readonly fullPerSecond: number;
  /** Faces followed, every tenth frame searched in full. */
  readonly trackedPerSecond: number;
}

/** How far the picture wanders between two frames, px. */
const stepPx = 3;

/** Finds the face of a portrait that wanders through the picture, with and without tracking. */
export async function benchVideo(
  config: RecognizerConfig,
  portrait: string,
  frames: number,
): Promise<VideoBench> {
  const photo = await decodePhoto(await Deno.readFile(portrait));
  const recognizer = await createRecognizer(config);
  const perSecond = async (finder: Pick<Recognizer, "findFaces">) => {
    await finder.findFaces(photo);
    const { ms } = await stopwatch(async () => {
      for (let frame = 0; frame < frames; frame++) {
        await finder.findFaces(cutAt(photo, frame * stepPx));
      }
    });
    return frames / ms * 1000;
  };
  const fullPerSecond = await perSecond(recognizer);
  const trackedPerSecond = await perSecond(recognizer.follow());
  recognizer.dispose();
  return { frames, fullPerSecond, trackedPerSecond };
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
