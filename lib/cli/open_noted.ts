import type { Settings } from "../config.ts";
import type { EmbeddingStore, StoreModel } from "../store/embedding_store.ts";
import { openStore } from "../store/open_store.ts";

/** Opens a store, to be closed where its scope ends, and prints what there is to be told of it, beside the task's answer. */
export async function openNoted(
  settings: Settings,
  model?: StoreModel,
): Promise<EmbeddingStore & AsyncDisposable> {
  const store = await openStore(settings, model);
  if (store.notice !== null) console.error(store.notice);
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}
