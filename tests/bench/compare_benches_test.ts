import assert from "node:assert/strict";
import { compareBenches } from "./compare_benches.ts";

Deno.test({
  name:
    "compareBenches() sets every shared number of reports side by side, with the spread of their ratios",
  fn() {
    const before = [200, 100, 100].map((detect) => ({
      machine: { cores: 2 },
      photos: [{ photo: "a", ms: { detect, gone: 1 } }],
      memory: null,
    }));
    const after = [100, 100, 200].map((detect) => ({
      machine: { cores: 4 },
      photos: [{ photo: "a", ms: { detect, fresh: 1 } }],
      memory: 300,
    }));
    assert.deepEqual(compareBenches(before, after), [
      {
        name: "photos.0.ms.detect",
        before: 100,
        after: 100,
        ratio: 1,
        low: 0.75,
        high: 1.5,
      },
    ]);
  },
});
