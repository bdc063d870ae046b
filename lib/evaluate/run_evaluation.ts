import {
  createRecognizer,
  type Recognizer,
  type RecognizerConfig,
} from "../recognize/recognizer.ts";
import { createPhotoPool } from "../recognize/photo_pool.ts";
import type { PhotoMetadata } from "./breakdown.ts";
import { pairedDifferences } from "./compare.ts";
import type { Dataset } from "./dataset.ts";
import { EmbeddingCache } from "./embedding_cache.ts";
import {
  embedPhotos,
  type PhotoOutcome,
  type Progress,
} from "./embed_photos.ts";
import { type Comparison, evaluate } from "./evaluation.ts";
import { distinctVectors } from "./same_photos.ts";
import { scorePairs, type Vectors } from "./score_pairs.ts";
import { encodeJpeg } from "../image/encode.ts";
import { readPhoto } from "../recognize/photo_files.ts";

/** What to evaluate and how. */
interface RunPlan {
  readonly dataset: Dataset;
  readonly config: RecognizerConfig;
  /** Null means the model's own default. */
  readonly threshold: number | null;
  readonly metadata?: PhotoMetadata | undefined;
  /** The command line, for the report's head. */
  readonly command: string;
  /** Settings to be compared with their alternative on the same photos. */
  readonly compare: readonly Comparison["setting"][];
  /** Where embeddings are kept between runs. */
  readonly cachePath: string;
  readonly onProgress?: (what: string, progress: Progress) => void;
}

/** An evaluation and the faces its report shows. */
export interface Run {
  readonly evaluation: ReturnType<typeof evaluate>;
  readonly outcomes: readonly PhotoOutcome[];
  readonly faces: FacePictures;
}

/** Embeds a data set's photos, as far as the cache does not hold them, and evaluates them. */
export async function runEvaluation(plan: RunPlan): Promise<Run> {
  const { dataset, config } = plan;
  const cache = await EmbeddingCache.open(plan.cachePath);
  const recognizer = await createRecognizer(config);
  try {
    const embed = (
      other: RecognizerConfig,
      model: Pick<Recognizer, "modelId">,
      what: string,
    ) =>
      embedWith(
        other,
        model,
        dataset,
        cache,
        (progress) => plan.onProgress?.(what, progress),
      );
    const outcomes = await embed(config, recognizer, "Embedding");
    const threshold = plan.threshold ?? recognizer.defaultThreshold;
    const comparisons: Comparison[] = [];
    for (const setting of plan.compare) {
      const other = alternative(config, setting);
      const there = await embed(
        other,
        await modelOf(other),
        `Embedding, ${nameOf(other, setting)}`,
      );
      comparisons.push({
        setting,
        here: nameOf(config, setting),
        there: nameOf(other, setting),
        differences: compare(dataset, outcomes, there, threshold),
      });
    }
    const evaluation = evaluate({
      dataset,
      outcomes,
      threshold,
      modelId: recognizer.modelId,
      detector: config.detector,
      command: plan.command,
      metadata: plan.metadata,
      comparisons,
    });
    const shown = [...evaluation.worstGenuine, ...evaluation.closestImpostor];
    const faces = await pictureFaces(
      recognizer,
      dataset,
      shown.flatMap(({ a, b }) => [a, b]),
    );
    return { evaluation, outcomes, faces };
  } finally {
    recognizer.dispose();
  }
}

/** Embeds a data set's photos on all cores, as far as the cache does not hold them. */
export async function embedWith(
  config: RecognizerConfig,
  { modelId }: Pick<Recognizer, "modelId">,
  dataset: Dataset,
  cache: EmbeddingCache,
  onProgress: (progress: Progress) => void,
): Promise<PhotoOutcome[]> {
  // Its workers start with the first photo: where the cache holds all, none does.
  const reader = createPhotoPool(config);
  try {
    return await embedPhotos(dataset.photos, {
      reader,
      cache,
      model: cacheModel(config, modelId),
      onProgress,
    });
  } finally {
    reader.close();
  }
}

/** The id that a configuration's embeddings have. */
export async function modelOf(
  config: RecognizerConfig,
): Promise<Pick<Recognizer, "modelId">> {
  const recognizer = await createRecognizer(config);
  recognizer.dispose();
  return { modelId: recognizer.modelId };
}

/** Everything that an embedding depends on besides the photo. */
function cacheModel(
  { detector, minFace }: RecognizerConfig,
  modelId: string,
): string {
  return detector === "mtcnn"
    ? `${detector}-${minFace} ${modelId}`
    : `${detector} ${modelId}`;
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
export type FacePictures = ReadonlyMap<number, string>;

/** Cuts the largest face out of each of some photos that are known to show one. */
async function pictureFaces(
  recognizer: Recognizer,
  { photos }: Dataset,
  wanted: readonly number[],
): Promise<FacePictures> {
  const pictures = new Map<number, string>();
  for (const index of new Set(wanted)) {
    const photo = await readPhoto(photos[index]!.path);
    const [largest] = await recognizer.findFaces(photo);
    if (largest === undefined) continue;
    const jpeg = await encodeJpeg(largest.chip, 80);
    pictures.set(index, `data:image/jpeg;base64,${jpeg.toBase64()}`);
  }
  return pictures;
}
