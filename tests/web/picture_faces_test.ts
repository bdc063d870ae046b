import assert from "node:assert/strict";
import type { QualityIssue } from "../../lib/recognize/quality.ts";
import type { FrameDescription } from "../../lib/web/frame_pool.ts";
import { adviceOf, judgement } from "../../lib/web/picture_faces.ts";

/** A picture whose largest face has these issues. */
function withIssues(...issues: QualityIssue[]): FrameDescription {
  return { faces: 1, largest: { issues } } as unknown as FrameDescription;
}

Deno.test("a challenge or a guided capture never advises against the turn it asks for, a photo's judgement does", () => {
  const issues: QualityIssue[] = [
    { kind: "head-pose", turnRatio: 0.6 },
    { kind: "under-exposure", darkShare: 0.8 },
  ];
  assert.match(adviceOf(withIssues(...issues)), /too dark/);
  assert.match(judgement("a.jpg", [], issues).advice, /turned away/);
  assert.equal(adviceOf(withIssues(issues[0]!)), "");
  assert.equal(adviceOf(withIssues()), "");
});
