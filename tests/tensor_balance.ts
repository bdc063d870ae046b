import assert from "node:assert/strict";
import { numTensors } from "../lib/engine/tensors/backend.ts";

/** Runs `work` and asserts that it left as many tensors as it found. */
export async function keepsTensors<T>(work: () => T | Promise<T>): Promise<T> {
  const before = numTensors();
  const result = await work();
  assert.equal(numTensors(), before, "tensors were left behind");
  return result;
}
