import type { Box, Photo, Point } from "../image/photo.ts";
import {
  type Detection,
  type FaceDetector,
  type LandmarkFinder,
  type Landmarks,
  largestFirst,
} from "./face_detector.ts";

/** A detector for the successive frames of one video, handed in one after the other. */
interface TrackingDetector extends FaceDetector {
  /** Its detections always carry landmarks. */
  detect(
    frame: Photo,
  ): Promise<(Detection & { readonly landmarks: Landmarks })[]>;
  /** Whether the last frame was searched in full. */
  readonly wasFull: boolean;
  /** Forgets all faces, as for a new video. */
  reset(): void;
}

/**
 * How far apart two looks at a face may put its landmarks, as a share of the box's width. The
 * landmark network draws a face into any picture: on a face, two slightly different crops agree
 * within 0.03, far turned ones apart; beside a face, where points follow the crop, 84 of 88 crops
 * differ by more than 0.07 (measured on the sample frames).
 */
const maxDisagreement = 0.04;
/** The second look's crop: moved and enlarged by these shares of the box. */
const secondLook = { shift: 0.1, growth: 0.15 };

/** A face, and where its box lies relative to its landmarks' extent. */
interface Track extends Detection {
  readonly landmarks: Landmarks;
  /** The box in units of the landmarks' extent, as the full search saw it. */
  readonly frame: Box;
}

/**
 * Tracks faces: searches a frame in full now and then, and otherwise looks for each face where
 * it was, twice, from two crops that must agree. A face that is lost makes its frame a full
 * search. Disposing of it disposes of detector and finder.
 *
 * @param detector searches in full
 * @param finder puts landmarks on faces, all of a frame as one batch
 * @param options every `fullEvery` frames all faces are searched for anew; new faces appear then
 */
export function createTrackingDetector(
  detector: FaceDetector,
  finder: LandmarkFinder,
  { fullEvery = 10 }: { readonly fullEvery?: number } = {},
): TrackingDetector {
  let tracks: Track[] = [];
  let sinceFull = 0;
  let wasFull = false;
  const search = async (frame: Photo): Promise<Track[]> => {
    sinceFull = 0;
    const found = await detector.detect(frame);
    const bare = found.filter(({ landmarks }) => landmarks === undefined);
    const landmarks = await finder.find(frame, bare);
    return found.map((face) =>
      toTrack(face, face.landmarks ?? landmarks[bare.indexOf(face)]!)
    );
  };
  return {
    id: `${detector.id}-tracking`,
    async detect(frame) {
      const due = tracks.length === 0 || ++sinceFull >= fullEvery;
      const followed = due ? null : await follow(finder, frame, tracks);
      wasFull = followed === null;
      tracks = followed ?? await search(frame);
      return largestFirst(
        tracks.map(({ box, score, landmarks }) => ({ box, score, landmarks })),
      );
    },
    get wasFull() {
      return wasFull;
    },
    reset() {
      tracks = [];
    },
    dispose() {
      detector.dispose();
      finder.dispose();
    },
  };
}

/** All faces where they are now; null when one of them is lost. */
async function follow(
  finder: LandmarkFinder,
  photo: Photo,
  tracks: readonly Track[],
): Promise<Track[] | null> {
  const looks = await finder.find(
    photo,
    tracks.flatMap((track) => [track, { ...track, box: beside(track.box) }]),
  );
  const moved = tracks.map((track, i) => {
    const landmarks = looks[i * 2]!;
    const second = looks[i * 2 + 1]!;
    const box = placed(track.frame, extent(landmarks.points));
    const apart = disagreement(landmarks.points, second.points) / box.width;
    return apart <= maxDisagreement && isInside(box, photo)
      ? { ...track, box, landmarks }
      : null;
  });
  return moved.every((track) => track !== null) ? moved : null;
}

function toTrack(face: Detection, landmarks: Landmarks): Track {
  const { x, y, width, height } = extent(landmarks.points);
  const frame = {
    x: (face.box.x - x) / width,
    y: (face.box.y - y) / height,
    width: face.box.width / width,
    height: face.box.height / height,
  };
  return { ...face, landmarks, frame };
}

/** A box that lies to an extent as `frame` lies to the unit square. */
function placed(frame: Box, { x, y, width, height }: Box): Box {
  return {
    x: x + frame.x * width,
    y: y + frame.y * height,
    width: frame.width * width,
    height: frame.height * height,
  };
}

function beside({ x, y, width, height }: Box): Box {
  const { shift, growth } = secondLook;
  return {
    x: x + (shift - growth / 2) * width,
    y: y + (shift - growth / 2) * height,
    width: width * (1 + growth),
    height: height * (1 + growth),
  };
}

/** The smallest upright rectangle around points. */
function extent(points: readonly Point[]): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** Mean distance of points to their counterparts, px. */
function disagreement(a: readonly Point[], b: readonly Point[]): number {
  const sum = a.reduce(
    (total, { x, y }, i) => total + Math.hypot(x - b[i]!.x, y - b[i]!.y),
    0,
  );
  return sum / a.length;
}

/** Whether the middle of a box lies in the photo. */
function isInside({ x, y, width, height }: Box, photo: Photo): boolean {
  const middleX = x + width / 2;
  const middleY = y + height / 2;
  return middleX > 0 && middleX < photo.width && middleY > 0 &&
    middleY < photo.height;
}
