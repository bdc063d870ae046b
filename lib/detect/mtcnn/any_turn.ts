import { orient, storedPoint } from "../../image/orient.ts";
import { sampleSquare } from "../../image/sample.ts";
import type { Photo, Point } from "../../image/photo.ts";
import {
  fitResidual,
  fitSimilarity,
  mapPoint,
  squareMap,
} from "../../image/similarity.ts";
import { type Detection, moveFace } from "../face_detector.ts";
import { faceProbability } from "./box_moves.ts";
import { judgedNumbers, type MtcnnNet, runMtcnnNet } from "./networks.ts";

/** Side of O-Net's input, px. */
const inputPx = 48;
/**
 * Where MTCNN's points lie on dlib's unit square: eyes, tip of the nose, corners of the mouth. An
 * eye is the mean of its six points in dlib's mean face (36 to 41, 42 to 47 of the 68); the others
 * are points 30, 48 and 54 (dlib/image_transforms/interpolation.h).
 */
const template: readonly Point[] = [
  { x: 0.225492, y: 0.21599 },
  { x: 0.754761, y: 0.21599 },
  { x: 0.490127, y: 0.515625 },
  { x: 0.254149, y: 0.780233 },
  { x: 0.726104, y: 0.780233 },
];
/** Least probability of a face that stands as it seems to, in both looks. */
const sureScore = 0.99;
/** How far two looks at such a face may differ in its roll, degrees. */
const sureDeg = 8;

/** EXIF orientations that turn a photo by 0, 90, 180 and 270 degrees clockwise. */
const quarterTurns = [1, 6, 3, 8];
/**
 * A face that another turn shows at more than 45 degrees from this one with nearly as much evidence
 * is refused. Over ten people at every multiple of 15 degrees (1,920 photos) half of this separates
 * all right turns from wrong ones.
 */
const minLead = 0.03;

type Search = (photo: Photo) => Detection[];

/**
 * Finds faces of any turn: where the best face is not surely upright or a little tilted, the photo is
 * searched in its other three quarter turns, too, and the turn with the best evidence is taken.
 *
 * @param net O-Net, for second looks
 * @param search finds faces with five points in an upright photo
 * @returns faces in the photo as it is; none where two turns contradict each other
 */
export function searchAnyTurn(
  net: MtcnnNet,
  photo: Photo,
  search: Search,
): Detection[] {
  const upright = searchTurned(net, photo, 1, search);
  if (upright !== null && upright.isSure) return upright.faces;
  const others = quarterTurns.slice(1)
    .map((orientation) => searchTurned(net, photo, orientation, search));
  const found = [upright, ...others].filter((turn) => turn !== null);
  return chooseTurn(found)?.faces ?? [];
}

/**
 * Finds how a face that another detector found is turned, and its five points: O-Net looks at its
 * box in four quarter turns.
 *
 * @param net O-Net
 * @returns the face as it came where O-Net sees none in it, null where two turns contradict each other
 */
export function withFivePoints(
  net: MtcnnNet,
  photo: Photo,
  face: Detection,
): Detection | null {
  const looks = quarterTurns.map((_, quarter) => {
    const { score, points } = lookAt(net, photo, face.box, quarter * 90);
    return lookAgain(net, photo, { ...face, score, fivePoints: points });
  });
  if (looks.every((look) => look.face.score < 0.5)) return face;
  const turn = chooseTurn(looks);
  return turn && { ...turn.face, score: face.score };
}

/** The turn with the most evidence; null where there is none, or another contradicts it. */
function chooseTurn<T extends { rollDeg: number; evidence: number }>(
  turns: readonly T[],
): T | null {
  const [first, ...rest] = turns.toSorted((a, b) => b.evidence - a.evidence);
  if (first === undefined) return null;
  const isContradicted = rest.some(({ rollDeg, evidence }) =>
    first.evidence - evidence < minLead &&
    Math.abs(turnBetween(first.rollDeg, rollDeg)) > 45
  );
  return isContradicted ? null : first;
}

