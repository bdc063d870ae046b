import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { fileURLToPath } from "node:url";

export { tf };

let started: Promise<void> | undefined;

/**
 * Starts TensorFlow.js on its WebAssembly backend, once per process. Every room that computes
 * calls this first; later calls cost nothing.
 */
export function startBackend(): Promise<void> {
  started ??= start();
  return started;
}

async function start(): Promise<void> {
  const wasm = import.meta.resolve(
    "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
  );
  setWasmPaths(fileURLToPath(new URL("./", wasm)));
  await tf.setBackend("wasm");
  await tf.ready();
}

/** What `step` makes of a tensor, which is freed at once: a tidy would keep it until its end. */
export function consume<T extends tf.Tensor, U extends tf.Tensor>(
  x: T,
  step: (x: T) => U,
): U {
  const next = step(x);
  x.dispose();
  return next;
}

/**
 * Waits for several networks that are being loaded. When one cannot be loaded the others are
 * disposed, so that a failure leaves no tensor behind.
 *
 * @throws what the first of them threw
 */
export async function allOrNone<T extends readonly { dispose(): void }[]>(
  loading: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const outcomes = await Promise.allSettled(loading);
  const failed = outcomes.find(({ status }) => status === "rejected");
  if (failed?.status !== "rejected") return await Promise.all(loading) as T;
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") outcome.value.dispose();
  }
  throw failed.reason;
}
