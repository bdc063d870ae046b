import assert from "node:assert/strict";
import { fitSimilarity } from "../../lib/align/similarity.ts";
import { templatePoints } from "../../lib/align/template.ts";

Deno.test("both templates put the eyes on one level, the same distance apart, and the nose between them", () => {
  const corners = templatePoints(150, "dlib68");
  const mtcnn = templatePoints(150, "mtcnn5");
  const middle = (a: number, b: number) => (a + b) / 2;
  const eyes = [
    {
      x: middle(corners[0]!.x, corners[1]!.x),
      y: middle(corners[0]!.y, corners[1]!.y),
    },
    {
      x: middle(corners[2]!.x, corners[3]!.x),
      y: middle(corners[2]!.y, corners[3]!.y),
    },
  ];
  eyes.forEach(({ x, y }, i) => {
    // An eye's centre is not quite the middle of its corners: half a percent of the chip.
    assert.ok(
      Math.abs(x - mtcnn[i]!.x) < 0.75,
      `eye ${i}: ${x} and ${mtcnn[i]!.x}`,
    );
    assert.ok(
      Math.abs(y - mtcnn[i]!.y) < 0.75,
      `eye ${i}: ${y} and ${mtcnn[i]!.y}`,
    );
  });
  assert.ok(Math.abs(corners[4]!.x - mtcnn[2]!.x) < 0.1, "nose above nose");
  assert.ok(mtcnn[2]!.y < corners[4]!.y, "its tip is above its base");
});

Deno.test("templatePoints() grows with the chip, and keeps its border", () => {
  for (const scheme of ["dlib68", "mtcnn5"] as const) {
    const small = templatePoints(100, scheme),
      large = templatePoints(160, scheme);
    const { a, b, tx, ty } = fitSimilarity(small, large);
    for (
      const [actual, expected] of [[a, 1.6], [b, 0], [tx, 0], [ty, 0]] as const
    ) {
      assert.ok(Math.abs(actual - expected) < 1e-9);
    }
    const border = 100 * 0.25 / (1 + 2 * 0.25);
    for (const { x, y } of small) {
      assert.ok(
        x > border && x < 100 - border && y > border && y < 100 - border,
      );
    }
  }
});
