import assert from "node:assert/strict";
import { randomNumbers } from "../random_numbers.ts";
import { identifyAll } from "../../lib/evaluate/metrics.ts";
import { identify, rankUsers } from "../../lib/match/identify.ts";

/** Photos of so many numbers each, and who they show. */
function searched(
  people: readonly number[],
  vectors: readonly Float32Array[],
  threshold = 1,
) {
  const photos = people.map((person, i) => (
    { path: `${i}.jpg`, name: `${i}.jpg`, person }
  ));
  const names = Array.from({ length: Math.max(...people) + 1 }, String);
  const dataset = { photos, people: names, pairs: null, warnings: [] };
  return identifyAll(dataset, vectors, threshold);
}

Deno.test("identifyAll() searches each photo that has a mate among all others", () => {
  const points = [0, 1, 3, 4, 10, 11, 2].map((x) => Float32Array.of(x));
  const found = searched([0, 0, 0, 1, 1, 1, 2], points)!;
  assert.equal(found.searches, 6, "the photo without a mate only serves");
  assert.equal(found.people, 2);
  assert.equal(found.rank1, 0.5);
  assert.deepEqual(found.at.map(({ rates }) => rates), [null, null]);
  assert.equal(searched([0, 1], points.slice(0, 2)), null);
});

Deno.test("identifyAll() detects at the largest threshold that keeps the FPIR", () => {
  const random = randomNumbers(4);
  const people = Array.from({ length: 120 }, (_, i) => i % 40);
  const middles = Array.from({ length: 40 }, () => 20 * random());
  const points = people.map((person) => middles[person]! + random());
  const { at } = searched(people, points.map((x) => Float32Array.of(x)))!;
  const [, tenth] = at;
  const nearest = (i: number, same: boolean) =>
    Math.min(
      ...points.flatMap((x, j) =>
        i !== j && (people[i] === people[j]) === same
          ? [Math.abs(Math.fround(points[i]!) - Math.fround(x))]
          : []
      ),
    );
  const searches = points.map((_, i) => ({
    own: nearest(i, true),
    other: nearest(i, false),
  }));
  const { threshold, dir } = tenth!.rates!;
  const named = searches.filter(({ other }) => other < threshold);
  assert.ok(named.length <= 12 && named.length >= 11, `${named.length}`);
  const right = searches.filter(({ own, other }) =>
    own < other && own < threshold
  );
  assert.ok(right.length > 0);
  assert.equal(dir, right.length / 120);
});

Deno.test("identifyAll()'s margins decide as identify() does, photo by photo", () => {
  const random = randomNumbers(3);
  const photos = Array.from({ length: 60 }, (_, i) => ({
    user: `person_${i % 7}`,
    photo: `${i}.jpg`,
    photoSha256: "",
    createdAt: "",
    vector: Float32Array.from({ length: 2 }, random),
  }));
  const people = photos.map((_, i) => i % 7);
  const vectors = photos.map(({ vector }) => vector);
  for (const threshold of [0.05, 0.1, 0.3]) {
    for (
      const { margin, fpir, fnir } of searched(people, vectors, threshold)!
        .margins
    ) {
      let [named, missed] = [0, 0];
      for (const [i, { user, vector }] of photos.entries()) {
        const others = photos.filter((photo) => photo.user !== user);
        const all = photos.filter((_, j) => j !== i);
        const find = (gallery: typeof photos) =>
          identify(rankUsers(vector, gallery), threshold, margin);
        if (find(others) !== null) named++;
        if (find(all) !== user) missed++;
      }
      assert.deepEqual([fpir, fnir], [named / 60, missed / 60], `${margin}`);
    }
  }
});
