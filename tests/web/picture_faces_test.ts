import assert from "node:assert/strict";
import type { FrameDescription } from "../../lib/web/frame_pool.ts";
import { adviceOf } from "../../lib/web/picture_faces.ts";

/** A picture whose largest face has these issues. */
function withIssues(...kinds: string[]): FrameDescription {
  const issues = kinds.map((kind) => ({ kind }));
  return { faces: 1, largest: { issues } } as unknown as FrameDescription;
}

Deno.test("a challenge or a guided capture never advises against the turn it asks for, a photo's judgement does", () => {
  const turned = withIssues("turned-away", "too-dark");
  assert.match(adviceOf(turned), /too dark/);
  assert.match(adviceOf(turned, { turned: true }), /turned away/);
  assert.equal(adviceOf(withIssues("turned-away")), "");
  assert.equal(adviceOf(withIssues()), "");
});
