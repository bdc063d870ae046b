import { encodeJpeg } from "../image/encode.ts";
import { readPhoto } from "../recognize/photo_files.ts";
import {
  createRecognizer,
  type RecognizerConfig,
} from "../recognize/recognizer.ts";
import type { Calibration } from "../store/calibration.ts";
import type { PhotoMetadata } from "./breakdown.ts";
import { chooseForFmr } from "./calibrate.ts";
import { pairedDifferences } from "./compare.ts";
import type { Dataset } from "./dataset.ts";
import {
  embedPhotos,
  type EmbedPlan,
  type PhotoOutcome,
} from "./embed_photos.ts";
import { type Comparison, evaluate } from "./evaluation.ts";
import { distinctVectors, scorePairs, type Vectors } from "./score_pairs.ts";

/** What to evaluate and how. */
interface RunPlan extends EmbedPlan {
  /** Null means the model's own default. */
  readonly threshold: number | null;
  readonly metadata: PhotoMetadata | undefined;
  /** The command line, for the report's head. */
  readonly command: string;
  /** Settings to be compared with their alternative on the same photos. */
  readonly compare: readonly Comparison["setting"][];
}

/** An evaluation and the faces its report shows. */
export interface Run {
  readonly evaluation: ReturnType<typeof evaluate>;
  readonly faces: FacePictures;
}

/** Embeds a data set's photos, as far as the cache does not hold them, and evaluates them. */
export async function runEvaluation(plan: RunPlan): Promise<Run> {
  const { dataset, config, command, metadata } = plan;
  const { modelId, defaultThreshold, outcomes } = await embedPhotos(plan);
  const threshold = plan.threshold ?? defaultThreshold;
  const comparisons: Comparison[] = [];
  for (const setting of plan.compare) {
    const other = alternative(config, setting);
    const [here, there] = [nameOf(config, setting), nameOf(other, setting)];
    const { outcomes: others } = await embedPhotos(
      { ...plan, config: other },
      `Embedding, ${there}`,
    );
    const differences = compare(dataset, outcomes, others, threshold);
    comparisons.push({ setting, here, there, differences });
  }
  const evaluation = evaluate({
    dataset,
    outcomes,
    threshold,
    modelId,
    detector: config.detector,
    command,
    metadata,
    comparisons,
  });
  const shown = [...evaluation.worstGenuine, ...evaluation.closestImpostor];
  const faces = await pictureFaces(
    config,
    dataset,
    shown.flatMap(({ a, b }) => [a, b]),
  );
  return { evaluation, faces };
}

/**
 * Embeds a data set's photos and chooses the threshold for a target FMR on them.
 *
 * @returns the calibration, and what became of each photo
 * @throws UsageError when there are too few people for the target.
 */
export async function runCalibration(
  { targetFmr, ...plan }: EmbedPlan & { readonly targetFmr: number },
): Promise<{ calibration: Calibration; outcomes: readonly PhotoOutcome[] }> {
  const { dataset, config } = plan;
  const { modelId, outcomes } = await embedPhotos(plan);
  const { vectors } = distinctVectors(dataset, outcomes);
  const { set } = scorePairs(dataset, vectors);
  const calibration = {
    modelId,
    detector: config.detector,
    ...chooseForFmr(set, targetFmr),
    photos: outcomes.filter(({ kind }) => kind === "embedded").length,
    people: dataset.people.length,
    createdAt: new Date().toISOString(),
  };
  return { calibration, outcomes };
}

/** Both sides keep only the pairs that both could score, so that the difference is paired. */
function compare(
  dataset: Dataset,
  here: readonly PhotoOutcome[],
  there: readonly PhotoOutcome[],
  threshold: number,
) {
  const [one, other] = [here, there].map((outcomes) =>
    distinctVectors(dataset, outcomes).vectors
  );
  const both = (some: Vectors, others: Vectors) =>
    some.map((vector, i) => others[i] ? vector : null);
  return pairedDifferences(
    scorePairs(dataset, both(one!, other!)).set,
    scorePairs(dataset, both(other!, one!)).set,
    threshold,
  );
}

function alternative(
  config: RecognizerConfig,
  setting: Comparison["setting"],
): RecognizerConfig {
  return setting === "align"
    ? { ...config, align: config.align === "rotate" ? "box" : "rotate" }
    : { ...config, mirror: !config.mirror };
}

function nameOf(
  { align, mirror }: RecognizerConfig,
  setting: Comparison["setting"],
): string {
  return setting === "align"
    ? `align ${align}`
    : `mirror ${mirror ? "on" : "off"}`;
}

/** Chips as JPEG data URIs, by index of photo. */
type FacePictures = ReadonlyMap<number, string>;

/** Cuts the largest face out of each of some photos that are known to show one. */
async function pictureFaces(
  config: RecognizerConfig,
  { photos }: Dataset,
  wanted: readonly number[],
): Promise<FacePictures> {
  const recognizer = await createRecognizer(config);
  const pictures = new Map<number, string>();
  for (const index of new Set(wanted)) {
    const photo = await readPhoto(photos[index]!.path);
    const [largest] = await recognizer.findFaces(photo);
    if (largest === undefined) continue;
    const jpeg = await encodeJpeg(largest.chip, 80);
    pictures.set(index, `data:image/jpeg;base64,${jpeg.toBase64()}`);
  }
  recognizer.dispose();
  return pictures;
}
