import assert from "node:assert/strict";
import { drawDotPath } from "../../../lib/liveness/dot_path.ts";
import { drawLightSequence } from "../../../lib/liveness/light_sequence.ts";
import { valuesAt } from "../../../lib/liveness/track.ts";
import { valuesAt as shownAt } from "../../../lib/web/pages/live_screen.js";
import { randomNumbers } from "../../random_numbers.ts";

Deno.test("the page shows at every moment what the server weighs its frames by", () => {
  const random = randomNumbers(1);
  const draw = (below: number) => Math.floor(random() * below);
  for (const pace of ["usual", "gentle"] as const) {
    for (
      const track of [drawLightSequence(draw, pace), drawDotPath(draw, pace)]
    ) {
      const endMs = track.rows.at(-1)![0]!;
      for (let atMs = -100; atMs <= endMs + 100; atMs += 10) {
        assert.deepEqual(shownAt(track.rows, atMs), valuesAt(track, atMs));
      }
    }
  }
});
