/** One worker of the web page: decodes, finds and embeds faces off the request loop. */
import { LRUCache } from "lru-cache";
import { decodePhoto } from "../image/decode.ts";
import { createFaceMeshes, type FaceMeshes } from "../liveness/face_mesh.ts";
import { createWatcher, type Watcher } from "../liveness/watcher.ts";
import {
  createRecognizer,
  type Recognizer,
  type RecognizerConfig,
} from "../recognize/recognizer.ts";
import { noFaceIn } from "../recognize/photo_faces.ts";
import { serveCalls } from "../worker_calls.ts";
import type { FrameDescription, FrameJob, FrameModel } from "./frame_pool.ts";

/** Videos watched at once; the one that was quiet longest gives way. */
const mostStreams = 64;

let recognizer: Recognizer;
let meshes: FaceMeshes;
const watchers = new LRUCache<string, Watcher>({ max: mostStreams });

serveCalls({
  async start(config: RecognizerConfig): Promise<FrameModel> {
    recognizer = await createRecognizer(config);
    meshes = await createFaceMeshes();
    const { modelId, dimensions, defaultThreshold } = recognizer;
    return { modelId, dimensions, defaultThreshold };
  },
  work: describe,
}, (result) =>
  "largest" in result && result.largest !== null
    ? [
      result.largest.chip.data.buffer as ArrayBuffer,
      result.largest.vector.buffer as ArrayBuffer,
    ]
    : []);

async function describe(
  { bytes, name, watch, longestPx, acceptedPx }: FrameJob,
): Promise<FrameDescription> {
  const photo = await decodePhoto(bytes, { name, longestPx, acceptedPx });
  const seen = { width: photo.width, height: photo.height };
  if (watch !== null) {
    const { stream, search } = watch;
    const watcher = watchers.get(stream) ?? createWatcher(recognizer, meshes);
    watchers.set(stream, watcher);
    const watched = await watcher.watch(photo, search);
    return { ...seen, ...watched, largest: null, noFace: null };
  }
  const found = await recognizer.findFaces(photo);
  const [face = null] = found;
  const [embedding] = await recognizer.embed(face === null ? [] : [face.chip]);
  return {
    ...seen,
    faces: found.length,
    box: face?.box ?? null,
    largest: face && { ...face, vector: embedding!.vector },
    live: null,
    noFace: face === null ? noFaceIn(photo) : null,
  };
}
