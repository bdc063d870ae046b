import assert from "node:assert/strict";
import { checkMotion } from "../../lib/liveness/dot_check.ts";
import { drawDotPath } from "../../lib/liveness/dot_path.ts";
import { type Track, valuesAt } from "../../lib/liveness/track.ts";
import { randomNumbers } from "../random_numbers.ts";

const random = randomNumbers(11);
const dotAt = (path: Track, atMs: number) => valuesAt(path, atMs)[0]!;
const draw = (below: number) => Math.floor(random() * below);

/** Ten frames a second of a head that turns to where `place` says, with a tremor. */
function frames(lastsMs: number, place: (atMs: number) => number) {
  return Array.from({ length: Math.ceil(lastsMs / 100) }, (_, i) => {
    const atMs = i * 100 + 30 * random();
    const yawDeg = -22 * place(atMs) + 3 * (random() - 0.5);
    return { atMs, pose: { yawDeg } };
  });
}

Deno.test("a head that follows the dot as late as people do passes on every path, one on another path hardly ever", () => {
  let passed = 0;
  for (let i = 0; i < 200; i++) {
    const path = drawDotPath(draw, "usual");
    const other = drawDotPath(draw, "usual");
    const lastsMs = path.looksMs[0]!;
    const delayMs = 150 + 400 * random();
    const follows = frames(lastsMs, (atMs) => dotAt(path, atMs - delayMs));
    const { motion, reason } = checkMotion(follows, path);
    assert.equal(reason, null, JSON.stringify(motion));
    assert.ok(Math.abs(motion.delayMs - delayMs) < 120);
    const elsewhere = frames(lastsMs, (atMs) => dotAt(other, atMs - delayMs));
    if (checkMotion(elsewhere, path).reason === null) passed++;
  }
  assert.ok(passed <= 6, `${passed} of 200`);
});

Deno.test("at the gentle pace a head that turns when it hears left, right and straight passes, one that hears another path's words hardly ever", () => {
  /** What the page says: turnWords of words.js, a little ahead of the dot (live_screen.js). */
  const heard = (path: Track, atMs: number) => {
    const soon = dotAt(path, atMs + 700);
    return soon < -0.5 ? -1 : soon > 0.5 ? 1 : 0;
  };
  /** A head that takes so long to hear a word, and then so long to turn. */
  const turns = (path: Track, lateMs: number, turnMs: number) => {
    let at = 0;
    let before = 0;
    return (atMs: number) => {
      const most = (atMs - before) / turnMs;
      before = atMs;
      const to = heard(path, atMs - lateMs);
      return at += Math.min(most, Math.max(-most, to - at));
    };
  };
  let passed = 0;
  for (let i = 0; i < 200; i++) {
    const path = drawDotPath(draw, "gentle");
    const other = drawDotPath(draw, "gentle");
    const lateMs = 500 + 1000 * random();
    const turnMs = 300 + 500 * random();
    const lastsMs = path.looksMs[0]!;
    const seen = checkMotion(
      frames(lastsMs, turns(path, lateMs, turnMs)),
      path,
    );
    assert.equal(seen.reason, null, JSON.stringify([lateMs, turnMs, seen]));
    const elsewhere = frames(lastsMs, turns(other, lateMs, turnMs));
    if (checkMotion(elsewhere, path).reason === null) passed++;
  }
  assert.ok(passed <= 6, `${passed} of 200`);
});

Deno.test("a head that hardly turns, holds still, is seen too seldom or nowhere is refused with its reason", () => {
  const path = drawDotPath(draw, "usual");
  const lastsMs = path.looksMs[0]!;
  const follow = (atMs: number) => dotAt(path, atMs - 300);
  const judge = (seen: ReturnType<typeof frames>) =>
    checkMotion(seen, path).reason?.kind;
  const still = frames(lastsMs, () => 0);
  assert.equal(judge(still), "other-movement");
  const slight = still.map(({ atMs }) => ({
    atMs,
    pose: { yawDeg: -4 * follow(atMs) },
  }));
  assert.equal(judge(slight), "hardly-turned");
  assert.equal(judge(frames(lastsMs, follow).slice(0, 10)), "too-few-turns");
  const lost = still.map((frame) => ({ ...frame, pose: { yawDeg: NaN } }));
  assert.equal(judge(lost), "other-movement");
});

Deno.test("a dot moves smoothly from edge to edge, and far enough each time that a head has to turn", () => {
  for (const pace of ["usual", "gentle"] as const) {
    const { rows, looksMs } = drawDotPath(draw, pace);
    assert.equal(rows.at(-1)![0], looksMs.at(-1));
    let [turnedAt, before] = [0, 0];
    for (const [i, [atMs, place]] of rows.entries()) {
      assert.equal(atMs, (pace === "usual" ? 50 : 100) * i);
      assert.ok(Math.abs(place!) <= 1);
      assert.ok(Math.abs(place! - before) < 0.28, "no jump");
      const next = rows[i + 1]?.[1] ?? place!;
      if ((place! - before) * (next - place!) < 0) {
        assert.ok(Math.abs(place! - turnedAt) > 0.9);
        turnedAt = place!;
      }
      before = place!;
    }
  }
});
