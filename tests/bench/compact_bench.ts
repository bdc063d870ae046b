/**
 * `deno task bench compact [--templates N] [--probes N]`: whether a gallery of 16-bit or 8-bit numbers, whose
 * nearest rows are compared again exactly, finds whom the exact search finds. The rows pass by in blocks,
 * so that no memory limits their number. Before, the exact gallery of them all, as far as memory goes.
 */
import { parseArgs } from "node:util";
import { createDistanceKernel } from "../../lib/match/distance_kernel.ts";
import { PackedGallery } from "../../lib/match/packed_gallery.ts";
import { parsedOrUsage } from "../run_script.ts";
import { seededRandom } from "../store/sample_templates.ts";

const usage = "deno task bench compact [--templates N] [--probes N]";
const DIMENSIONS = 128;
/** Length of face-api's embeddings. */
const LENGTH = 1.5;
/** How far two photos of one person lie apart. */
const GENUINE = 0.4;
const BLOCK = 8192;
/** Rows of the compact gallery that are compared again. */
const RANKED = [1, 10, 50];
/** Largest coordinate that 8 bits hold: beyond six times the spread of a coordinate. */
const LARGEST = 6 * LENGTH / Math.sqrt(DIMENSIONS);

const formats: Readonly<Record<string, (value: number) => number>> = {
  "16-bit": Math.f16round,
  "8-bit": (value) => {
    const step = LARGEST / 127;
    return step * Math.max(-127, Math.min(127, Math.round(value / step)));
  },
};

/** The nearest rows that passed by, nearest first. */
class Nearest {
  readonly rows: number[] = [];
  private readonly distances: number[] = [];

  constructor(private readonly most: number) {}

  enter(squared: Float32Array, first: number): void {
    let worst = this.worst();
    for (let i = 0; i < squared.length; i++) {
      const distance = squared[i]!;
      if (distance >= worst) continue;
      let at = this.distances.findIndex((each) => distance < each);
      if (at < 0) at = this.distances.length;
      this.distances.splice(at, 0, distance);
      this.rows.splice(at, 0, first + i);
      this.distances.length = Math.min(this.most, this.distances.length);
      this.rows.length = this.distances.length;
      worst = this.worst();
    }
  }

  private worst(): number {
    return this.distances.length < this.most
      ? Infinity
      : this.distances.at(-1)!;
  }
}

/** A random direction of a length. */
function direction(random: () => number, length: number): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  let sum = 0;
  for (let i = 0; i < DIMENSIONS; i++) {
    // Nearly normal, so that no direction is preferred.
    vector[i] = random() + random() + random() - 1.5;
    sum += vector[i]! ** 2;
  }
  const scale = length / Math.sqrt(sum);
  for (let i = 0; i < DIMENSIONS; i++) vector[i]! *= scale;
  return vector;
}

/** How long the exact search of one probe takes, and what it takes of memory. */
function printExact(templates: number): void {
  const gallery = new PackedGallery(DIMENSIONS, templates);
  for (let i = 0; i < templates; i++) {
    gallery.add(direction(seededRandom(i + 1), LENGTH), i);
  }
  const probe = direction(seededRandom(templates >> 1), LENGTH);
  const times = Array.from({ length: 5 }, () => {
    const startMs = performance.now();
    gallery.nearest([probe]);
    return performance.now() - startMs;
  });
  console.log(
    `${templates} rows packed: ${
      (Deno.memoryUsage().rss / 1e9).toFixed(1)
    } GB, searched exactly in ${Math.min(...times).toFixed(0)} ms`,
  );
}

/** Prints recall by format and by how many rows are compared again. */
export function benchCompact(args: string[]): number {
  const { values } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        templates: { type: "string", default: "10000000" },
        probes: { type: "string", default: "1000" },
      },
    }));
  const [templates, probes] = [Number(values.templates), Number(values.probes)];
  printExact(templates);
  if (probes === 0) return 0;
  const row = (i: number) => direction(seededRandom(i + 1), LENGTH);
  // Every other one is a stranger, whose nearest rows are all about as near.
  const asked = Array.from({ length: probes }, (_, i) => {
    const random = seededRandom(-i - 1);
    if (i % 2 === 1) return direction(random, LENGTH);
    const own = row(Math.floor(i / probes * templates));
    const noise = direction(random, GENUINE);
    return own.map((value, j) => value + noise[j]!);
  });
  const names = ["exact", ...Object.keys(formats)];
  const kernels = names.map(() => createDistanceKernel(DIMENSIONS, BLOCK));
  const found = names.map((_, format) =>
    asked.map(() => new Nearest(format === 0 ? 1 : RANKED.at(-1)!))
  );
  let searchMs = 0;
  for (let first = 0; first < templates; first += BLOCK) {
    const count = Math.min(BLOCK, templates - first);
    for (let i = 0; i < count; i++) {
      const vector = row(first + i);
      for (const [format, name] of names.entries()) {
        kernels[format]!.setRow(
          i,
          format === 0 ? vector : vector.map(formats[name]!),
        );
      }
    }
    const startMs = performance.now();
    for (const [format, kernel] of kernels.entries()) {
      for (const [i, probe] of asked.entries()) {
        found[format]![i]!.enter(
          kernel.squaredDistances(probe, 0, count),
          first,
        );
      }
    }
    searchMs += performance.now() - startMs;
  }
  const perProbe = searchMs / probes / names.length;
  console.log(
    `${templates} rows of ${DIMENSIONS} numbers, ${probes} probes, half of them of somebody in it; ${
      perProbe.toFixed(0)
    } ms a probe and format`,
  );
  for (const [format, name] of names.entries()) {
    if (format === 0) continue;
    const recalls = RANKED.map((ranked) => {
      const kept = asked.filter((_, i) =>
        found[format]![i]!.rows.slice(0, ranked)
          .includes(found[0]![i]!.rows[0]!)
      ).length;
      return `${(kept / probes).toFixed(4)} of ${ranked}`;
    });
    console.log(
      `${name.padEnd(7)} recall of the nearest among the nearest ${
        recalls.join(", ")
      }`,
    );
  }
  return 0;
}
