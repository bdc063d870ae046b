import jstat from "jstat";
import type { PairScores, ScoreSet } from "../../lib/evaluate/pair_scores.ts";
import { randomNumbers as seededRandom } from "../random_numbers.ts";

const { normal, beta } = jstat as {
  normal: { cdf(z: number, mean: number, deviation: number): number };
  beta: { inv(share: number, alpha: number, beta: number): number };
};

/** Phi: the share of a standard normal distribution below z. */
export const normalCdf = (z: number): number => normal.cdf(z, 0, 1);

/** The value under which a share (0 to 1) of a beta distribution lies. */
export const betaQuantile = beta.inv;

/** Standard normal numbers from a seed (Box and Muller). */
export function seededNormal(seed: number): () => number {
  const random = seededRandom(seed);
  return () =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Independent pairs of two Gaussians: every pair's photos belong to people of its own. */
export function gaussianSet(
  counts: { genuine: number; impostor: number },
  dPrime: number,
  seed: number,
  people = 1000,
): ScoreSet {
  const normal = seededNormal(seed);
  const random = seededRandom(seed + 1);
  const someone = () => Math.floor(random() * people);
  const pairs = (count: number, mean: number, same: boolean): PairScores => {
    const distance = new Float32Array(count);
    const a = new Uint32Array(count);
    const b = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      distance[i] = mean + normal();
      a[i] = someone();
      b[i] = same
        ? a[i]!
        : (a[i]! + 1 + Math.floor(random() * (people - 1))) % people;
    }
    return { distance, a, b };
  };
  return {
    genuine: pairs(counts.genuine, 10, true),
    impostor: pairs(counts.impostor, 10 + dPrime, false),
    person: Uint32Array.from({ length: people }, (_, i) => i),
    people,
  };
}
