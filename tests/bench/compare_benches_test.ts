import assert from "node:assert/strict";
import { compareBenches } from "./compare_benches.ts";

Deno.test({
  name: "compareBenches() sets every shared number of two reports side by side",
  fn() {
    const before = {
      machine: { cores: 2 },
      photos: [{ photo: "a", ms: { detect: 200, gone: 1 } }],
      memory: null,
    };
    const after = {
      machine: { cores: 4 },
      photos: [{ photo: "a", ms: { detect: 100, fresh: 1 } }],
      memory: 300,
    };
    assert.deepEqual(compareBenches(before, after), [
      { name: "photos.0.ms.detect", before: 200, after: 100, ratio: 0.5 },
    ]);
  },
});
