/** Something that holds tensors until it is disposed. */
export interface HoldsTensors {
  dispose(): void;
}

/**
 * Waits for several networks that are being loaded. When one cannot be loaded the others are
 * disposed, so that a failure leaves no tensor behind.
 *
 * @throws what the first of them threw
 */
export async function allOrNone<T extends readonly HoldsTensors[]>(
  loading: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const outcomes = await Promise.allSettled<HoldsTensors>(loading);
  const failed = outcomes.find(({ status }) => status === "rejected");
  if (failed?.status !== "rejected") return await Promise.all(loading) as T;
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") outcome.value.dispose();
  }
  throw failed.reason;
}
