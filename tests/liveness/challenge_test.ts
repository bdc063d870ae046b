import assert from "node:assert/strict";
import { ServerBusyError } from "../../lib/errors.ts";
import {
  advance,
  type Challenge,
  type LiveFrame,
  startChallenge,
} from "../../lib/liveness/challenge.ts";
import { Challenges } from "../../lib/liveness/challenges.ts";
import { drawDotPath } from "../../lib/liveness/dot_path.ts";
import { drawLightSequence } from "../../lib/liveness/light_sequence.ts";
import { valuesAt } from "../../lib/liveness/track.ts";
import { randomNumbers } from "../random_numbers.ts";

const random = randomNumbers(3);
const draw = (below: number) => Math.floor(random() * below);
const own = new Float32Array([1, 0, 0]);
const other = new Float32Array([0, 1, 0]);

const pose = {
  yawDeg: 0,
  pitchDeg: 0,
  rollDeg: 0,
  scalePx: 80,
  rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  originX: 160,
  originY: 170,
};
const sample = {
  face: new Float32Array(243),
  frame: new Float32Array(1500),
  neck: new Float32Array(3),
};

interface Shown {
  readonly vector?: Float32Array | null;
  readonly yawDeg?: number;
  readonly shownMs?: number | null;
  readonly faces?: number;
  readonly scalePx?: number;
  readonly workMs?: number;
}

function frame(
  atMs: number,
  {
    vector = own,
    yawDeg = 0,
    shownMs = null,
    faces = 1,
    scalePx = 80,
    workMs = 0,
  }: Shown = {},
): LiveFrame {
  const face = faces === 0
    ? null
    : { pose: { ...pose, yawDeg, scalePx }, sample, vector };
  return { atMs, workMs, shownMs, faces, face, width: 320, height: 400 };
}

function begin(policy: "light+motion" | "motion" | "off"): Challenge {
  return startChallenge({
    policy,
    light: drawLightSequence(draw, "usual"),
    path: drawDotPath(draw, "usual"),
    timeLimitMs: 60_000,
    samePersonDistance: 0.5,
  }, 0);
}

/** A challenge whose person has looked straight. */
function seenStraight(policy: "light+motion" | "motion" | "off"): Challenge {
  return advance(advance(begin(policy), frame(0)), frame(100));
}

const kindOf = ({ verdict }: Challenge) =>
  typeof verdict === "string" ? verdict : verdict.kind;

Deno.test("a challenge has the stages that its policy asks for", () => {
  assert.equal(seenStraight("light+motion").stage, "light");
  assert.equal(seenStraight("motion").stage, "motion");
  assert.equal(seenStraight("off").verdict, "passed");
});

Deno.test("advance() waits for a face that is straight, near enough and in the middle, and says what to do", () => {
  const placing = (shown: Shown) =>
    advance(begin("motion"), frame(0, shown)).placing;
  assert.equal(placing({ faces: 0 }), "nobody");
  assert.equal(placing({ scalePx: 30 }), "come-closer");
  assert.equal(placing({ scalePx: 130 }), "move-back");
  assert.equal(placing({ yawDeg: 20 }), "look-straight");
  assert.equal(placing({}), null);
});

Deno.test("advance() refuses no face, two faces, another person, damaged numbers, a late frame and a wrong clock, each with its reason", () => {
  for (const state of [seenStraight("light+motion"), seenStraight("motion")]) {
    const after = (shown: Shown, atMs = 300) =>
      kindOf(advance(state, frame(atMs, shown)));
    assert.equal(after({ faces: 0 }), "no-face");
    assert.equal(after({ faces: 2 }), "several-faces");
    assert.equal(after({ vector: other }), "another-person");
    const damaged = new Float32Array([NaN, 0, 0]);
    assert.equal(after({ vector: damaged }), "another-person");
    assert.equal(after({}, 60_001), "too-late");
    assert.equal(after({ shownMs: 3000 }), "out-of-step");
    assert.equal(after({ shownMs: 0 }, 9000), "out-of-step");
    assert.equal(after({ shownMs: 100 }), "pending");
  }
});

Deno.test("a first frame between two people does not serve both", () => {
  const between = new Float32Array([0.75, 0.66, 0]);
  const wide = { ...begin("motion") };
  const terms = { ...wide.terms, samePersonDistance: 0.75 };
  const first = advance({ ...wide, terms }, frame(0, { vector: between }));
  const second = advance(first, frame(100));
  assert.equal(kindOf(second), "pending", "near enough to the mixture");
  const third = advance(second, frame(200));
  const taken = advance(third, frame(300, { vector: other }));
  assert.equal(kindOf(taken), "another-person");
});

