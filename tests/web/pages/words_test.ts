import assert from "node:assert/strict";
import { actions } from "../../../lib/liveness/challenge.ts";
import { poses, refusals } from "../../../lib/web/schemas.ts";
import { ratesNote, scaleWords } from "../../../lib/web/pages/figures.js";
import {
  actionWords,
  arrowOf,
  distanceText,
  expectsWords,
  poseWords,
  refusalWords,
} from "../../../lib/web/pages/words.js";

Deno.test({
  name:
    "the pages have words of their own for every refusal, action and pose of the API",
  fn() {
    for (const refusal of refusals) {
      assert.match(refusalWords[refusal], /^[A-Z].*\.$/);
    }
    const asked = actions.map((action) => expectsWords(action, undefined));
    assert.equal(new Set(asked).size, actions.length);
    for (const action of actions) assert.notEqual(actionWords[action], "");
    const told = poses.map((pose) => poseWords[pose].words);
    assert.equal(new Set(told).size, poses.length);
  },
});

Deno.test({
  name: "arrows point as in a mirror: the person's left is the picture's left",
  fn() {
    assert.equal(arrowOf("turn-left"), "←");
    assert.equal(arrowOf("left"), "←");
    assert.equal(arrowOf("turn-right"), "→");
    assert.equal(arrowOf("right"), "→");
    for (
      const straight of ["look-straight", "blink", "return", null] as const
    ) {
      assert.equal(arrowOf(straight), "");
    }
  },
});

Deno.test({
  name: "the way back tells what to undo",
  fn() {
    assert.match(expectsWords("return", "blink"), /open your eyes/i);
    assert.match(expectsWords("return", "mouth-open"), /close your mouth/i);
    assert.match(expectsWords("return", "turn-left"), /look straight/i);
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
