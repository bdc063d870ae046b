/**
 * `deno task sweep-chips [FOLDER] [--without NAME]`: which points a chip should be fitted to, and how
 * wide it should be cut. Faces of a folder per person are found once, cut every way, embedded with
 * the mirror image and compared: errors by points and by spread, how much wider the face lies in the
 * chip than with dlib's padding of 0.25.
 */
import { parseArgs } from "node:util";
import { fitFace } from "../../lib/align/template.ts";
import type { Detection, Landmarks } from "../../lib/detect/face_detector.ts";
import { createFaceRecognitionNet } from "../../lib/embed/face_recognition_net.ts";
import {
  areaUnderRoc,
  dPrime,
  equalErrorRate,
  moments,
  thresholdAtFmr,
} from "../../lib/evaluate/error_rates.ts";
import { countBelow, sortScores } from "../../lib/evaluate/pair_scores.ts";
import type { Photo, Point } from "../../lib/image/photo.ts";
import { sampleSquare } from "../../lib/image/sample.ts";
import { fitSimilarity, type Similarity } from "../../lib/image/similarity.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { listPhotos, readPhoto } from "../../lib/recognize/photo_files.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { runScript } from "../run_script.ts";

const spreads = [1, 1.08, 1.1, 1.12, 1.34];
const chipPx = 150;
const dlibPadding = 0.25;
const threshold = 0.5;

interface Face {
  readonly user: string;
  readonly photo: Photo;
  readonly landmarks: Landmarks;
  readonly fivePoints?: Detection["fivePoints"];
}

/** From a chip's pixels to the photo's, for a face and a spread. */
type Fit = (face: Face, spread: number) => Similarity;

/** Means over 177 real faces of the last 51 of the 68 landmarks, on the unit square. */
const realMean: Point[] = JSON.parse(
  await Deno.readTextFile("../shared/fixtures/mean_face_51.json"),
).points.map(([x, y]: [number, number]) => ({ x, y }));
const firstInner = 17;
/** Eye corners and the nose's base: what the chip was fitted to before. */
const corners = [36, 39, 42, 45, 33];

function fittedTo(
  template: readonly Point[],
  pointsOf: (face: Face) => readonly Point[],
): Fit {
  return (face, spread) => {
    const squarePx = chipPx * spread / (1 + 2 * dlibPadding);
    const place = (value: number) => chipPx / 2 + (value - 0.5) * squarePx;
    const placed = template.map(({ x, y }) => ({ x: place(x), y: place(y) }));
    return fitSimilarity(placed, pointsOf(face));
  };
}

const meanOf = (from: number, to: number): Point => {
  const points = realMean.slice(from - firstInner, to + 1 - firstInner);
  const sum = (axis: "x" | "y") => points.reduce((all, p) => all + p[axis], 0);
  return { x: sum("x") / points.length, y: sum("y") / points.length };
};
const ways: Record<string, Fit> = {
  "five corners": fittedTo(
    corners.map((at) => realMean[at - firstInner]!),
    ({ landmarks }) => corners.map((at) => landmarks.points[at]!),
  ),
  "MTCNN's five": fittedTo(
    [
      meanOf(36, 41),
      meanOf(42, 47),
      meanOf(30, 30),
      meanOf(48, 48),
      meanOf(54, 54),
    ],
    ({ fivePoints }) => fivePoints!,
  ),
  "51, dlib's mean": ({ landmarks }, spread) =>
    fitFace(landmarks, chipPx, spread).map,
  "51, real mean": fittedTo(
    realMean,
    ({ landmarks }) => landmarks.points.slice(firstInner),
  ),
};

await runScript(async (args) => {
  const { values, positionals: [folder = "../shared/portraits"] } = parseArgs({
    args,
    options: { without: { type: "string", multiple: true, default: ["hard"] } },
    allowPositionals: true,
  });
  const recognizer = await createRecognizer();
  const embedder = await createFaceRecognitionNet();
  const files = (await listPhotos(folder, "nobody"))
    .filter(({ user }) => !values.without.includes(user));
  const faces = (await Array.fromAsync(files, async ({ user, path }) => {
    const photo = await readPhoto(path);
    const [face] = await recognizer.findFaces(photo);
    return face === undefined ? [] : [{ user, photo, ...face }];
  })).flat();
  console.log(`${faces.length} faces of ${files.length} photos`);
  console.log(
    "points            spread    EER %  FNM at FMR 0.1 %     d'  FNM at 0.5  FM at 0.5  1 - AUC",
  );
  for (const [name, fit] of Object.entries(ways)) {
    for (const spread of spreads) {
      const chips = faces.map((face) =>
        sampleSquare(face.photo, fit(face, spread), chipPx)
      );
      const vectors = await embedder.embed(chips, { mirror: true });
      console.log(name.padEnd(18) + rowOf(faces, vectors, spread));
    }
  }
  return 0;
});

function rowOf(
  faces: readonly Face[],
  vectors: readonly Float32Array[],
  spread: number,
): string {
  const [genuine, impostor]: [number[], number[]] = [[], []];
  for (const [i, a] of faces.entries()) {
    for (const [j, b] of faces.slice(0, i).entries()) {
      const distance = euclideanDistance(vectors[i]!, vectors[j]!);
      (a.user === b.user ? genuine : impostor).push(distance);
    }
  }
  const scores = sortScores(
    Float32Array.from(genuine),
    Float32Array.from(impostor),
  );
  const missed = (at: number) =>
    scores.genuine.length - countBelow(scores.genuine, at);
  const separation = dPrime(moments(scores.genuine), moments(scores.impostor));
  return [
    spread.toFixed(2).padStart(6),
    (100 * equalErrorRate(scores).rate).toFixed(3).padStart(9),
    String(missed(thresholdAtFmr(scores, 1e-3))).padStart(18),
    separation.toFixed(2).padStart(7),
    String(missed(threshold)).padStart(12),
    String(countBelow(scores.impostor, threshold)).padStart(11),
    (1 - areaUnderRoc(scores)).toFixed(6).padStart(9),
  ].join("");
}
