/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A frame worker that hangs over a picture called "hang", dies over "crash", and tells the order of others. */
import { serveJobs } from "../../lib/recognize/serve_jobs.ts";
import type {
  FrameDescription,
  FrameJob,
  FrameModel,
  FrameStart,
} from "../../lib/web/frame_messages.ts";

const model: FrameModel = {
  modelId: "strange",
  dimensions: 1,
  defaultThreshold: 1,
};
let described = 0;

serveJobs<FrameStart, FrameJob, FrameDescription>(self, {
  start: () => Promise.resolve(model),
  work: async ({ name, bytes }) => {
    if (name === "hang") { for (;;); }
    if (name === "crash") return await crash();
    // The first byte says how long it takes, so that a later picture could overtake.
    await new Promise((resolve) => setTimeout(resolve, bytes[0]));
    return { width: ++described, height: bytes[0]!, faces: 0, largest: null };
  },
  moved: () => [],
});

/** An error outside of any promise, which ends the worker. */
function crash(): Promise<never> {
  setTimeout(() => {
    throw new Error("a worker that crashes");
  });
  return new Promise(() => {});
}
