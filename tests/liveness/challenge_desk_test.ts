import assert from "node:assert/strict";
import type {
  Action,
  SeenFace,
  SeenFrame,
} from "../../lib/liveness/challenge.ts";
import {
  ChallengeDesk,
  redeemWithinMs,
} from "../../lib/liveness/challenge_desk.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { randomNumbers } from "../random_numbers.ts";

const limits = {
  timeLimitMs: 30_000,
  samePersonDistance: 0.5,
  distance: euclideanDistance,
  passiveFloors: null,
};
const frame = (atMs: number): SeenFrame => ({
  atMs,
  faces: [{
    noseOffset: 0,
    eyeContrast: 0.55,
    mouthOpenness: 0.1,
    vector: new Float32Array([1, 0]),
  }],
});

Deno.test({
  name:
    "issue() draws two different actions, and every ordered pair with a turn in it occurs",
  fn() {
    const desk = new ChallengeDesk(limits);
    const seen = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      const [first, second] = desk.issue("s", 0).challenge.actions;
      assert.notEqual(first, second);
      seen.add(`${first} ${second}`);
    }
    assert.equal(seen.size, 10);
    assert.ok(!seen.has("blink mouth-open") && !seen.has("mouth-open blink"));
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

const straight = frame(0).faces[0]!;
const doing: Record<Action, SeenFace[]> = {
  "turn-left": [0.08, 0.15].map((noseOffset) => ({ ...straight, noseOffset })),
  "turn-right": [-0.08, -0.15].map((noseOffset) => ({
    ...straight,
    noseOffset,
  })),
  blink: [{ ...straight, eyeContrast: 0.4 }],
  "mouth-open": [{ ...straight, mouthOpenness: 0.5 }],
};

/** Faces that pass a challenge of these actions. */
function playOf(wanted: readonly Action[]): SeenFace[] {
  const acts = wanted.flatMap((action) => [...doing[action], straight]);
  return [straight, straight, ...acts];
}

Deno.test({
  name:
    "redeem() gives a passed challenge back once, with what it was issued for",
  fn() {
    const desk = new ChallengeDesk<{ user: string }>(limits);
    const { id, challenge } = desk.issue("mine", 0, { user: "ann" });
    const play = playOf(challenge.actions);
    for (const [i, face] of play.entries()) {
      assert.equal(desk.redeem(id, "mine", i), null, "not passed yet");
      desk.take(id, "mine", { atMs: i, faces: [face] });
    }
    assert.equal(desk.take(id, "mine", frame(99)), null, "it is decided");
    assert.equal(desk.redeem(id, "theirs", 99), null);
    const redeemed = desk.redeem(id, "mine", 99)!;
    assert.equal(redeemed.context.user, "ann");
    assert.equal(redeemed.evidence.frames, 4);
    assert.equal(desk.redeem(id, "mine", 99), null, "it is used");
    assert.equal(desk.size, 0);
  },
});

Deno.test({
  name:
    "redeem() answers null once a passed challenge is too old or another was issued",
  fn() {
    for (
      const [waitMs, reissue] of [[redeemWithinMs + 1, false], [
        1,
        true,
      ]] as const
    ) {
      const desk = new ChallengeDesk(limits);
      const { id, challenge } = desk.issue("mine", 0);
      for (const face of playOf(challenge.actions)) {
        desk.take(id, "mine", { atMs: 5, faces: [face] });
      }
      if (reissue) desk.issue("mine", 6);
      assert.equal(desk.redeem(id, "mine", 5 + waitMs), null);
    }
  },
});

Deno.test({
  name:
    "ChallengeDesk gives back only what its own session passed, never twice, whatever is called in whatever order",
  fn() {
    const random = randomNumbers(7);
    const pick = <T>(list: readonly T[]) =>
      list[Math.floor(random() * list.length)]!;
    const sessions = ["a", "b", "c"];
    let redeemedCount = 0;
    for (let round = 0; round < 200; round++) {
      const desk = new ChallengeDesk<string>(limits);
      const issued: {
        id: string;
        session: string;
        play: SeenFace[];
        taken: number;
        passed: boolean;
      }[] = [];
      const redeemed = new Set<string>();
      for (let nowMs = 0; nowMs < 120; nowMs++) {
        if (issued.length === 0 || random() < 0.03) {
          const session = pick(sessions);
          const { id, challenge } = desk.issue(session, nowMs, session);
          issued.push({
            id,
            session,
            play: playOf(challenge.actions),
            taken: 0,
            passed: false,
          });
        }
        const one = random() < 0.7 ? issued.at(-1)! : pick(issued);
        const session = random() < 0.8 ? one.session : pick(sessions);
        if (random() < 0.8) {
          const face = one.play[one.taken] ?? straight;
          const after = desk.take(one.id, session, {
            atMs: nowMs,
            faces: [face],
          });
          if (after !== null) {
            assert.equal(session, one.session);
            one.taken++;
            one.passed = after.verdict === "passed";
          }
        } else {
          const back = desk.redeem(one.id, session, nowMs);
          if (back === null) continue;
          redeemedCount++;
          assert.equal(session, one.session);
          assert.equal(back.context, one.session);
          assert.ok(one.passed && one.taken === one.play.length);
          assert.ok(!redeemed.has(one.id));
          redeemed.add(one.id);
        }
        assert.ok(desk.size <= sessions.length, "a session has at most one");
      }
    }
    assert.ok(redeemedCount > 100, "the rounds reach the end often");
  },
});
