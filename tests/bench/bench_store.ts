/** `deno task bench store [--postgres URL] [--largest N]`: measures insert, load, search and memory of each store. */
import { Buffer } from "node:buffer";
import { parseArgs } from "node:util";
import type { Template } from "../../lib/match/gallery.ts";
import type { EmbeddingStore } from "../../lib/store/embedding_store.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { progressBar } from "../../lib/cli/progress.ts";
import { parsedOrUsage } from "../run_script.ts";

const usage = "deno task bench store [--postgres URL] [--largest N]";
const model = { modelId: "bench-128d", dimensions: 128 };
/** Users registered in one transaction. */
const BATCH = 10_000;
const SIZES = [1000, 100_000, 1_000_000];
/** A JSON file is for a classroom: beyond this it is only slow. */
const JSON_LARGEST = 10_000;
const SEARCHES = 15;
const PROBES_AT_ONCE = 16;

interface StoreBench {
  readonly store: string;
  readonly templates: number;
  /** First 10,000 users in one transaction (all where there are fewer). */
  readonly insertMs: number;
  /** First search after opening: reading and packing all templates. */
  readonly loadMs: number;
  readonly verifyMs: number;
  readonly searchMs: number;
  /** Per probe, 16 at once. */
  readonly batchedMs: number;
  readonly memoryMb: number;
}

/** Prints one line per store and size. */
export async function benchStore(args: string[]): Promise<number> {
  const { values } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        postgres: { type: "string" },
        largest: { type: "string", default: String(SIZES.at(-1)) },
      },
    }));
  const largest = Number(values.largest);
  const bytesPerMs = readingBytesPerMs();
  console.log(
    `One core reads ${
      (bytesPerMs / 1e6).toFixed(1)
    } GB/s of memory (memcmp over 512 MB); searches are the best of ${SEARCHES}.`,
  );
  console.log(
    "store       templates  insert    load  1:1      1:N  batched  of bandwidth   memory",
  );
  const folder = await Deno.makeTempDir();
  try {
    for (const templates of SIZES.filter((size) => size <= largest)) {
      const places = [
        `${folder}/${templates}.json`,
        `${folder}/${templates}.db`,
      ];
      const addresses = templates > JSON_LARGEST ? places.slice(1) : places;
      for (
        const address of [
          ...addresses,
          ...(values.postgres ? [values.postgres] : []),
        ]
      ) {
        print(await measure(address, templates), bytesPerMs);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return 0;
}

async function measure(
  address: string,
  templates: number,
): Promise<StoreBench> {
  const settings = {
    store: address,
    storeKey: "",
    storeKeyFile: "",
    savePath: "./nowhere",
  };
  const filling = await openStore(settings, model);
  for (const user of await filling.users()) await filling.remove(user);
  const insertMs = await fill(filling, templates);
  await filling.close();
  const store = await openStore(settings, model);
  const before = Deno.memoryUsage().rss;
  const probe = template(7).vector;
  const loadMs = await timed(() => store.nearestUsers([probe]));
  const probes = Array.from(
    { length: PROBES_AT_ONCE },
    (_, i) => template(-i).vector,
  );
  const result = {
    store: address.match(/json$|db$|^postgres/)![0],
    templates,
    insertMs,
    loadMs,
    verifyMs: await best(() => store.templates("user_7")),
    searchMs: await best(() => store.nearestUsers([probe])),
    batchedMs: await best(() => store.nearestUsers(probes)) / PROBES_AT_ONCE,
    memoryMb: (Deno.memoryUsage().rss - before) / 1e6,
  };
  await store.close();
  return result;
}

async function fill(store: EmbeddingStore, count: number): Promise<number> {
  let firstMs = 0;
  const show = progressBar(`Inserting ${count}`);
  for (let start = 0; start < count; start += BATCH) {
    const length = Math.min(BATCH, count - start);
    const batch = Array.from({ length }, (_, i) => template(start + i));
    const ms = await timed(() => store.put(batch));
    if (start === 0) firstMs = ms;
    show(start + length, count);
  }
  return firstMs;
}

/** One photo of a user of its own: a point in a random direction as far out as face-api's embeddings lie. */
function template(i: number): Template {
  const vector = Float32Array.from(
    { length: model.dimensions },
    () => Math.random() - 0.5,
  );
  const scale = 1.5 / Math.hypot(...vector);
  return {
    user: `user_${i}`,
    photo: "photo.jpg",
    photoSha256: Math.abs(i).toString(16).padStart(64, "0"),
    vector: vector.map((value) => value * scale),
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

/** How fast one core reads memory: the C library's comparison of two halves of 512 MB, best of five. */
function readingBytesPerMs(): number {
  const halves = [Buffer.alloc(256e6, 1), Buffer.alloc(256e6, 1)] as const;
  let bestMs = Infinity;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    halves[0].compare(halves[1]);
    bestMs = Math.min(bestMs, performance.now() - start);
  }
  return 512e6 / bestMs;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function best(work: () => Promise<unknown>): Promise<number> {
  let bestMs = Infinity;
  for (let run = 0; run < SEARCHES; run++) {
    bestMs = Math.min(bestMs, await timed(work));
  }
  return bestMs;
}

function print(bench: StoreBench, bytesPerMs: number): void {
  const bytes = bench.templates * model.dimensions * 4;
  const share = bytes / bench.searchMs / bytesPerMs;
  const ms = (value: number) =>
    `${value.toFixed(value < 10 ? 2 : 0)} ms`.padStart(8);
  console.log(
    [
      bench.store.padEnd(10),
      String(bench.templates).padStart(10),
      ms(bench.insertMs),
      ms(bench.loadMs),
      ms(bench.verifyMs),
      ms(bench.searchMs),
      ms(bench.batchedMs),
      `${(100 * share).toFixed(0)} %`.padStart(13),
      `${bench.memoryMb.toFixed(0)} MB`.padStart(8),
    ].join(" "),
  );
}
