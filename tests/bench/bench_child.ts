/**
 * What `deno task bench` measures in processes of their own:
 *   bench_child.ts memory COUNT PHOTO…: recognizes that many photos and prints its memory as JSON;
 *   bench_child.ts phases STARTED FOLDER PHOTO: does what `verify` does, step by step, and prints
 *     the ms of each phase as JSON; STARTED is when it was started, in ms since 1970.
 */
import { peakMemoryMb, residentMemoryMb } from "./machine.ts";
import { stopwatch } from "./stopwatch.ts";
import type { Recognizer } from "../../lib/recognize/recognizer.ts";
import { runScript } from "../run_script.ts";

/** Memory of a process that recognizes photos, MB; null where the system does not tell. */
export interface MemoryUse {
  readonly photos: number;
  readonly peakMb: number | null;
  /** Held after a tenth of the photos. */
  readonly afterTenthMb: number | null;
  /** Held after all. */
  readonly afterAllMb: number | null;
}

const here = performance.now();

if (import.meta.main) {
  await runScript(async ([what, ...args]) => {
    const answer = what === "memory" ? await memory(args) : await phases(args);
    console.log(JSON.stringify(answer));
    return 0;
  });
}

async function memory([count, ...paths]: string[]): Promise<MemoryUse> {
  const { createRecognizer } = await import(
    "../../lib/recognize/recognizer.ts"
  );
  const { readSettings } = await import("../../lib/config.ts");
  const recognizer = await createRecognizer(readSettings());
  const photos = Number(count);
  let afterTenthMb: number | null = null;
  for (let done = 0; done < photos; done++) {
    await recognize(recognizer, paths[done % paths.length]!);
    if (done + 1 === Math.ceil(photos / 10)) afterTenthMb = residentMemoryMb();
  }
  const afterAllMb = residentMemoryMb();
  recognizer.dispose();
  return { photos, peakMb: peakMemoryMb(), afterTenthMb, afterAllMb };
}

async function recognize(recognizer: Recognizer, path: string): Promise<void> {
  const { decodePhoto } = await import("../../lib/image/decode.ts");
  const photo = await decodePhoto(await Deno.readFile(path), { name: path });
  const faces = await recognizer.findFaces(photo);
  await recognizer.embed(faces.map(({ chip }) => chip));
}

async function phases(
  [started, folder, path]: string[],
): Promise<Record<string, number>> {
  const deno = performance.timeOrigin + here - Number(started);
  const modules = await stopwatch(async () => ({
    ...await import("../../lib/cli/verify.ts"),
    ...await import("../../lib/config.ts"),
    ...await import("./timed_stages.ts"),
    ...await import("../../lib/detect/ssd_detector.ts"),
    ...await import("../../lib/embed/face_recognition_net.ts"),
    ...await import("../../lib/image/decode.ts"),
    ...await import("../../lib/store/open_store.ts"),
    ...await import("../../lib/engine/tensors/backend.ts"),
  }));
  const { result: lib } = modules;
  const sharp = await stopwatch(() => import("sharp"));
  const backend = await stopwatch(() => lib.startBackend());
  const settings = {
    ...lib.readSettings(),
    store: `${folder}/embeddings.json`,
  };
  const loaded = await stopwatch(() => lib.loadStages(settings));
  const decoded = await stopwatch(async () =>
    lib.decodePhoto(await Deno.readFile(path!))
  );
  const { vectors: [probe], ms: times } = await loaded.result.run(
    decoded.result,
    "largest",
  );
  const search = await stopwatch(async () => {
    const store = await lib.openStore(settings);
    await store.nearestUsers([probe!]);
    await store.close();
  });
  return {
    "Deno starts": deno,
    modules: modules.ms,
    "sharp's library": sharp.ms,
    backend: backend.ms,
    weights: loaded.ms,
    decode: decoded.ms,
    ...times,
    store: search.ms,
  };
}
