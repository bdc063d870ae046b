import type { TorchTensor } from "./torch_pickle.ts";

/** Where the numbers of a storage lie in the file. */
export interface StoragePlace {
  readonly offset: number;
  readonly bytes: number;
  /** Present in the zip format. */
  readonly crc32?: number;
}

/** What either format of a `.pt` file comes to. */
export interface TorchContent {
  readonly tensors: Map<string, TorchTensor>;
  /** By storage key. */
  readonly places: Map<string, StoragePlace>;
}
