/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A pool's worker that dies over a photo called "crash", and answers others with no face. */
import type {
  FromWorker,
  ToWorker,
} from "../../lib/recognize/pool_messages.ts";

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if ("start" in data) return answer({ ready: true });
  if (data.name === "crash") setTimeout(() => crash());
  else answer({ description: { faces: [], embeddings: [] } });
};

function answer(message: FromWorker): void {
  self.postMessage(message);
}

function crash(): never {
  throw new Error("a worker that crashes");
}
