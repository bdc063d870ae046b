import { AreaResizer } from "../image/area_resize.ts";
import type { Photo } from "../image/photo.ts";
import { allOrNone } from "../engine/tensors/all_or_none.ts";
import { startBackend } from "../engine/tensors/backend.ts";
import type { Detection, FaceDetector } from "./face_detector.ts";
import { largestFirst } from "./largest_first.ts";
import { moveSides, toSquare } from "./mtcnn/box_moves.ts";
import { judgeCrops, type JudgedBox } from "./mtcnn/judge_crops.ts";
import { suppressNonMaxima } from "./non_maximum_suppression.ts";
import { type MtcnnOptions, originalOptions } from "./mtcnn/options.ts";
import { loadOutputNet } from "./mtcnn/output_net.ts";
import { loadProposalNet, type ProposalNet } from "./mtcnn/proposal_net.ts";
import { proposeFaces } from "./mtcnn/propose.ts";
import { type CropNet, loadRefineNet } from "./mtcnn/refine_net.ts";

/** Overlap above which R-Net's and O-Net's boxes count as one face. */
const maxOverlap = 0.7;

/**
 * MTCNN (Zhang et al., "Joint face detection and alignment using multitask cascaded convolutional
 * networks", 2016) with the weights and the arithmetic of facenet-pytorch: three networks in a
 * row, each looking closer at what the one before let through. Finds five landmarks of each face.
 *
 * @throws WeightsError when its three files are missing or damaged.
 */
export async function createMtcnnDetector(
  options: Partial<MtcnnOptions> = {},
): Promise<FaceDetector> {
  await startBackend();
  const [proposal, refine, output] = await allOrNone<
    [ProposalNet, CropNet, CropNet]
  >([loadProposalNet(), loadRefineNet(), loadOutputNet()]);
  const nets = { proposal, refine, output };
  return {
    id: "mtcnn",
    detect: (photo) =>
      detectWithMtcnn(nets, photo, { ...originalOptions, ...options }),
    dispose: () => Object.values(nets).forEach((net) => net.dispose()),
  };
}

interface Nets {
  readonly proposal: ProposalNet;
  readonly refine: CropNet;
  readonly output: CropNet;
}

async function detectWithMtcnn(
  nets: Nets,
  photo: Photo,
  options: MtcnnOptions,
): Promise<Detection[]> {
  const resizer = new AreaResizer(photo);
  const [, refineThreshold, outputThreshold] = options.thresholds;
  const proposals = await proposeFaces(nets.proposal, resizer, options);
  const refined = await judgeCrops(
    nets.refine,
    resizer,
    proposals,
    refineThreshold,
  );
  const squares = suppressNonMaxima(refined, maxOverlap, "union")
    .map((box) => toSquare(moveSides(box, box.regression, 1)));
  const judged = await judgeCrops(
    nets.output,
    resizer,
    squares,
    outputThreshold,
  );
  const faces = judged.map((box) => ({
    ...moveSides(box, box.regression, 1),
    detection: toDetection(box),
  }));
  return largestFirst(
    suppressNonMaxima(faces, maxOverlap, "smaller").map((face) =>
      face.detection
    ),
  );
}

/** The box moved by its regression; the landmarks are shares of the box before that. */
function toDetection(box: JudgedBox): Detection {
  const { left, top, right, bottom } = moveSides(box, box.regression, 1);
  const width = box.right - box.left + 1;
  const height = box.bottom - box.top + 1;
  const points = Array.from({ length: 5 }, (_, i) => ({
    x: box.left + width * box.landmarks[i]! - 1,
    y: box.top + height * box.landmarks[i + 5]! - 1,
  }));
  return {
    box: { x: left, y: top, width: right - left, height: bottom - top },
    score: box.score,
    landmarks: { scheme: "mtcnn5", points },
  };
}
