import assert from "node:assert/strict";
import { tf } from "../lib/engine/tensors/backend.ts";

/** Number of tensors alive now; every function of this project leaves it as it found it. */
export function numTensors(): number {
  return tf.memory().numTensors;
}

/** Runs `work` and asserts that it left as many tensors as it found. */
export async function keepsTensors<T>(work: () => T | Promise<T>): Promise<T> {
  const before = numTensors();
  const result = await work();
  assert.equal(numTensors(), before, "tensors were left behind");
  return result;
}
