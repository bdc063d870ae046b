import assert from "node:assert/strict";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { l2Norm } from "../../lib/match/embedding.ts";
import { identify, rankUsers } from "../../lib/match/identify.ts";
import { verify } from "../../lib/match/verify.ts";
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

Deno.test("l2Norm() is the distance from the origin", () => {
  assert.equal(l2Norm([3, 4]), euclideanDistance([3, 4], [0, 0]));
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
  assert.equal(identify(Float32Array.from([1, 0.5]), gallery, 0.5).user, null);
  assert.equal(identify(Float32Array.from([1, 0.5]), [], 0.5).user, null);
});

Deno.test("identify() answers the nearest user under the threshold", () => {
  assert.equal(identify(Float32Array.from([0, 2.9]), gallery, 0.5).user, "ben");
});

Deno.test("verify() compares with the claimed user's templates only", () => {
  const probe = Float32Array.from([0, 2.9]);
  assert.equal(verify(probe, "ben", gallery, 0.5).accepted, true);
  const claim = verify(probe, "anna", gallery, 0.5);
  assert.equal(claim.accepted, false);
  assert.equal(claim.nearest?.template.user, "anna");
});

Deno.test("verify() accepts nobody who has no template", () => {
  assert.deepEqual(verify(Float32Array.from([0, 0]), "carl", gallery, 0.5), {
    accepted: false,
    nearest: null,
    threshold: 0.5,
  });
});
