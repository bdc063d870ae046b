import type { Template } from "../../lib/match/gallery.ts";
import type { StoreModel } from "../../lib/store/embedding_store.ts";

/** A model of few dimensions: stores do not care, and failures stay readable. */
export const SAMPLE_MODEL: StoreModel = { modelId: "sample-8d", dimensions: 8 };

/** Repeatable numbers in [0, 1) (mulberry32). */
export function seededRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A vector of `dimensions` numbers around 0, repeatable by seed. */
export function sampleVector(
  seed: number,
  dimensions = SAMPLE_MODEL.dimensions,
): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: dimensions }, () => random() - 0.5);
}

/** A template of `user` whose photo's name, hash and vector follow from `seed`. */
export function sampleTemplate(
  user: string,
  seed: number,
  changes: Partial<Template> = {},
): Template {
  return {
    user,
    photo: `photo_${seed}.jpg`,
    photoSha256: seed.toString(16).padStart(64, "0"),
    vector: sampleVector(seed),
    createdAt: new Date(Date.UTC(2026, 0, 1) + seed * 1000).toISOString(),
    ...changes,
  };
}
