import assert from "node:assert/strict";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { PackedGallery } from "../../lib/match/packed_gallery.ts";
import { sampleVector, seededRandom } from "../store/sample_templates.ts";

interface Row {
  readonly vector: Float32Array;
  readonly user: number;
}

function packed(
  rows: readonly Row[],
  dimensions: number,
  slabBytes?: number,
): PackedGallery {
  const gallery = new PackedGallery(dimensions, 3, slabBytes);
  for (const { vector, user } of rows) gallery.add(vector, user);
  return gallery;
}

/** The slow answer: nearest row, and nearest row of another user than its. */
function nearestByEye(probe: Float32Array, rows: readonly Row[]) {
  const ranked = rows
    .map(({ vector, user }, row) => ({
      row,
      user,
      distance: euclideanDistance(probe, vector),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  const runnerUp = ranked.find(({ user }) => user !== best?.user);
  const bare = (found: typeof best) =>
    found === undefined ? null : { row: found.row, distance: found.distance };
  return { best: bare(best), runnerUp: bare(runnerUp) };
}

Deno.test({
  name:
    "PackedGallery answers what comparing every row by hand answers, at any length, size and batch",
  fn() {
    const random = seededRandom(11);
    for (const dimensions of [1, 8, 16, 100, 128, 512]) {
      for (const size of [1, 2, 7, 513, 1500]) {
        const rows = Array.from({ length: size }, (_, i) => ({
          vector: sampleVector(i + 1, dimensions),
          user: Math.floor(random() * Math.max(1, size / 3)),
        }));
        const gallery = packed(rows, dimensions);
        const probes = [-1, -2, -3, -4, -5].map((seed) =>
          sampleVector(seed, dimensions)
        );
        const expected = probes.map((probe) => nearestByEye(probe, rows));
        assert.deepEqual(gallery.nearest(probes), expected);
        assert.deepEqual(gallery.nearest(probes.slice(0, 1)), [expected[0]]);
        // As more rows than one piece of WebAssembly's memory holds: 512 in each.
        const parted = packed(rows, dimensions, 1);
        assert.deepEqual(parted.nearest(probes), expected);
        assert.deepEqual(parted.nearest(probes.slice(0, 1)), [expected[0]]);
      }
    }
  },
});

Deno.test({
  name:
    "PackedGallery answers nobody from no rows, and no runner-up from one user's rows",
  fn() {
    const probe = sampleVector(1);
    assert.deepEqual(new PackedGallery(8).nearest([probe]), [
      { best: null, runnerUp: null },
    ]);
    const one = packed(
      [{ vector: probe, user: 5 }, { vector: sampleVector(2), user: 5 }],
      8,
    );
    assert.deepEqual(one.nearest([probe]), [
      { best: { row: 0, distance: 0 }, runnerUp: null },
    ]);
    assert.deepEqual(one.nearest([]), []);
  },
});

Deno.test({
  name: "PackedGallery refuses vectors of another length",
  fn() {
    const gallery = new PackedGallery(8);
    assert.throws(() => gallery.add(new Float32Array(7), 0), RangeError);
    assert.throws(() => gallery.nearest([new Float32Array(9)]), RangeError);
  },
});
