/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** One worker of the pool: its own recognizer on its own WebAssembly backend. */
import { localDescriber, type PhotoDescriber } from "./describe_photo.ts";
import {
  buffersOf,
  type FromWorker,
  toSent,
  type ToWorker,
} from "./pool_messages.ts";
import { createRecognizer } from "./recognizer.ts";

let describer: PhotoDescriber | undefined;

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    if ("start" in data) {
      describer = localDescriber(await createRecognizer(data.start));
      answer({ ready: true });
    } else {
      const { bytes, name, embed } = data;
      const description = await describer!.describe(bytes, name, embed);
      answer({ description }, buffersOf(description));
    }
  } catch (error) {
    answer({ error: toSent(error) });
  }
};

function answer(message: FromWorker, moved: ArrayBuffer[] = []): void {
  self.postMessage(message, moved);
}
