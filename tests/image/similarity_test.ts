import assert from "node:assert/strict";
import { fitSimilarity } from "../../lib/image/similarity.ts";
import type { Point } from "../../lib/image/photo.ts";
import { randomNumbers } from "../random_numbers.ts";

type Similarity = ReturnType<typeof fitSimilarity>;

const random = randomNumbers(3);
const point = (): Point => ({ x: random() * 100, y: random() * 100 });
const similarity = (): Similarity => {
  const turn = random() * 2 * Math.PI;
  const scale = 0.2 + random() * 3;
  return {
    a: scale * Math.cos(turn),
    b: scale * Math.sin(turn),
    tx: random(),
    ty: random(),
  };
};
const apply = ({ a, b, tx, ty }: Similarity, { x, y }: Point): Point => ({
  x: a * x - b * y + tx,
  y: b * x + a * y + ty,
});
const near = (a: number, b: number) =>
  assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

Deno.test("fitSimilarity() recovers the map that moved the points", () => {
  for (let i = 0; i < 100; i++) {
    const truth = similarity();
    const from = Array.from({ length: 5 }, point);
    const found = fitSimilarity(
      from,
      from.map((p) => apply(truth, p)),
    );
    for (const key of ["a", "b", "tx", "ty"] as const) {
      near(found[key], truth[key]);
    }
  }
});

Deno.test("fitSimilarity() leaves a smaller squared error than any map nearby", () => {
  const from = Array.from({ length: 5 }, point);
  const to = Array.from({ length: 5 }, point);
  const error = (map: Similarity) =>
    from.reduce((sum, p, i) => {
      const moved = apply(map, p);
      return sum + (moved.x - to[i]!.x) ** 2 + (moved.y - to[i]!.y) ** 2;
    }, 0);
  const best = fitSimilarity(from, to);
  for (let i = 0; i < 200; i++) {
    const nudge = () => (random() - 0.5) * 0.1;
    const other = {
      a: best.a + nudge(),
      b: best.b + nudge(),
      tx: best.tx + nudge(),
      ty: best.ty + nudge(),
    };
    assert.ok(error(best) <= error(other));
  }
});

Deno.test("fitSimilarity() refuses points that all coincide", () => {
  const same = [{ x: 1, y: 1 }, { x: 1, y: 1 }];
  assert.throws(() => fitSimilarity(same, same), RangeError);
});
