/**
 * Euclidean distance between two vectors of equal length: 0 for the same vector, and for the
 * 128-d face-api model about 0.3 between two photos of one person and 0.8 between strangers.
 *
 * @throws RangeError when the lengths differ, which means two models were mixed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { euclideanDistance } from "@face/sign-in";
 *
 * assert.equal(euclideanDistance([0, 3], [4, 0]), 5);
 * ```
 */
export function euclideanDistance(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): number {
  if (a.length !== b.length) {
    throw new RangeError(
      `vectors of ${a.length} and ${b.length} numbers cannot be compared`,
    );
  }
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
