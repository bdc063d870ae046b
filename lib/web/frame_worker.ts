/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** One worker of the web page: decodes, finds, embeds, and scores pictures off the request loop. */
import { decodePhoto } from "../image/decode.ts";
import { measureFace } from "../liveness/frame_measures.ts";
import {
  createPassiveNetworks,
  type PassiveNetworks,
} from "../liveness/passive_networks.ts";
import {
  createRecognizer,
  type Recognizer,
  type RecognizerConfig,
} from "../recognize/recognizer.ts";
import { noFaceIn } from "../recognize/photo_faces.ts";
import { serveJobs } from "../recognize/pool_worker.ts";
import type {
  FrameDescription,
  FrameFace,
  FrameJob,
  FrameModel,
} from "./frame_pool.ts";

let recognizer: Recognizer;
let passiveNetworks: PassiveNetworks;

serveJobs<RecognizerConfig, FrameJob, FrameDescription, FrameModel>(self, {
  async start(config): Promise<FrameModel> {
    recognizer = await createRecognizer(config);
    passiveNetworks = await createPassiveNetworks();
    const { modelId, dimensions, defaultThreshold } = recognizer;
    return { modelId, dimensions, defaultThreshold };
  },
  work: describe,
  moved: ({ largest }) =>
    largest === null ? [] : [
      largest.chip.data.buffer as ArrayBuffer,
      largest.vector.buffer as ArrayBuffer,
    ],
});

async function describe(
  { bytes, name, stream, longestPx }: FrameJob,
): Promise<FrameDescription> {
  const photo = await decodePhoto(bytes, { name, longestPx });
  const found = await recognizer.findFaces(photo);
  const face = found[0];
  const seen = { width: photo.width, height: photo.height };
  if (face === undefined) {
    return { ...seen, faces: 0, largest: null, noFace: noFaceIn(photo) };
  }
  const [embedding] = await recognizer.embed([face.chip]);
  const passive = stream === null
    ? undefined
    : await passiveNetworks.score(photo, face.box);
  const largest: FrameFace = {
    box: face.box,
    landmarks: face.landmarks.points,
    measures: measureFace(face.landmarks, photo),
    issues: face.issues,
    chip: face.chip,
    vector: embedding!.vector,
    ...(passive === undefined ? {} : { passive }),
  };
  return { ...seen, faces: found.length, largest, noFace: null };
}
