import assert from "node:assert/strict";
import { pyramidScales } from "../../lib/detect/mtcnn/propose.ts";

Deno.test("pyramidScales() shows every face from the smallest to the photo's shorter side at about 12 px", () => {
  for (
    const [width, height, minFacePx] of [[1920, 1280, 20], [640, 480, 20], [
      300,
      4000,
      50,
    ]] as const
  ) {
    const scales = pyramidScales({ width, height }, minFacePx);
    assert.equal(scales[0], 12 / minFacePx);
    for (let face = minFacePx; face <= Math.min(width, height); face++) {
      const px = scales.map((scale) => face * scale).filter((size) =>
        size >= 12 - 1e-9
      ).at(-1)!;
      assert.ok(
        px < 12 / 0.709 + 1e-9,
        `a face of ${face} px is shown at ${px} px`,
      );
    }
    assert.ok(Math.min(width, height) * scales.at(-1)! >= 12 - 1e-9);
  }
});

Deno.test("pyramidScales() is empty for a photo smaller than the smallest face", () => {
  assert.deepEqual(pyramidScales({ width: 19, height: 500 }, 20), []);
});
