import type { ReadTensor } from "../../lib/engine/tensors/pack_conv.ts";

/**
 * The weights of ../shared/fixtures/inception_resnet_v1.json: every number follows from the name
 * of its tensor, by the formula that the fixture states.
 */
export function formulaWeights(
  shapes: Readonly<Record<string, number[]>>,
): ReadTensor {
  return (name) => {
    const shape = shapes[name]!;
    const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
    const map = formulaOf(name, shape.length, fanIn);
    const length = shape.reduce((product, size) => product * size, 1);
    return { shape, data: Float32Array.from(uniform(name, length), map) };
  };
}

/** Numbers in 0..1 that follow from a name: mulberry32 seeded with the name's FNV-1a. */
export function uniform(name: string, length: number): Float64Array {
  const next = mulberry32(fnv1a32(name));
  return new Float64Array(length).map(next);
}

function formulaOf(
  name: string,
  rank: number,
  fanIn: number,
): (u: number) => number {
  if (name.endsWith(".running_var")) return (u) => 0.5 + u;
  if (name.endsWith(".running_mean")) return (u) => 0.1 * (2 * u - 1);
  if (rank >= 2) return (u) => (2 * u - 1) * Math.sqrt(3 / fanIn);
  if (name.endsWith(".weight")) return (u) => 0.5 + u;
  return (u) => 0.1 * (2 * u - 1);
}

function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
