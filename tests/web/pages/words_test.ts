import assert from "node:assert/strict";
import { poses, refusals } from "../../../lib/web/schemas.ts";
import { ratesNote, scaleWords } from "../../../lib/web/pages/figures.js";
import {
  distanceText,
  liveSteps,
  placingWords,
  poseWords,
  refusalWords,
  stageWords,
  turnWords,
} from "../../../lib/web/pages/words.js";

Deno.test({
  name:
    "the pages have words of their own for every refusal, stage, placing and pose of the API",
  fn() {
    for (const refusal of refusals) {
      assert.match(refusalWords[refusal], /^[A-Z].*\.$/);
    }
    for (const words of [stageWords, placingWords]) {
      for (const said of Object.values(words)) assert.match(said, /^[A-Z]/);
    }
    const told = poses.map((pose) => poseWords[pose].words);
    assert.equal(new Set(told).size, poses.length);
  },
});

Deno.test({
  name: "the steps are those that the policy asks for, in order",
  fn() {
    const stages = (policy: "light+motion" | "motion" | "off") =>
      liveSteps(policy).map(({ stage }) => stage);
    assert.deepEqual(stages("light+motion"), ["straight", "light", "motion"]);
    assert.deepEqual(stages("motion"), ["straight", "motion"]);
    assert.deepEqual(stages("off"), ["straight"]);
  },
});

Deno.test({
  name:
    "arrows and turns go as in a mirror: the person's left is the screen's left",
  fn() {
    assert.equal(poseWords.left.arrow, "←");
    assert.equal(poseWords.right.arrow, "→");
    assert.equal(poseWords.straight.arrow, "");
    assert.equal(turnWords(-1), "Left");
    assert.equal(turnWords(1), "Right");
    assert.equal(turnWords(0), "Straight");
  },
});

Deno.test({
  name: "scaleWords() says on which side of the threshold a distance lies",
  fn() {
    assert.match(scaleWords(0.5, 0.347), /0\.347 is under the threshold 0\.5/);
    assert.match(scaleWords(0.5, 0.5), /0\.5 is not under the threshold 0\.5/);
    assert.match(scaleWords(0.5, 0.7), /0\.7 is not under/);
    assert.equal(distanceText(0.48371), "0.484");
    assert.equal(distanceText(0.5), "0.5");
  },
});

Deno.test({
  name: "a rate of zero is told with what it may still be",
  fn() {
    const evaluation = {
      measuredAt: "2026-11-21T10:00:00Z",
      photos: 80,
      people: 10,
      genuinePairs: 280,
      impostorPairs: 3000,
      fmr: 0,
      fnmr: 0.01,
      eer: 0.003,
    };
    assert.match(ratesNote(evaluation), /No false match .* up to about 0\.1 %/);
    assert.doesNotMatch(ratesNote(evaluation), /No false non-match/);
    assert.doesNotMatch(ratesNote({ ...evaluation, fmr: 0.001 }), /No false/);
  },
});