Deno.test("a head that follows the dot passes, and a frame that is sent twice counts once", () => {
  let state = seenStraight("motion");
  const { path } = state.terms;
  for (let shownMs = 0; state.verdict === "pending"; shownMs += 100) {
    const yawDeg = -22 * valuesAt(path, shownMs - 300)[0]!;
    const next = frame(200 + shownMs, { shownMs, yawDeg });
    state = advance(advance(state, next), next);
    if (state.verdict === "pending") {
      assert.equal(state.frames.length, shownMs / 100 + 1);
    }
  }
  assert.equal(state.verdict, "passed");
  assert.ok(state.motion!.follows > 0.99);
});

Deno.test("who follows the dot passes only when a straight frame since then shows the same face", () => {
  const begun = seenStraight("motion");
  const { path } = begun.terms;
  const follow = (seenAtMs: number) => {
    let state = begun;
    for (let shownMs = 0; state.verdict === "pending"; shownMs += 100) {
      const yawDeg = -22 * valuesAt(path, shownMs - 300)[0]!;
      const vector = shownMs >= seenAtMs ? own : null;
      state = advance(state, frame(200 + shownMs, { shownMs, yawDeg, vector }));
    }
    return state;
  };
  assert.equal(kindOf(follow(Infinity)), "too-few-turns");
  const late = follow(path.looksMs[0]! + 100);
  assert.equal(late.verdict, "passed", "it is weighed once more");
});

Deno.test("a challenge serves one session, once, for a while; too many of one address are refused, and nobody's is ended for them", () => {
  const challenges = new Challenges<string>({
    policy: "off",
    timeLimitMs: 60_000,
    samePersonDistance: 0.5,
  }, draw);
  const asker = { session: "a", address: "1.2.3.4" };
  const { id } = challenges.issue(asker, 0, "claim", "usual");
  const pass = (of: string) =>
    [100, 200].map((atMs) => challenges.take(of, "a", frame(atMs)));
  assert.equal(challenges.take(id, "b", frame(50)), null);
  assert.equal(challenges.redeem(id, "a", 60), null, "undecided");
  assert.equal(pass(id).at(-1)!.verdict, "passed");
  assert.equal(challenges.redeem(id, "b", 300), null);
  assert.equal(challenges.redeem(id, "a", 300)!.context, "claim");
  assert.equal(challenges.redeem(id, "a", 300), null, "used");
  const late = challenges.issue(asker, 0, "claim", "usual").id;
  pass(late);
  assert.equal(challenges.redeem(late, "a", 201 + 30_000), null);
  for (let i = 0; i < 20; i++) {
    const many = { session: `s${i}`, address: "5.6.7.8" };
    challenges.issue(many, 0, "", "usual");
  }
  const more = { session: "s20", address: "5.6.7.8" };
  assert.throws(() => challenges.issue(more, 0, "", "usual"), ServerBusyError);
  challenges.issue({ ...more, address: "1.2.3.4" }, 0, "", "usual");
  assert.equal(challenges.clear("s3", 10).length, 1);
  challenges.issue(more, 0, "", "usual");
});

Deno.test("a server that takes few frames a second asks for more moves, not for another try", () => {
  let state = seenStraight("motion");
  const { path } = state.terms;
  for (let shownMs = 0; state.verdict === "pending"; shownMs += 700) {
    const yawDeg = -22 * valuesAt(path, shownMs - 300)[0]!;
    const next = frame(200 + shownMs, { shownMs, yawDeg });
    state = advance(state, next);
  }
  assert.equal(state.verdict, "passed");
  assert.ok(state.motion!.frames >= 14);
});

Deno.test("what the server takes for its frames makes nobody late and no clock wrong", () => {
  const workMs = 9000;
  const begun = begin("motion");
  const terms = { ...begun.terms, timeLimitMs: 2 * workMs };
  let state: Challenge = { ...begun, terms };
  for (let atMs = 0; state.stage === "straight"; atMs += workMs + 100) {
    state = advance(state, frame(atMs, { workMs }));
  }
  // The page learns of the stage when the server has answered.
  const stageAtMs = 100 + 2 * workMs;
  for (let shownMs = 0; shownMs < 60_000; shownMs += workMs + 100) {
    const next = frame(stageAtMs + shownMs + 80, { shownMs, workMs });
    state = advance(state, next);
    const kind = kindOf(state);
    assert.ok(["pending", "too-few-turns"].includes(kind), kind);
  }
  assert.ok(state.workMs > 2 * terms.timeLimitMs);
  const idle = advance(begin("motion"), frame(60_001));
  assert.equal(kindOf(idle), "too-late");
});
