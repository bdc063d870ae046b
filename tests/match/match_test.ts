import assert from "node:assert/strict";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { fuse } from "../../lib/match/embedding.ts";
import { identify, rankUsers } from "../../lib/match/identify.ts";
import type { Template } from "../../lib/match/gallery.ts";
import { randomNumbers } from "../random_numbers.ts";

function template(user: string, ...vector: number[]): Template {
  return {
    user,
    photo: `${user}.jpg`,
    photoSha256: "0".repeat(64),
    vector: Float32Array.from(vector),
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

const gallery = [
  template("anna", 0, 0),
  template("anna", 1, 0),
  template("ben", 0, 3),
];

Deno.test("euclideanDistance() of (0, 0) and (3, 4) is 5", () => {
  assert.equal(euclideanDistance([0, 0], [3, 4]), 5);
});

Deno.test("euclideanDistance() is symmetric, zero only to itself, and obeys the triangle inequality", () => {
  const random = randomNumbers(7);
  const vector = () => Float32Array.from({ length: 128 }, () => random() - 0.5);
  for (let i = 0; i < 200; i++) {
    const [a, b, c] = [vector(), vector(), vector()];
    assert.equal(euclideanDistance(a, b), euclideanDistance(b, a));
    assert.equal(euclideanDistance(a, a), 0);
    assert.ok(euclideanDistance(a, b) > 0);
    assert.ok(
      euclideanDistance(a, c) <=
        euclideanDistance(a, b) + euclideanDistance(b, c) + 1e-9,
    );
  }
});

Deno.test("euclideanDistance() refuses vectors of different length", () => {
  assert.throws(() => euclideanDistance([1], [1, 2]), RangeError);
});

Deno.test("rankUsers() scores a user by the nearest of the user's templates", () => {
  const ranking = rankUsers(Float32Array.from([1, 0.5]), gallery);
  assert.deepEqual(
    ranking.map(({ template, distance }) => [template.user, distance]),
    [
      ["anna", 0.5],
      ["ben", Math.sqrt(1 + 2.5 ** 2)],
    ],
  );
});

Deno.test("identify() answers nobody when every distance is at or above the threshold", () => {
  const probe = Float32Array.from([1, 0.5]);
  assert.equal(identify(rankUsers(probe, gallery), 0.5), null);
  assert.equal(identify(rankUsers(probe, []), 0.5), null);
});

Deno.test("identify() answers the nearest user under the threshold", () => {
  const ranking = rankUsers(Float32Array.from([0, 2.9]), gallery);
  assert.equal(identify(ranking, 0.5), "ben");
});

Deno.test("identify() on one user's templates verifies a claim", () => {
  const probe = Float32Array.from([0, 2.9]);
  const rankingOf = (user: string) =>
    rankUsers(probe, gallery.filter((template) => template.user === user));
  assert.equal(identify(rankingOf("ben"), 0.5), "ben");
  assert.equal(identify(rankingOf("anna"), 0.5), null);
  assert.equal(identify(rankingOf("carl"), 0.5), null);
});

Deno.test("identify() answers nobody when the runner-up is nearer than the margin behind, and to a distance that is no number", () => {
  const ranking = rankUsers(Float32Array.from([0, 1.6]), gallery);
  assert.equal(identify(ranking, 2, 0.1), "ben");
  assert.equal(identify(ranking, 2, 0.3), null);
  const broken = rankUsers(Float32Array.from([NaN, 0]), gallery);
  assert.equal(identify(broken, 2), null);
});

Deno.test("fuse() gives one embedding back, weighs several, and keeps their length", () => {
  const [a, b] = [Float32Array.of(1.5, 0), Float32Array.of(0, 1.5)];
  assert.deepEqual(fuse([a], [0.3]), a);
  const [x, y] = fuse([a, b], [1, 1]);
  assert.equal(x, y);
  assert.ok(Math.abs(Math.hypot(x!, y!) - 1.5) < 1e-6);
  const nearer = fuse([a, b], [1, 0.2]);
  assert.ok(euclideanDistance(nearer, a) < euclideanDistance(nearer, b));
  assert.deepEqual(fuse([a, b], [2, 0.4]), nearer);
});
