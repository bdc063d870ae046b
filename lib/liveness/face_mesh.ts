import { tf } from "../engine/tensors/backend.ts";
import { type GraphModel, loadGraph } from "../engine/tensors/graph_model.ts";
import type { Box, Photo, Point } from "../image/photo.ts";
import { sampleSquare } from "../image/sample.ts";
import {
  lineDeg,
  type Similarity,
  squareAround,
  squareMap,
} from "../image/similarity.ts";

/** MediaPipe's face mesh on one face of a frame. */
export interface FaceMesh {
  /**
   * 468 points in MediaPipe's order, x, y, z of each: px of the frame, z towards the back of the
   * head, 0 at the head's middle.
   */
  readonly points: Float32Array;
  /** How sure the network is that it looks at a face, 0 to 1. */
  readonly score: number;
}

/** The mesh network. */
export interface FaceMeshes {
  /**
   * The mesh of a face near `where`: its detected box, or its mesh in the frame before. A box is
   * looked at twice, the second time where the first look found the face.
   */
  find(frame: Photo, where: Box | FaceMesh): Promise<FaceMesh>;
  /** Frees the network's tensors. */
  dispose(): void;
}

/** Outer corners of the eyes, left and right as the viewer sees them. */
const eyeCorners = { left: 33, right: 263 };
const pointCount = 468;
/** Side of the network's input, px. */
const inputPx = 192;
/** The square around a face over the extent of its mesh. */
const margin = 1.5;

/**
 * Loads the network in models/facemesh: Google's MediaPipe Face Mesh (Kartynnik et al. 2019, arXiv
 * 1907.06724). Crops as there: a square of 1.5 times
 * the face's extent, turned so that the eyes are level, values divided by 255.
 *
 * @throws WeightsError when a model file is missing or changed.
 */
export async function createFaceMeshes(): Promise<FaceMeshes> {
  const network = await loadGraph("facemesh");
  return {
    async find(frame, where) {
      if ("points" in where) return await look(network, frame, around(where));
      const { x, y, width, height } = where;
      const middle = { x: x + width / 2, y: y + height / 2 };
      const side = margin * Math.max(width, height);
      const first = await look(
        network,
        frame,
        squareMap(middle, side, 0, inputPx),
      );
      return await look(network, frame, around(first));
    },
    dispose: () => network.dispose(),
  };
}

async function look(
  network: GraphModel,
  frame: Photo,
  map: Similarity,
): Promise<FaceMesh> {
  const crop = Float32Array.from(sampleSquare(frame, map, inputPx).data);
  const outputs = tf.tidy(() => {
    const pixels = tf.tensor4d(crop, [1, inputPx, inputPx, 3]);
    return network.execute(tf.div(pixels, 255), [
      "Identity_1:0",
      "Identity_2:0",
    ]);
  }) as tf.Tensor[];
  const [score, values] = await Promise.all(
    outputs.map((output) => output.data()),
  );
  tf.dispose(outputs);
  const { a, b, tx, ty } = map;
  const scale = Math.hypot(a, b);
  const points = new Float32Array(pointCount * 3);
  for (let i = 0; i < points.length; i += 3) {
    const [u, v, w] = [values![i]!, values![i + 1]!, values![i + 2]!];
    points[i] = a * u - b * v + tx;
    points[i + 1] = b * u + a * v + ty;
    points[i + 2] = scale * w;
  }
  return { points, score: score![0]! };
}

/** A mesh's points as they lie in the frame. */
export function pointsOf({ points }: FaceMesh): Point[] {
  return Array.from(
    { length: pointCount },
    (_, i) => ({ x: points[i * 3]!, y: points[i * 3 + 1]! }),
  );
}

/** The square around a mesh, turned with the line through the eyes. */
function around(mesh: FaceMesh): Similarity {
  const points = pointsOf(mesh);
  const { left, right } = eyeCorners;
  const deg = lineDeg(points[left]!, points[right]!);
  return squareAround(points, deg, margin, inputPx);
}
