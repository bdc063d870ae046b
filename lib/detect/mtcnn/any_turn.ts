import { orient, storedPoint } from "../../image/orient.ts";
import type { Photo } from "../../image/photo.ts";
import { type Detection, moveFace } from "../face_detector.ts";
import { lookAgain, lookAt, turnBetween } from "./look_again.ts";
import type { MtcnnNet } from "./networks.ts";

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
