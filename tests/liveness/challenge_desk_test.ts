import assert from "node:assert/strict";
import type { SeenFrame } from "../../lib/liveness/challenge.ts";
import { ChallengeDesk } from "../../lib/liveness/challenge_desk.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";

const limits = {
  timeLimitMs: 30_000,
  samePersonDistance: 0.5,
  distance: euclideanDistance,
};
const frame = (atMs: number): SeenFrame => ({
  atMs,
  faces: [{
    noseOffset: 0,
    eyeOpenness: 0.16,
    mouthOpenness: 0.1,
    vector: new Float32Array([1, 0]),
  }],
});

Deno.test({
  name: "issue() draws two different actions, and every ordered pair occurs",
  fn() {
    const desk = new ChallengeDesk(limits);
    const seen = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      const [first, second] = desk.issue("s", 0).challenge.actions;
      assert.notEqual(first, second);
      seen.add(`${first} ${second}`);
    }
    assert.equal(seen.size, 12);
    assert.equal(desk.size, 1, "a session has one open challenge");
  },
});

Deno.test({
  name:
    "take() answers null for another session, a replaced, a decided and an unknown challenge alike",
  fn() {
    const desk = new ChallengeDesk(limits);
    const replaced = desk.issue("mine", 0);
    const { id } = desk.issue("mine", 0);
    assert.equal(desk.take(replaced.id, "mine", frame(1)), null);
    assert.equal(desk.take(id, "theirs", frame(1)), null);
    assert.equal(desk.take("unknown", "mine", frame(1)), null);
    assert.equal(desk.take(id, "mine", frame(1))!.verdict, "pending");
    assert.equal(desk.take(id, "mine", frame(30_001))!.verdict, "too-late");
    assert.equal(desk.take(id, "mine", frame(2)), null, "it is used up");
  },
});

Deno.test({
  name: "issue() never keeps more than a thousand challenges open",
  fn() {
    const desk = new ChallengeDesk(limits);
    for (let i = 0; i < 1500; i++) desk.issue(`session ${i}`, 0);
    assert.equal(desk.size, 1000);
    desk.issue("later", 30_001);
    assert.equal(desk.size, 1, "expired ones are cleared");
  },
});
