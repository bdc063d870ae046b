import {
  type EmbeddingStore,
  type StoreModel,
} from "../../lib/store/embedding_store.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { NO_KEY } from "../../lib/store/seal/key_file.ts";
import {
  createStoreKey,
  type StoreKey,
} from "../../lib/store/seal/store_key.ts";
import { SAMPLE_MODEL } from "./sample_templates.ts";

/** How a test opens a store. */
export interface OpenOptions {
  /** null: as the store holds it */
  readonly model?: StoreModel | null;
  /** A byte, of which the key is made; null seals nothing. */
  readonly key?: number | null;
}

/** Opens the store at an address as the settings of a task would; chips lie beside it. */
export function openAt(
  address: string,
  { model = SAMPLE_MODEL, key = null }: OpenOptions = {},
): Promise<EmbeddingStore> {
  return openStore({
    store: address,
    storeKey: key === null ? "" : secretOf(key).toHex(),
    storeKeyFile: key === null ? NO_KEY : "",
    savePath: address.startsWith("postgres") ? "./nowhere" : `${address}.chips`,
  }, model ?? undefined);
}

/** The settings of a store whose key lies in a file. */
export function keyedSettings(store: string, storeKeyFile: string) {
  return { store, storeKey: "", storeKeyFile, savePath: "./nowhere" };
}

/** The key that `openAt` seals with for the same byte. */
export function keyOf(byte: number): StoreKey {
  return createStoreKey(secretOf(byte));
}

function secretOf(byte: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(32).fill(byte);
}