/** What a search of a turned photo found, in the photo as it was before. */
interface TurnedSearch {
  readonly faces: Detection[];
  /** Of the best face: how far it is turned in the photo as it was before, degrees. */
  readonly rollDeg: number;
  readonly evidence: number;
  readonly isSure: boolean;
}

function searchTurned(
  net: MtcnnNet,
  photo: Photo,
  orientation: number,
  search: Search,
): TurnedSearch | null {
  const turned = orient(photo, orientation);
  const looks = search(turned)
    .map((face) => lookAgain(net, turned, { fivePoints: [], ...face }));
  if (looks.length === 0) return null;
  const best = looks.reduce((a, b) => b.face.score > a.face.score ? b : a);
  return {
    faces: looks.map(({ face }) =>
      moveFace(face, (point) => storedPoint(point, orientation, photo))
    ),
    evidence: best.evidence,
    isSure: best.isSure,
    rollDeg: best.rollDeg - 90 * quarterTurns.indexOf(orientation),
  };
}

/** What a second look at a face gives. */
interface SecondLook {
  /** The face with the points of the second look. */
  readonly face: Detection;
  /** How far its points are turned, degrees, clockwise as seen in the photo. */
  readonly rollDeg: number;
  /** How well it stands as its points say, at most 2: both probabilities, less what the points of both looks miss the template by. */
  readonly evidence: number;
  /** Whether both looks are sure of it. */
  readonly isSure: boolean;
}

/**
 * Looks at a face again after turning it upright as its five points say. O-Net draws points into any
 * picture: read the wrong way round, they fit no face, or the second look sees another turn.
 *
 * @param net O-Net
 */
function lookAgain(
  net: MtcnnNet,
  photo: Photo,
  face: Detection & { readonly fivePoints: readonly Point[] },
): SecondLook {
  const first = fitFive(face.fivePoints);
  const second = lookAt(net, photo, face.box, first.rollDeg);
  const { rollDeg, residual } = fitFive(second.points);
  const apartDeg = Math.abs(turnBetween(first.rollDeg, rollDeg));
  return {
    face: { ...face, fivePoints: second.points },
    rollDeg,
    evidence: face.score + second.score - first.residual - residual,
    isSure: Math.min(face.score, second.score) >= sureScore &&
      apartDeg < sureDeg,
  };
}

/** O-Net on the square around a box, turned; the points in the photo. */
function lookAt(
  net: MtcnnNet,
  photo: Photo,
  { x, y, width, height }: Detection["box"],
  deg: number,
): { score: number; points: Point[] } {
  const centre = { x: x + width / 2, y: y + height / 2 };
  const map = squareMap(centre, Math.max(width, height), deg, inputPx);
  const { data } = sampleSquare(photo, map, inputPx);
  const { values } = runMtcnnNet(net, [1, inputPx, inputPx, 4], (input) => {
    for (let i = 0; i < input.length; i++) {
      const value = data[(i >> 2) * 3 + i % 4]!;
      input[i] = i % 4 === 3 ? 0 : (value - 127.5) / 128;
    }
  });
  const points = Array.from({ length: 5 }, (_, i) =>
    mapPoint(map, {
      x: values[judgedNumbers + i]! * inputPx - 0.5,
      y: values[judgedNumbers + 5 + i]! * inputPx - 0.5,
    }));
  return { score: faceProbability(values[0]!, values[1]!), points };
}

/** How the template lies on five points; the residual is a share of its side. */
function fitFive(points: readonly Point[]) {
  const map = fitSimilarity(template, points);
  return {
    rollDeg: Math.atan2(map.b, map.a) * 180 / Math.PI,
    residual: fitResidual(map, template, points),
  };
}

/** From one direction to another, -180 to 180 degrees. */
function turnBetween(fromDeg: number, toDeg: number): number {
  return ((toDeg - fromDeg) % 360 + 540) % 360 - 180;
}
