import type { PhotoOutcome } from "./embed_photos.ts";
import { type ErrorRates, errorRates } from "./error_rates.ts";
import type { PairScores, ScoreSet, SortedScores } from "./pair_scores.ts";

/** Most thresholds of one curve; more than a screen has pixels. */
const MOST = 1200;

/**
 * Error rates over thresholds, ascending, from where nothing matches to where everything does. A
 * small set has a point for each distance; a large one has points spread evenly over the
 * distances and, on a logarithmic scale, over both tails, where the ROC and DET curves look.
 */
export function errorCurve(scores: SortedScores): ErrorRates[] {
  return thresholds(scores).map((threshold) => errorRates(scores, threshold));
}

function thresholds(scores: SortedScores): number[] {
  const { genuine, impostor } = scores;
  const all = genuine.length + impostor.length <= MOST
    ? [...genuine, ...impostor]
    : [
      ...even(genuine),
      ...even(impostor),
      ...tail(impostor, false),
      ...tail(genuine, true),
    ];
  const ascending = [...new Set(all)].sort((a, b) => a - b);
  const last = ascending.at(-1);
  // A distance equal to the threshold does not match, so one more point lies behind the last.
  if (last !== undefined) ascending.push(last * (1 + 1e-6) + 1e-6);
  return ascending;
}

function even(values: Float32Array): number[] {
  if (values.length === 0) return [];
  const low = values[0]!;
  const step = (values.at(-1)! - low) / (MOST / 4);
  return Array.from({ length: MOST / 4 + 1 }, (_, i) => low + i * step);
}

function tail(values: Float32Array, fromEnd: boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < MOST / 4; i++) {
    const rank = Math.round(values.length ** (i / (MOST / 4 - 1))) - 1;
    const value = values[fromEnd ? values.length - 1 - rank : rank];
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** Shares of the photos that are refused. */
const shares = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

/**
 * Error rates at the threshold once a share of the photos, those of lowest quality, is refused
 * (Grother and Tabassi, Performance of biometric quality measures, IEEE PAMI 29(4), 2007): quality
 * is worth something where errors fall faster than photos are refused. A share that leaves no pair
 * of one kind ends the curve.
 */
export function discardCurve(
  { genuine, impostor }: ScoreSet,
  outcomes: readonly PhotoOutcome[],
  threshold: number,
) {
  const qualityOf = (photo: number) => {
    const outcome = outcomes[photo]!;
    return outcome.kind === "embedded" ? outcome.quality : Infinity;
  };
  const order = [...outcomes.keys()]
    .filter((photo) => outcomes[photo]!.kind === "embedded")
    .sort((a, b) => qualityOf(a) - qualityOf(b));
  const rank = new Uint32Array(outcomes.length);
  order.forEach((photo, i) => rank[photo] = i);
  const rate = (pairs: PairScores, refused: number, isError: Decision) => {
    let [left, errors] = [0, 0];
    for (let i = 0; i < pairs.distance.length; i++) {
      if (Math.min(rank[pairs.a[i]!]!, rank[pairs.b[i]!]!) < refused) continue;
      left++;
      if (isError(pairs.distance[i]!)) errors++;
    }
    return errors / left;
  };
  return shares.map((share) => {
    const refused = Math.floor(share * order.length);
    return {
      refused: share,
      fmr: rate(impostor, refused, (distance) => distance < threshold),
      fnmr: rate(genuine, refused, (distance) => distance >= threshold),
    };
  }).filter(({ fmr, fnmr }) => !Number.isNaN(fmr + fnmr));
}

type Decision = (distance: number) => boolean;
