import assert from "node:assert/strict";
import { fitFace } from "../../lib/align/template.ts";
import { createMtcnnDetector } from "../../lib/detect/mtcnn_detector.ts";
import { createLandmarkFinder } from "../../lib/detect/landmark_finder.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import type { Point } from "../../lib/image/photo.ts";
import { readFixture } from "../shared_files.ts";

const measured = readFixture<{ points: [number, number][] }>(
  "mean_face_51.json",
);
const andrew = await landmarksOf("registration_photos/andrew_01.jpg");

async function landmarksOf(path: string): Promise<readonly Point[]> {
  const detector = await createMtcnnDetector();
  const finder = await createLandmarkFinder();
  const photo = await decodePhoto(await Deno.readFile(path));
  const [landmarks] = await finder.find(photo, await detector.detect(photo));
  detector.dispose();
  finder.dispose();
  return landmarks!.points;
}

/** The photo's place of a chip's pixel. */
function placed(
  { a, b, tx, ty }: ReturnType<typeof fitFace>["map"],
  { x, y }: Point,
): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

function assertNear(a: Point, b: Point, within: number): void {
  assert.ok(
    Math.hypot(a.x - b.x, a.y - b.y) < within,
    JSON.stringify({ a, b }),
  );
}

Deno.test("fitFace() follows a face that is turned, enlarged and moved, with the same residual", () => {
  const still = fitFace({ points: andrew }, 150, 1.1);
  for (const deg of [0, 15, 90, -170]) {
    const turn = deg * Math.PI / 180;
    const [a, b] = [3 * Math.cos(turn), 3 * Math.sin(turn)];
    const move = (point: Point) => placed({ a, b, tx: 40, ty: -9 }, point);
    const moved = fitFace({ points: andrew.map(move) }, 150, 1.1);
    for (const corner of [{ x: 0, y: 0 }, { x: 149, y: 70 }]) {
      assertNear(
        placed(moved.map, corner),
        move(placed(still.map, corner)),
        1e-6,
      );
    }
    assert.ok(Math.abs(moved.residual - still.residual) < 1e-9);
  }
});

Deno.test("fitFace() with a greater spread shows less around the face, and the same middle", () => {
  const wide = fitFace({ points: andrew }, 150, 1.2);
  const narrow = fitFace({ points: andrew }, 150, 1);
  assert.ok(Math.abs(narrow.map.a / wide.map.a - 1.2) < 1e-9);
  const middle = { x: 75, y: 75 };
  assertNear(placed(wide.map, middle), placed(narrow.map, middle), 1e-6);
  assert.ok(Math.abs(wide.residual - narrow.residual) < 1e-9);
});

Deno.test("the residual is small for a face, and large for points that are none", () => {
  const { residual } = fitFace({ points: andrew }, 150, 1.1);
  assert.ok(residual > 0.01 && residual < 0.06, `${residual}`);
  const mixed = andrew.map((_, i) => andrew[(i * 29) % andrew.length]!);
  assert.ok(fitFace({ points: mixed }, 150, 1.1).residual > 0.2);
});

Deno.test({
  name:
    "the published mean face and the mean of 177 real faces agree (needs ../shared)",
  ignore: measured === null,
  fn() {
    const inner = measured!.points.map(([x, y]) => ({ x, y }));
    const points = [...new Array<Point>(17).fill({ x: 0, y: 0 }), ...inner];
    // A chip of side 1.5 at spread 1 leaves the unit square's own side.
    const { map, residual } = fitFace({ points }, 1.5, 1);
    assert.ok(residual < 0.025, `${residual}`);
    assert.ok(Math.abs(map.a - 1) < 0.02 && Math.abs(map.b) < 0.02);
  },
});
