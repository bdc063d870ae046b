import assert from "node:assert/strict";
import { randomNumbers as seededRandom } from "../random_numbers.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { identify, rankUsers } from "../../lib/match/identify.ts";
import {
  identificationRates,
  marginRates,
  searchAll,
} from "../../lib/evaluate/identification.ts";

/** Photos as points on a line; two people of three photos, one of a single photo. */
const points = [0, 1, 3, 4, 10, 11, 2];
const person = Uint32Array.of(0, 0, 0, 1, 1, 1, 2);
const distance = (i: number, j: number) => Math.abs(points[i]! - points[j]!);

Deno.test("searchAll() searches each photo that has a mate among all others", () => {
  const searches = searchAll(person, distance);
  assert.deepEqual(searches.map(({ own }) => own), [1, 1, 2, 6, 1, 1]);
  assert.deepEqual(searches.map(({ other }) => other), [2, 1, 1, 1, 7, 8]);
  assert.deepEqual(
    searches.map(({ otherPerson }) => otherPerson),
    [2, 2, 1, 0, 0, 0],
  );
});

Deno.test("identificationRates() detects at the largest threshold that keeps the FPIR", () => {
  const searches = searchAll(person, distance);
  const none = identificationRates(searches, 0);
  assert.deepEqual(none, { rank1: 0.5, targetFpir: 0, threshold: 1, dir: 0 });
  const half = identificationRates(searches, 0.5);
  assert.deepEqual(half, {
    rank1: 0.5,
    targetFpir: 0.5,
    threshold: 2,
    dir: 0.5,
  });
});

Deno.test("searchAll() and marginRates() decide as identify() does, photo by photo", () => {
  const random = seededRandom(3);
  const photos = Array.from({ length: 60 }, (_, i) => ({
    user: `person_${i % 7}`,
    photo: `${i}.jpg`,
    photoSha256: "",
    createdAt: "",
    vector: Float32Array.from({ length: 2 }, random),
  }));
  const searches = searchAll(
    Uint32Array.from(photos, (_, i) => i % 7),
    (i, j) => euclideanDistance(photos[i]!.vector, photos[j]!.vector),
  );
  for (const threshold of [0.05, 0.1, 0.3]) {
    for (const margin of [0, 0.02, 0.1]) {
      let [named, missed] = [0, 0];
      for (const [i, { user, vector }] of photos.entries()) {
        const others = photos.filter((photo) => photo.user !== user);
        const all = photos.filter((_, j) => j !== i);
        const find = (gallery: typeof photos) =>
          identify(rankUsers(vector, gallery), threshold, margin);
        if (find(others) !== null) named++;
        if (find(all) !== user) missed++;
      }
      assert.deepEqual(marginRates(searches, threshold, margin), {
        margin,
        fpir: named / 60,
        fnir: missed / 60,
      });
    }
  }
});
