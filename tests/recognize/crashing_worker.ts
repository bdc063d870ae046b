/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A pool's worker that dies over a photo called "crash", and answers others with no face. */
import type { PhotoDescription } from "../../lib/recognize/describe_photo.ts";
import type { PhotoJob } from "../../lib/recognize/pool_messages.ts";
import { serveJobs } from "../../lib/recognize/serve_jobs.ts";

serveJobs<unknown, PhotoJob, PhotoDescription>(self, {
  start: () => Promise.resolve(),
  work: ({ name }) => name === "crash" ? crash() : nothing(),
  moved: () => [],
});

function nothing(): Promise<PhotoDescription> {
  return Promise.resolve({ faces: [], embeddings: [] });
}

/** An error outside of any promise, which ends the worker. */
function crash(): Promise<never> {
  setTimeout(() => {
    throw new Error("a worker that crashes");
  });
  return new Promise(() => {});
}
