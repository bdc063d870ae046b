/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** One worker for photo files: its own recognizer on its own WebAssembly backend. */
import { type PhotoFaces, readFaces } from "./photo_faces.ts";
import type { PhotoJob } from "./photo_pool.ts";
import {
  createRecognizer,
  type Recognizer,
  type RecognizerConfig,
} from "./recognizer.ts";
import { serveJobs } from "./pool_worker.ts";

let recognizer: Recognizer;

serveJobs<RecognizerConfig, PhotoJob, PhotoFaces, null>(self, {
  async start(config) {
    recognizer = await createRecognizer(config);
    return null;
  },
  work: ({ bytes, name, embed }) => readFaces(recognizer, bytes, name, embed),
  // Several may share one buffer, which can be moved once only.
  moved: ({ faces, embeddings }) =>
    [
      ...new Set([
        ...faces.map(({ chip }) => chip.data.buffer),
        ...embeddings.map(({ vector }) => vector.buffer),
      ]),
    ].filter((buffer) => buffer instanceof ArrayBuffer),
});
