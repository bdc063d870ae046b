import { boxAligner } from "../align/box_aligner.ts";
import { createCropAligner } from "../align/crop_aligner.ts";
import type { FaceAligner } from "../align/face_aligner.ts";
import { rotateAligner } from "../align/rotate_aligner.ts";
import type { Settings } from "../config.ts";
import type {
  Detection,
  FaceDetector,
  LandmarkFinder,
  Landmarks,
} from "../detect/face_detector.ts";
import { createLandmarkFinder } from "../detect/landmark_finder.ts";
import {
  createTrackingDetector,
  type TrackingOptions,
} from "../detect/tracking_detector.ts";
import type { FaceEmbedder } from "../embed/face_embedder.ts";
import type { Photo } from "../image/photo.ts";
import { type Embedding, l2Norm } from "../match/embedding.ts";
import { allOrNone } from "../engine/tensors/all_or_none.ts";
import { judgeQuality, measureQuality, type QualityIssue } from "./quality.ts";

/** A face cut out of a photo: where it was, its chip, and what is wrong with it. */
export interface AlignedFace extends Detection {
  readonly landmarks: Landmarks;
  /** Shape [chipPx, chipPx, 3]. */
  readonly chip: Photo;
  readonly issues: readonly QualityIssue[];
}

/** Milliseconds that one photo took, by stage. */
export type StageTimes = Record<
  "detect" | "landmarks" | "align" | "embed",
  number
>;

/** Detector, aligner and embedder as one pipeline. */
export interface Recognizer {
  /** Names network and chip making; embeddings of different ids must not be compared. */
  readonly modelId: string;
  readonly dimensions: number;
  readonly defaultThreshold: number;
  /** Finds all faces of a photo and cuts them out, largest first. */
  findFaces(photo: Photo, times?: Partial<StageTimes>): Promise<AlignedFace[]>;
  /**
   * Follows the frames of one video, handed in one after the other: `findFaces` on each, searched
   * in full every so many. Shares this recognizer's networks and holds no tensor.
   */
  follow(options?: TrackingOptions): Pick<Recognizer, "findFaces">;
  /** Embeds chips as one batch, in order. */
  embed(
    chips: readonly Photo[],
    times?: Partial<StageTimes>,
  ): Promise<Embedding[]>;
  /** Frees all tensors of the networks. */
  dispose(): void;
}

/** The settings a recognizer is made from. */
export type RecognizerConfig =
  & Pick<Settings, "detector" | "align" | "mirror">
  & Partial<Pick<Settings, "recognizer" | "cropMargin" | "minFace">>
  & {
    /** For the frames of one video, handed in one after the other: search in full every so many. */
    readonly fullEvery?: number;
  };

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
  ssd: async () =>
    (await import("../detect/ssd_detector.ts")).createSsdDetector(),
  tiny: async () =>
    (await import("../detect/tiny_detector.ts")).createTinyDetector(),
  mtcnn: async ({ minFace }) =>
    (await import("../detect/mtcnn_detector.ts")).createMtcnnDetector({
      minFaceShare: minFace ?? 0,
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
 * @throws WeightsError when a model file is missing or changed.
 */
export async function createRecognizer(
  config: RecognizerConfig,
): Promise<Recognizer> {
  const [searcher, finder, embedder] = await allOrNone<
    [FaceDetector, LandmarkFinder, FaceEmbedder]
  >([
    detectors[config.detector](config),
    createLandmarkFinder(),
    embedders[config.recognizer ?? "faceapi"](),
  ]);
  const { fullEvery } = config;
  const detector = fullEvery === undefined
    ? searcher
    : createTrackingDetector(searcher, finder, { fullEvery });
  const aligner = aligners[config.align](config);
  const modelId = [
    embedder.id,
    aligner.id,
    ...(config.mirror ? ["mirror"] : []),
  ].join("-");
  return {
    modelId,
    dimensions: embedder.dimensions,
    defaultThreshold: embedder.defaultThreshold,
    findFaces: (photo, times = {}) =>
      findFaces({ detector, finder, aligner, embedder }, photo, times),
    follow(options) {
      const tracker = createTrackingDetector(searcher, finder, options);
      const parts = { detector: tracker, finder, aligner, embedder };
      return {
        findFaces: (frame, times = {}) => findFaces(parts, frame, times),
      };
    },
    async embed(chips, times = {}) {
      const run = () => embedder.embed(chips, { mirror: config.mirror });
      const vectors = await timed(times, "embed", run);
      return vectors.map((vector) => ({
        modelId,
        vector,
        norm: l2Norm(vector),
      }));
    },
    dispose() {
      searcher.dispose();
      finder.dispose();
      embedder.dispose();
    },
  };
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
  times: Partial<StageTimes>,
): Promise<AlignedFace[]> {
  const detections = await timed(times, "detect", () => detector.detect(photo));
  const bare = detections.filter(({ landmarks }) => landmarks === undefined);
  const found = await timed(times, "landmarks", () => finder.find(photo, bare));
  return timed(times, "align", () =>
    detections.map((face) => {
      const landmarks = face.landmarks ?? found[bare.indexOf(face)]!;
      const chip = aligner.align(photo, face, landmarks, embedder.chipPx);
      const issues = judgeQuality(measureQuality(face, landmarks, chip));
      return { ...face, landmarks, chip, issues };
    }));
}

async function timed<T>(
  times: Partial<StageTimes>,
  stage: keyof StageTimes,
  work: () => T | Promise<T>,
): Promise<T> {
  const start = performance.now();
  const result = await work();
  times[stage] = (times[stage] ?? 0) + performance.now() - start;
  return result;
}
