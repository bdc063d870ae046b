import assert from "node:assert/strict";
import { createCropAligner } from "../../lib/align/crop_aligner.ts";
import type { Detection } from "../../lib/detect/face_detector.ts";
import { createMtcnnDetector } from "../../lib/detect/mtcnn_detector.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import type { Photo } from "../../lib/image/photo.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { demoPhoto } from "../demo_photo.ts";
import { readFixture } from "../shared_files.ts";
import { numTensors } from "../tensor_balance.ts";

interface Face {
  box: [number, number, number, number];
  probability: number;
  landmarks: [number, number][];
  /** [3][8][8]: mean of each 20 x 20 block of the 160 px crop */
  cropBlockMeans: number[][][];
}

const fixture = readFixture<{ images: { file: string; faces: Face[] }[] }>(
  "mtcnn.json",
);
const cropAligner = createCropAligner();

/** With this JPEG decoder all agree to the last digit of the fixture; another may need 2 px, 0.01 and 3 levels. */
const tolerance = { px: 0.05, probability: 1e-4, grey: 1 };

for (const { file, faces } of fixture?.images ?? []) {
  Deno.test({
    name:
      `MTCNN finds on ${file} what the original finds: faces, landmarks, crops (needs ../shared)`,
    async fn() {
      await startBackend();
      const before = numTensors();
      const detector = await createMtcnnDetector();
      const loaded = numTensors();
      const photo = await readDemoPhoto(file);
      const found = await detector.detect(photo);
      assert.equal(numTensors(), loaded, "detect() leaves no tensor");
      assert.equal(found.length, faces.length, "as many faces");
      for (const face of faces) {
        assertSameFace(photo, nearest(found, face), face);
      }
      const areas = found.map(({ box }) => box.width * box.height);
      assert.deepEqual(areas, areas.toSorted((a, b) => b - a), "largest first");
      detector.dispose();
      assert.equal(numTensors(), before, "dispose() frees the weights");
    },
  });
}

Deno.test({
  name:
    "MTCNN finds no face where there is none, and none in a photo smaller than a face",
  async fn() {
    const detector = await createMtcnnDetector();
    const loaded = numTensors();
    for (
      const [width, height] of [[1, 1], [11, 300], [19, 19], [
        320,
        240,
      ]] as const
    ) {
      const grey = {
        data: new Uint8Array(width * height * 3).fill(128),
        width,
        height,
      };
      assert.deepEqual(await detector.detect(grey), [], `${width} x ${height}`);
    }
    assert.equal(numTensors(), loaded);
    detector.dispose();
  },
});

Deno.test({
  name:
    "MTCNN told of a larger smallest face finds the same large faces in less of the pyramid",
  async fn() {
    const photo = await readDemoPhoto("sample1.jpg");
    const all = await createMtcnnDetector();
    const large = await createMtcnnDetector({ minFaceShare: 0.1 });
    const byPlace = (faces: Detection[]) =>
      faces.toSorted((a, b) => a.box.x - b.box.x);
    const expected = byPlace(await all.detect(photo));
    const found = byPlace(await large.detect(photo));
    assert.equal(found.length, expected.length);
    found.forEach(({ box }, i) => {
      const other = expected[i]!.box;
      const smaller = Math.min(box.width, other.width);
      assert.ok(Math.abs(box.x - other.x) < smaller / 5);
      assert.ok(Math.abs(box.y - other.y) < smaller / 5);
    });
    all.dispose();
    large.dispose();
  },
});

function readDemoPhoto(file: string): Promise<Photo> {
  return decodePhoto(Deno.readFileSync(demoPhoto(file)), { longestPx: 1920 });
}

function corners({ box }: Detection): number[] {
  return [box.x, box.y, box.x + box.width, box.y + box.height];
}

function nearest(found: readonly Detection[], face: Face): Detection {
  const far = (detection: Detection) =>
    Math.max(...corners(detection).map((px, i) => Math.abs(px - face.box[i]!)));
  return found.toSorted((a, b) => far(a) - far(b))[0]!;
}

function assertSameFace(photo: Photo, detection: Detection, face: Face): void {
  const { score, fivePoints } = detection;
  corners(detection).forEach((px, i) =>
    assertNear(px, face.box[i]!, tolerance.px, "box")
  );
  assertNear(score, face.probability, tolerance.probability, "probability");
  assert.equal(fivePoints?.length, 5);
  fivePoints.forEach(({ x, y }, i) => {
    assertNear(x, face.landmarks[i]![0], tolerance.px, "landmark");
    assertNear(y, face.landmarks[i]![1], tolerance.px, "landmark");
  });
  const chip = cropAligner.align(photo, detection, { points: [] }, 160);
  blockMeans(chip).forEach((mean, i) => {
    const expected = face.cropBlockMeans.flat(2)[i]!;
    assertNear(mean, expected, tolerance.grey, "crop block");
  });
}

/** Mean of each 20 x 20 block, [3, 8, 8] in C order. */
function blockMeans({ data }: Photo): number[] {
  const means = new Array<number>(3 * 8 * 8).fill(0);
  for (let i = 0; i < data.length; i++) {
    const y = Math.floor(i / 480), x = Math.floor(i / 3) % 160;
    means[(i % 3 * 8 + Math.floor(y / 20)) * 8 + Math.floor(x / 20)]! +=
      data[i]! / 400;
  }
  return means;
}

function assertNear(
  actual: number,
  expected: number,
  within: number,
  what: string,
): void {
  assert.ok(
    Math.abs(actual - expected) <= within,
    `${what}: ${actual}, expected ${expected}`,
  );
}
