import type { PhotoOutcome } from "./embed_photos.ts";
import type { PairScores, ScoreSet } from "./pair_scores.ts";

/** Error rates at the threshold once a share of the photos, those of lowest quality, is refused. */
interface DiscardPoint {
  /** 0 to 0.5 */
  readonly refused: number;
  readonly fmr: number;
  readonly fnmr: number;
}

const shares = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

/**
 * Error against share of photos refused by quality (Grother and Tabassi, Performance of biometric
 * quality measures, IEEE PAMI 29(4), 2007): quality is worth something where errors fall faster
 * than photos are refused. A share that leaves no pair of one kind ends the curve.
 */
export function discardCurve(
  { genuine, impostor }: ScoreSet,
  outcomes: readonly PhotoOutcome[],
  threshold: number,
): DiscardPoint[] {
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
