import {
  createFaceMeshes,
  type FaceMeshes,
} from "../../lib/liveness/face_mesh.ts";
import { headPose } from "../../lib/liveness/head_pose.ts";
import {
  fromLinear,
  type LinearPicture,
  makePicture,
} from "./linear_picture.ts";

/** Where the face lies in the supplied frames: middle and half width, as shares of the frame. */
const place = { x: 0.5, y: 0.45, half: 0.27 };

/**
 * One frontal photo turned as if it had relief: each pixel moves by how far it stands before the
 * head's middle, an ellipsoid with a nose. What an impostor with an image editor can do.
 */
export function onePhotoTurned(
  photo: LinearPicture,
  yawDeg: number,
): LinearPicture {
  const { width, height } = photo;
  const sin = Math.sin(yawDeg * Math.PI / 180);
  const half = place.half * width;
  return takenFrom(photo, (x, y) => {
    const u = (x - place.x * width) / half;
    const v = (y - place.y * height) / half;
    const round = Math.max(0, 1.6 - u * u - v * v / 2);
    const nose = 0.35 * Math.exp(-((u / 0.2) ** 2 + ((v - 0.3) / 0.35) ** 2));
    return x - half * sin * 0.75 * (Math.sqrt(round) + nose);
  });
}

/** A flat print turned about its upright middle line, seen from 2.5 times its width. */
export function printTurned(
  photo: LinearPicture,
  yawDeg: number,
): LinearPicture {
  const { width } = photo;
  const turn = yawDeg * Math.PI / 180;
  const [cos, slant] = [Math.cos(turn), Math.sin(turn) / 2.5];
  return takenFrom(photo, (column) => {
    const x = column / width - 0.5;
    return (x / (cos + x * slant) + 0.5) * width;
  });
}

/** A picture whose pixels come from elsewhere in their row. @param from column, px, between pixels too */
function takenFrom(
  { data, width, height }: LinearPicture,
  from: (x: number, y: number) => number,
): LinearPicture {
  const columns = Float32Array.from({ length: width * height }, (_, pixel) => {
    const column = from(pixel % width, Math.floor(pixel / width));
    return Math.min(width - 1.001, Math.max(0, column));
  });
  return makePicture({ width, height }, (_, pixel, c) => {
    const left = Math.floor(columns[pixel]!);
    const share = columns[pixel]! - left;
    const at = (pixel - pixel % width + left) * 3 + c;
    return data[at]! * (1 - share) + data[at + 3]! * share;
  });
}

let meshes: Promise<FaceMeshes> | undefined;
const shadings = new WeakMap<LinearPicture, Promise<Float32Array>>();

/**
 * How a screen at the camera would light each pixel of a face: the cosine of its mesh's normal,
 * falling off with distance; beside the face a quarter, behind the head a tenth. Made once of each
 * picture.
 */
export function meshShading(picture: LinearPicture): Promise<Float32Array> {
  const known = shadings.get(picture) ?? shade(picture);
  shadings.set(picture, known);
  return known;
}

async function shade(picture: LinearPicture): Promise<Float32Array> {
  const { data, width, height } = picture;
  meshes ??= createFaceMeshes();
  const photo = { data: Uint8Array.from(data, fromLinear), width, height };
  const mesh = await (await meshes).find(photo, {
    x: (place.x - place.half) * width,
    y: place.y * height - place.half * width,
    width: 2 * place.half * width,
    height: 2.3 * place.half * width,
  });
  const { scalePx } = headPose(mesh);
  const depth = new Float32Array(width * height).fill(NaN);
  for (let pixel = 0; pixel < depth.length; pixel++) {
    depth[pixel] = depthAt(
      mesh.points,
      pixel % width,
      Math.floor(pixel / width),
      scalePx,
    );
  }
  // A face is 15 cm wide and 55 cm away.
  const away = 55 / 7.5 * scalePx;
  return depth.map((z, pixel) => {
    const [right, below] = [
      depth[pixel + 1] ?? NaN,
      depth[pixel + width] ?? NaN,
    ];
    const cosine = 1 / Math.hypot(1, right - z, below - z);
    const light = cosine * (away / (away + z)) ** 2;
    if (!Number.isNaN(light)) return light;
    return Math.abs(pixel % width / width - place.x) < 0.36 ? 0.25 : 0.1;
  });
}

/** Depth of a mesh at a pixel, its near points weighed by distance; NaN beside the face. */
function depthAt(
  points: Float32Array,
  x: number,
  y: number,
  scalePx: number,
): number {
  let [sum, weights] = [0, 0];
  for (let i = 0; i < points.length; i += 3) {
    const square = (points[i]! - x) ** 2 + (points[i + 1]! - y) ** 2;
    const weight = Math.exp(-square / (0.1 * scalePx) ** 2);
    sum += weight * points[i + 2]!;
    weights += weight;
  }
  return weights > 0.3 ? sum / weights : NaN;
}
