import type { SortedScores } from "./pair_scores.ts";

/**
 * Area under the ROC curve: the chance that a genuine pair lies nearer than an impostor pair, ties
 * counted half (Mann and Whitney's U over the number of pairs of pairs). 0.5 is guessing, 1 is
 * perfect.
 */
export function areaUnderRoc(scores: SortedScores): number {
  const { genuine, impostor } = scores;
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (let i = 0; i < impostor.length; i++) {
    const distance = impostor[i]!;
    while (below < genuine.length && genuine[below]! < distance) below++;
    if (upTo < below) upTo = below;
    while (upTo < genuine.length && genuine[upTo]! <= distance) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (genuine.length * impostor.length);
}

/** Mean and standard deviation (of the population) of some distances. */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Two passes, since one pass loses digits where the mean is far larger than the spread. */
export function moments(values: Float32Array): Moments {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/**
 * Distance between the means of both kinds of pair in units of their pooled standard deviation,
 * |mi - mg| / sqrt((sg^2 + si^2) / 2) (Daugman, IEEE Trans. Circuits and Systems for Video
 * Technology 14(1), 2004). Two Gaussians of equal spread have an EER of Phi(-d'/2).
 */
export function dPrime(genuine: Moments, impostor: Moments): number {
  const pooled = Math.sqrt(
    (genuine.deviation ** 2 + impostor.deviation ** 2) / 2,
  );
  return Math.abs(impostor.mean - genuine.mean) / pooled;
}
