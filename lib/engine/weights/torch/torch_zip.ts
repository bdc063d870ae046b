import { crc32 } from "node:zlib";
import type { ByteFile } from "./byte_file.ts";
import { ByteReader } from "./byte_reader.ts";
import type { TorchContent } from "./torch_content.ts";
import { bytesPerElement, readTorchPickle, stateDict } from "./torch_pickle.ts";
import { readZipDirectory, type ZipEntry } from "./zip_directory.ts";

const pickleName = "/data.pkl";

/** Whether a file starts as a zip archive does. */
export function isZip(start: Uint8Array): boolean {
  return [0x50, 0x4b, 0x03, 0x04].every((byte, i) => start[i] === byte);
}

/**
 * Reads the format of PyTorch since 1.6 (_load in torch/serialization.py): a zip archive of one
 * folder with the pickled state dict in data.pkl and each storage in data/KEY.
 *
 * @throws WeightsError when a part is damaged, missing, or of another length than its tensors say.
 */
export function readZip(file: ByteFile): TorchContent {
  const entries = readZipDirectory(file);
  const names = [...entries.keys()].filter((name) => name.endsWith(pickleName));
  if (names.length !== 1) {
    throw file.damaged(
      `it is a zip archive with ${names.length} data.pkl instead of one`,
    );
  }
  const folder = names[0]!.slice(0, -pickleName.length);
  checkByteOrder(file, entries.get(`${folder}/byteorder`));
  const pickle = entries.get(names[0]!)!;
  checkCrc32(
    file,
    "data.pkl",
    file.read(pickle.offset, pickle.bytes),
    pickle.crc32,
  );
  const reader = new ByteReader(
    file,
    pickle.offset,
    pickle.offset + pickle.bytes,
  );
  const tensors = stateDict(file, readTorchPickle(reader));
  const places: TorchContent["places"] = new Map();
  for (const { storage } of tensors.values()) {
    const entry = entries.get(`${folder}/data/${storage.key}`);
    if (entry === undefined) {
      throw file.damaged(`its part data/${storage.key} is missing`);
    }
    const expected = storage.length * bytesPerElement[storage.kind];
    if (entry.bytes !== expected) {
      throw file.damaged(
        `its part data/${storage.key} has ${entry.bytes} bytes instead of ${expected}`,
      );
    }
    places.set(storage.key, entry);
  }
  return { tensors, places };
}

/** @throws WeightsError when bytes are not those that were written. */
export function checkCrc32(
  file: ByteFile,
  part: string,
  bytes: Uint8Array,
  expected: number,
): void {
  if (crc32(bytes) !== expected) {
    throw file.damaged(`its part ${part} has a wrong checksum`);
  }
}

function checkByteOrder(file: ByteFile, entry: ZipEntry | undefined): void {
  if (entry === undefined) return;
  const order = new ByteReader(file, entry.offset, entry.offset + entry.bytes)
    .text(entry.bytes);
  if (order !== "little") {
    throw file.damaged("it was written on a big-endian machine");
  }
}
