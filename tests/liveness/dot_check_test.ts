import assert from "node:assert/strict";
import { judgeMotion, weighMotion } from "../../lib/liveness/dot_check.ts";
import {
  dotAt,
  dotTrack,
  drawDotPath,
  pathLooksMs,
} from "../../lib/liveness/dot_path.ts";
import { randomNumbers } from "../random_numbers.ts";

const random = randomNumbers(11);
const draw = (below: number) => Math.floor(random() * below);

/** Ten frames a second of a head that turns to where `place` says, with a tremor. */
function frames(lastsMs: number, place: (atMs: number) => number) {
  return Array.from({ length: Math.ceil(lastsMs / 100) }, (_, i) => {
    const atMs = i * 100 + 30 * random();
    return { atMs, yawDeg: -22 * place(atMs) + 3 * (random() - 0.5) };
  });
}

Deno.test("a head that follows the dot as late as people do passes on every path, one on another path hardly ever", () => {
  let passed = 0;
  for (let i = 0; i < 200; i++) {
    const path = drawDotPath(draw, "usual");
    const other = drawDotPath(draw, "usual");
    const lastsMs = pathLooksMs(path)[0]!;
    const delayMs = 150 + 400 * random();
    const follows = frames(lastsMs, (atMs) => dotAt(path, atMs - delayMs));
    const seen = weighMotion(follows, path);
    assert.equal(judgeMotion(seen), null, JSON.stringify(seen));
    assert.ok(Math.abs(seen.delayMs - delayMs) < 120);
    const elsewhere = frames(lastsMs, (atMs) => dotAt(other, atMs - delayMs));
    if (judgeMotion(weighMotion(elsewhere, path)) === null) passed++;
  }
  assert.ok(passed <= 6, `${passed} of 200`);
});

Deno.test("a head that hardly turns, holds still, is seen too seldom or nowhere is refused with its reason", () => {
  const path = drawDotPath(draw, "usual");
  const lastsMs = pathLooksMs(path)[0]!;
  const follow = (atMs: number) => dotAt(path, atMs - 300);
  const judge = (seen: ReturnType<typeof frames>) =>
    judgeMotion(weighMotion(seen, path))?.kind;
  const still = frames(lastsMs, () => 0);
  assert.equal(judge(still), "other-movement");
  const slight = still.map(({ atMs }) => ({
    atMs,
    yawDeg: -4 * follow(atMs),
  }));
  assert.equal(judge(slight), "hardly-turned");
  assert.equal(judge(frames(lastsMs, follow).slice(0, 10)), "too-few-turns");
  const lost = still.map((frame) => ({ ...frame, yawDeg: NaN }));
  assert.equal(judge(lost), "other-movement");
});

Deno.test("dotTrack() tells a page the same path, from edge to edge", () => {
  for (const pace of ["usual", "gentle"] as const) {
    const path = drawDotPath(draw, pace);
    const track = dotTrack(path);
    for (const [atMs, place] of track) {
      assert.equal(place, dotAt(path, atMs!));
      assert.ok(Math.abs(place!) <= 1);
    }
    assert.ok(track.at(-1)![0]! >= pathLooksMs(path).at(-1)!);
  }
});
