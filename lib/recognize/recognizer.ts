import { boxAligner } from "../align/box_aligner.ts";
import { createCropAligner } from "../align/crop_aligner.ts";
import type { FaceAligner } from "../align/face_aligner.ts";
import { rotateAligner } from "../align/rotate_aligner.ts";
import { readSettings, type Settings } from "../config.ts";
import type {
  Detection,
  FaceDetector,
  LandmarkFinder,
  Landmarks,
} from "../detect/face_detector.ts";
import { createLandmarkFinder } from "../detect/landmark_finder.ts";
import {
  createMtcnnDetector,
  withMtcnnPoints,
} from "../detect/mtcnn_detector.ts";
import type { FaceEmbedder } from "../embed/face_embedder.ts";
import type { Photo } from "../image/photo.ts";
import type { Embedding } from "../match/embedding.ts";
import { allOrNone } from "../engine/tensors/backend.ts";
import { judgeQuality, type QualityIssue } from "./quality.ts";

/** A face cut out of a photo: where it was, its chip, and what is wrong with it. */
export interface AlignedFace extends Detection {
  /** Points on the face, px of the photo. */
  readonly landmarks: Landmarks;
  /** Shape [chipPx, chipPx, 3]. */
  readonly chip: Photo;
  /** What makes its embedding less sure, worst first. */
  readonly issues: readonly QualityIssue[];
  /** How far it is from each issue; higher is better. */
  readonly quality: Readonly<
    Record<"unified" | QualityIssue["kind"], number>
  >;
}

/** Detector, aligner and embedder as one pipeline. */
export interface Recognizer {
  /** Names network and chip making; embeddings of different ids must not be compared. */
  readonly modelId: string;
  /** How many numbers an embedding has. */
  readonly dimensions: number;
  /** Distance under which two faces count as one person's unless something else is set. */
  readonly defaultThreshold: number;
  /**
   * What it was made from, so that a worker can make its like.
   * @internal
   */
  readonly config: RecognizerConfig;
  /** Finds all faces of a photo and cuts them out, largest first. */
  findFaces(photo: Photo): Promise<AlignedFace[]>;
  /** Embeds chips as one batch, in order. */
  embed(chips: readonly Photo[]): Promise<Embedding[]>;
  /** Frees all tensors of the networks. */
  dispose(): void;
}

/** The settings a recognizer is made from. */
export type RecognizerConfig = Pick<
  Settings,
  "recognizer" | "detector" | "align" | "cropMargin" | "minFace" | "mirror"
>;

const aligners: Record<
  Settings["align"],
  (config: RecognizerConfig) => FaceAligner
> = {
  rotate: () => rotateAligner,
  box: () => boxAligner,
  crop: ({ cropMargin }) => createCropAligner(cropMargin),
};

/** Each is imported when the settings name it: a sign-in waits for what it needs only. */
const detectors: Record<
  Settings["detector"],
  (config: RecognizerConfig) => Promise<FaceDetector>
> = {
  ssd: async () => {
    const { createSsdDetector } = await import("../detect/ssd_detector.ts");
    return await withMtcnnPoints(createSsdDetector());
  },
  tiny: async () => {
    const { createTinyDetector } = await import("../detect/tiny_detector.ts");
    return await withMtcnnPoints(createTinyDetector());
  },
  mtcnn: ({ minFace }) =>
    createMtcnnDetector({
      minFaceShare: minFace,
      // No true face of the photos this was chosen on scores less than 0.8 in O-Net, no false one more.
      thresholds: [0.6, 0.7, 0.8],
      anyTurn: true,
    }),
};

const embedders: Record<
  Settings["recognizer"],
  () => Promise<FaceEmbedder>
> = {
  faceapi: async () =>
    (await import("../embed/face_recognition_net.ts"))
      .createFaceRecognitionNet(),
  facenet: async () => (await import("../embed/facenet.ts")).createFaceNet(),
};

/**
 * Loads the networks that the settings name and joins them to one pipeline.
 *
 * @param given what is not given is as the settings' defaults say
 * @throws WeightsError when a model file is missing or changed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createRecognizer, readPhoto } from "@face/sign-in";
 *
 * const recognizer = await createRecognizer({ mirror: false });
 * const [face] = await recognizer.findFaces(
 *   await readPhoto("signin_photos/andrew_06.jpg"),
 * );
 * const [embedding] = await recognizer.embed([face!.chip]);
 * assert.equal(embedding!.vector.length, 128);
 * recognizer.dispose();
 * ```
 */
export async function createRecognizer(
  given: Partial<Settings> = {},
): Promise<Recognizer> {
  const config = withDefaults(given);
  const { mirror } = config;
  const [detector, finder, embedder] = await allOrNone<
    [FaceDetector, LandmarkFinder, FaceEmbedder]
  >([
    detectors[config.detector](config),
    createLandmarkFinder(),
    embedders[config.recognizer](),
  ]);
  const aligner = aligners[config.align](config);
  const parts = { detector, finder, aligner, embedder };
  const modelId = [embedder.id, aligner.id, ...(mirror ? ["mirror"] : [])]
    .join("-");
  return {
    modelId,
    dimensions: embedder.dimensions,
    defaultThreshold: embedder.defaultThreshold,
    config,
    findFaces: (photo) => findFaces(parts, photo),
    async embed(chips) {
      const vectors = await embedder.embed(chips, { mirror });
      return vectors.map((vector) => ({ modelId, vector }));
    },
    dispose() {
      detector.dispose();
      finder.dispose();
      embedder.dispose();
    },
  };
}

/** Fills in defaults, and keeps of larger settings what a recognizer is made from: no key goes to a worker. */
function withDefaults(given: Partial<Settings>): RecognizerConfig {
  const { recognizer, detector, align, cropMargin, minFace, mirror } = {
    ...readSettings({}),
    ...given,
  };
  return { recognizer, detector, align, cropMargin, minFace, mirror };
}

interface Parts {
  readonly detector: FaceDetector;
  readonly finder: LandmarkFinder;
  readonly aligner: FaceAligner;
  readonly embedder: FaceEmbedder;
}

async function findFaces(
  { detector, finder, aligner, embedder }: Parts,
  photo: Photo,
): Promise<AlignedFace[]> {
  const detections = await detector.detect(photo);
  const found = await finder.find(photo, detections);
  return detections.map((face, i) => {
    const landmarks = found[i]!;
    const chip = aligner.align(photo, face, landmarks, embedder.chipPx);
    return { ...face, landmarks, chip, ...judgeQuality(face, landmarks, chip) };
  });
}
