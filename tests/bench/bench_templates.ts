import type { Template } from "../../lib/match/gallery.ts";
import { sampleVector } from "../store/sample_templates.ts";

export const BENCH_MODEL = { modelId: "bench-128d", dimensions: 128 };

/** One photo of a user of its own: a point in a random direction as far out as face-api's embeddings lie. */
export function benchTemplate(i: number): Template {
  const vector = sampleVector(i, BENCH_MODEL.dimensions);
  const scale = 1.5 / Math.hypot(...vector);
  return {
    user: `user_${i}`,
    photo: "photo.jpg",
    photoSha256: i.toString(16).padStart(64, "0"),
    vector: vector.map((value) => value * scale),
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}
