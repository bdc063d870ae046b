/**
 * What `deno task bench` measures in a process of its own: recognizes the photos named and prints
 * this process's peak memory as JSON.
 */
import { readSettings } from "../config.ts";
import { peakMemoryMb } from "../evaluate/machine.ts";
import { decodePhoto } from "../image/decode.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import { runTask } from "./run_task.ts";

if (import.meta.main) await runTask(recognizeAll);

async function recognizeAll(paths: string[]): Promise<number> {
  const recognizer = await createRecognizer(readSettings());
  for (const path of paths) {
    const photo = await decodePhoto(await Deno.readFile(path), { name: path });
    const faces = await recognizer.findFaces(photo);
    await recognizer.embed(faces.map(({ chip }) => chip));
  }
  recognizer.dispose();
  console.log(JSON.stringify({ peakMemoryMb: peakMemoryMb() }));
  return 0;
}
