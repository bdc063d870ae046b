import { AreaResizer } from "../image/area_resize.ts";
import type { Photo } from "../image/photo.ts";
import { resize } from "../image/resize.ts";
import { allOrNone, tf } from "../engine/tensors/backend.ts";
import { openModelWeights } from "../engine/tensors/model_weights.ts";
import {
  type Detection,
  type FaceDetector,
  largestFirst,
  moveFace,
} from "./face_detector.ts";
import { moveSides, toSquare } from "./mtcnn/box_moves.ts";
import { judgeCrops } from "./mtcnn/judge_crops.ts";
import { buildMtcnnNets } from "./mtcnn/networks.ts";
import { searchAnyTurn, withFivePoints } from "./mtcnn/any_turn.ts";
import { proposeFaces } from "./mtcnn/propose.ts";
import { suppressNonMaxima } from "./non_maximum_suppression.ts";

type MtcnnNets = ReturnType<typeof buildMtcnnNets>;

/** What MTCNN may be told to differ. */
interface MtcnnOptions {
  /** Smallest face to find, px of the photo. */
  readonly minFacePx: number;
  /** Smallest face to look for first, as a share of the photo's shorter side; where that finds none, smaller ones count. */
  readonly minFaceShare: number;
  /** Least probability of a face that P-Net, R-Net and O-Net let through. */
  readonly thresholds: readonly [number, number, number];
  /** Whether sideways and upside-down faces are found, too. */
  readonly anyTurn: boolean;
}

/** facenet-pytorch's defaults (models/mtcnn.py). */
const originalOptions: MtcnnOptions = {
  minFacePx: 20,
  minFaceShare: 0,
  thresholds: [0.6, 0.7, 0.7],
  anyTurn: false,
};
/** Faces of at least this share of the largest one's width are not missed. */
const companionShare = 0.5;
/** Overlap above which R-Net's and O-Net's boxes count as one face. */
const maxOverlap = 0.7;
/** Sides of R-Net's and O-Net's inputs, px. */
const refinePx = 24;
const outputPx = 48;

/**
 * MTCNN (Zhang et al., "Joint face detection and alignment using multitask cascaded convolutional
 * networks", 2016) with the weights and the arithmetic of facenet-pytorch: three networks in a
 * row, each looking closer at what the one before let through. Finds five landmarks of each face.
 *
 * @throws WeightsError when its files are missing or damaged.
 */
export async function createMtcnnDetector(
  options: Partial<MtcnnOptions> = {},
): Promise<FaceDetector> {
  const { nets, dispose } = await loadNets();
  const given = { ...originalOptions, ...options };
  return {
    id: "mtcnn",
    detect: (photo) => Promise.resolve(detectWithMtcnn(nets, photo, given)),
    dispose,
  };
}

/**
 * Another detector whose faces get five points and may be turned in any way: MTCNN's last network
 * looks at each of them.
 *
 * @throws WeightsError when MTCNN's files are missing or damaged.
 */
export async function withMtcnnPoints(
  loading: Promise<FaceDetector>,
): Promise<FaceDetector> {
  const [detector, { nets, dispose }] = await allOrNone<
    [FaceDetector, Awaited<ReturnType<typeof loadNets>>]
  >([loading, loadNets()]);
  return {
    id: detector.id,
    async detect(photo) {
      const faces = await detector.detect(photo);
      return faces.map((face) => withFivePoints(nets.output, photo, face))
        .filter((face) => face !== null);
    },
    dispose() {
      detector.dispose();
      dispose();
    },
  };
}

async function loadNets() {
  const nets = buildMtcnnNets(await openModelWeights("mtcnn"));
  const layers = Object.values(nets).flatMap(({ layers }) => layers);
  return {
    nets,
    dispose: () => tf.dispose(layers.map(({ packed }) => packed)),
  };
}

/** Looks for large faces first, in a copy no larger than O-Net needs to see the smallest of them. */
function detectWithMtcnn(
  nets: MtcnnNets,
  photo: Photo,
  { minFacePx, minFaceShare, thresholds, anyTurn }: MtcnnOptions,
): Detection[] {
  const searchFrom = (fromPx: number) => {
    const scale = Math.min(1, outputPx / fromPx);
    const small = scale === 1 ? photo : resize(
      photo,
      Math.max(1, Math.round(photo.width * scale)),
      Math.max(1, Math.round(photo.height * scale)),
    );
    const find = (photo: Photo) =>
      search(nets, photo, fromPx * scale, thresholds);
    const found = anyTurn
      ? searchAnyTurn(nets.output, small, find)
      : find(small);
    // (0, 0) is the centre of the first pixel.
    const enlarged = (px: number) =>
      (px + 0.5) * photo.width / small.width - 0.5;
    return found.map((face) =>
      moveFace(face, ({ x, y }) => ({ x: enlarged(x), y: enlarged(y) }))
    );
  };
  const largePx = minFaceShare * Math.min(photo.width, photo.height);
  if (largePx <= minFacePx) return searchFrom(minFacePx);
  const [largest, ...others] = searchFrom(largePx);
  const nextPx = largest === undefined
    ? minFacePx
    : Math.max(minFacePx, largest.box.width * companionShare);
  return largest === undefined || nextPx < largePx
    ? searchFrom(nextPx)
    : [largest, ...others];
}

function search(
  { proposal, refine, output }: MtcnnNets,
  photo: Photo,
  minFacePx: number,
  thresholds: MtcnnOptions["thresholds"],
): Detection[] {
  const resizer = new AreaResizer(photo);
  const proposals = proposeFaces(proposal, resizer, minFacePx, thresholds[0]);
  const refined = judgeCrops(
    refine,
    refinePx,
    resizer,
    proposals,
    thresholds[1],
  );
  const squares = suppressNonMaxima(refined, maxOverlap, "union")
    .map((box) => toSquare(moveSides(box, box.regression, 1)));
  const faces = judgeCrops(output, outputPx, resizer, squares, thresholds[2])
    .map((box) => ({
      ...moveSides(box, box.regression, 1),
      detection: toDetection(box),
    }));
  return largestFirst(
    suppressNonMaxima(faces, maxOverlap, "smaller")
      .map(({ detection }) => detection),
  );
}

/** The box moved by its regression; the landmarks are shares of the box before that. */
function toDetection(box: ReturnType<typeof judgeCrops>[number]): Detection {
  const { left, top, right, bottom } = moveSides(box, box.regression, 1);
  const width = box.right - box.left + 1;
  const height = box.bottom - box.top + 1;
  const fivePoints = Array.from({ length: 5 }, (_, i) => ({
    x: box.left + width * box.landmarks[i]! - 1,
    y: box.top + height * box.landmarks[i + 5]! - 1,
  }));
  return {
    box: { x: left, y: top, width: right - left, height: bottom - top },
    score: box.score,
    fivePoints,
  };
}
