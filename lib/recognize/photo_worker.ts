/** One worker for photo files: its own recognizer on its own WebAssembly backend. */
import { serveCalls } from "../worker_calls.ts";
import { readFaces } from "./photo_faces.ts";
import type { PhotoJob } from "./photo_pool.ts";
import {
  createRecognizer,
  type Recognizer,
  type RecognizerConfig,
} from "./recognizer.ts";

let recognizer: Recognizer;

serveCalls({
  async start(config: RecognizerConfig) {
    recognizer = await createRecognizer(config);
    return null;
  },
  work: ({ bytes, name, embed }: PhotoJob) =>
    readFaces(recognizer, bytes, name, embed),
}, (result) => {
  if (result === null) return [];
  const { faces, embeddings } = result;
  // Several may share one buffer, which can be moved once only.
  const buffers = new Set([
    ...faces.map(({ chip }) => chip.data.buffer),
    ...embeddings.map(({ vector }) => vector.buffer),
  ]);
  return [...buffers].filter((buffer) => buffer instanceof ArrayBuffer);
});
