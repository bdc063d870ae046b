/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** One worker of the pool: its own recognizer on its own WebAssembly backend. */
import {
  localDescriber,
  type PhotoDescriber,
  type PhotoDescription,
} from "./describe_photo.ts";
import { buffersOf, type PhotoJob } from "./pool_messages.ts";
import { createRecognizer, type RecognizerConfig } from "./recognizer.ts";
import { serveJobs } from "./serve_jobs.ts";

let describer: PhotoDescriber;

serveJobs<RecognizerConfig, PhotoJob, PhotoDescription>(self, {
  async start(config) {
    describer = localDescriber(await createRecognizer(config));
  },
  work: ({ bytes, name, embed }) => describer.describe(bytes, name, embed),
  moved: buffersOf,
});
