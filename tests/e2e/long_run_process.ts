/**
 * Registers a folder of photos and prints, as JSON, what it did and the tensors and the memory held
 * after each: long_run_process.ts FOLDER. In a process of its own, whose memory no other test uses.
 */
import { readSettings } from "../../lib/config.ts";
import { residentMemoryMb } from "../bench/machine.ts";
import { listPhotos } from "../../lib/recognize/photo_files.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { registerPhotos } from "../../lib/people/register_photos.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { numTensors } from "../tensor_balance.ts";

const [folder] = Deno.args as [string];
const settings = readSettings({});
const recognizer = await createRecognizer(settings);
const store = await openStore({
  ...settings,
  store: `${folder}/embeddings.json`,
  savePath: `${folder}/chips`,
}, recognizer);
const tensors: number[] = [];
const residentMb: (number | null)[] = [];
const results = await registerPhotos(
  recognizer,
  store,
  await listPhotos(folder, "many"),
  {
    // In this process, whose memory is measured.
    workers: 1,
    // All sample people are one user here.
    force: true,
    onProgress: () => {
      // What V8 has not yet collected is no leak.
      (globalThis as { gc?: () => void }).gc?.();
      tensors.push(numTensors());
      residentMb.push(residentMemoryMb());
    },
  },
);
recognizer.dispose();
const outcomes = results.map(({ outcome }) => outcome);
console.log(JSON.stringify({ outcomes, tensors, residentMb }));
