import { boxAligner } from "../../lib/align/box_aligner.ts";
import { createCropAligner } from "../../lib/align/crop_aligner.ts";
import { rotateAligner } from "../../lib/align/rotate_aligner.ts";
import type { FaceDetector } from "../../lib/detect/face_detector.ts";
import { createLandmarkFinder } from "../../lib/detect/landmark_finder.ts";
import { createMtcnnDetector } from "../../lib/detect/mtcnn_detector.ts";
import { createSsdDetector } from "../../lib/detect/ssd_detector.ts";
import { createTinyDetector } from "../../lib/detect/tiny_detector.ts";
import { createFaceNet } from "../../lib/embed/facenet.ts";
import { createFaceRecognitionNet } from "../../lib/embed/face_recognition_net.ts";
import type { Photo } from "../../lib/image/photo.ts";
import type { RecognizerConfig } from "../../lib/recognize/recognizer.ts";
import { stopwatch } from "./stopwatch.ts";

/** Milliseconds that the networks' stages took on one photo. */
export type StageTimes = Record<
  "detect" | "landmarks" | "align" | "embed",
  number
>;

/** The stages of a recognizer one by one, so that each can be measured. */
export interface TimedStages {
  /** From photo to embeddings, of all faces or of the largest. */
  run(
    photo: Photo,
    embed: "all" | "largest",
  ): Promise<{ faces: number; vectors: Float32Array[]; ms: StageTimes }>;
  dispose(): void;
}

/** Loads what a recognizer of this config is made of. */
export async function loadStages(
  { recognizer, detector, align, cropMargin, minFace, mirror }:
    RecognizerConfig,
): Promise<TimedStages> {
  const detectors: Record<typeof detector, () => Promise<FaceDetector>> = {
    ssd: createSsdDetector,
    tiny: createTinyDetector,
    mtcnn: () => createMtcnnDetector({ minFaceShare: minFace }),
  };
  const search = await detectors[detector]();
  const finder = await createLandmarkFinder();
  const aligner = {
    rotate: rotateAligner,
    box: boxAligner,
    crop: createCropAligner(cropMargin),
  }[align];
  const embedder = recognizer === "facenet"
    ? await createFaceNet()
    : await createFaceRecognitionNet();
  return {
    async run(photo, embed) {
      const detect = await stopwatch(() => search.detect(photo));
      const found = detect.result;
      const landmarks = await stopwatch(() => finder.find(photo, found));
      const chips = await stopwatch(() =>
        Promise.resolve(
          found.map((face, i) =>
            aligner.align(photo, face, landmarks.result[i]!, embedder.chipPx)
          ),
        )
      );
      const wanted = embed === "all" ? chips.result : chips.result.slice(0, 1);
      const embedded = await stopwatch(() =>
        embedder.embed(wanted, { mirror })
      );
      return {
        faces: found.length,
        vectors: embedded.result,
        ms: {
          detect: detect.ms,
          landmarks: landmarks.ms,
          align: chips.ms,
          embed: embedded.ms,
        },
      };
    },
    dispose() {
      search.dispose();
      finder.dispose();
      embedder.dispose();
    },
  };
}
