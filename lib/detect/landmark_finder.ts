import type { Photo, Point } from "../image/photo.ts";
import { sampleSquare } from "../image/sample.ts";
import {
  lineDeg,
  mapPoint,
  meanPoint,
  type Similarity,
  squareAround,
  squareMap,
} from "../image/similarity.ts";
import { runBatches } from "../engine/tensors/run_batches.ts";
import type { Detection, LandmarkFinder, Landmarks } from "./face_detector.ts";
import { loadLandmarkNet } from "./landmark_graph.ts";

type LandmarkNet = Awaited<ReturnType<typeof loadLandmarkNet>>;

/** Side of the network's square input, px. */
const inputPx = 112;
/** A face tilted by more than this is looked at again after turning it upright, degrees. */
const retryAboveDeg = 5;
/** How often a tilted face is turned and looked at again. */
const maxTurns = 3;

/**
 * face-api's 68-landmark network, looking again at tilted faces: it was trained on upright ones,
 * so each face is turned by the tilt its own eyes show until it stands upright.
 */
export async function createLandmarkFinder(): Promise<LandmarkFinder> {
  const net = await loadLandmarkNet();
  return {
    find: (photo, detections) => findLandmarks(net, photo, detections),
    dispose: () => net.dispose(),
  };
}

async function findLandmarks(
  net: LandmarkNet,
  photo: Photo,
  detections: readonly Detection[],
): Promise<Landmarks[]> {
  const faces = await look(net, photo, detections.map(cropOf));
  for (let turn = 0; turn < maxTurns; turn++) {
    const tilted = faces.map((face, index) => ({ face, index }))
      .filter(({ face }) =>
        turn === 0 ||
        Math.abs(rollDeg(face.points) - face.turnedDeg) > retryAboveDeg
      );
    if (tilted.length === 0) break;
    const again = await look(
      net,
      photo,
      tilted.map(({ face }) => cropAround(face.points, rollDeg(face.points))),
    );
    tilted.forEach(({ index }, i) => faces[index] = again[i]!);
  }
  return faces.map(({ points }) => ({ points }));
}

interface Crop {
  readonly map: Similarity;
  readonly turnedDeg: number;
}

interface Look extends Crop {
  readonly points: Point[];
}

/** The square around a detection's box, turned as its eyes are where the detector saw them. */
function cropOf({ box, fivePoints }: Detection): Crop {
  const deg = fivePoints === undefined
    ? 0
    : lineDeg(fivePoints[0]!, fivePoints[1]!);
  const side = Math.max(box.width, box.height);
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  return { map: squareMap(centre, side, deg, inputPx), turnedDeg: deg };
}

/** The turned square around landmarks already found, as large as a detector's box would be. */
function cropAround(points: readonly Point[], deg: number): Crop {
  return { map: squareAround(points, deg, 1.15, inputPx), turnedDeg: deg };
}

/** Runs the network on all crops and maps its points back to the photo. */
async function look(
  net: LandmarkNet,
  photo: Photo,
  crops: readonly Crop[],
): Promise<Look[]> {
  const pictures = crops.map(({ map }) => sampleSquare(photo, map, inputPx));
  const found = await runBatches(pictures, inputPx, net.run);
  return found.map((values, index) => ({
    ...crops[index]!,
    points: Array.from({ length: 68 }, (_, i) =>
      mapPoint(crops[index]!.map, {
        x: values[i * 2]! * inputPx,
        y: values[i * 2 + 1]! * inputPx,
      })),
  }));
}

/** How far the line through the eyes is tilted, degrees, clockwise as seen in the photo. @param points dlib's 68 */
function rollDeg(points: readonly Point[]): number {
  return lineDeg(
    meanPoint(points.slice(36, 42)),
    meanPoint(points.slice(42, 48)),
  );
}
