import type { ByteFile } from "./byte_file.ts";
import { ByteReader } from "./byte_reader.ts";
import type { TorchContent } from "./torch_content.ts";
import { bytesPerElement, readTorchPickle, stateDict } from "./torch_pickle.ts";

/** MAGIC_NUMBER in torch/serialization.py */
const magicNumber = 0x1950a86a20f9469cfc6cn;
/** PROTOCOL_VERSION in torch/serialization.py */
const protocolVersion = 1001;

/** Whether a file starts as torch.save wrote them before PyTorch 1.6: PROTO 2, LONG1 of 10 bytes. */
export function isLegacy(start: Uint8Array): boolean {
  return [0x80, 0x02, 0x8a, 0x0a].every((byte, i) => start[i] === byte);
}

/**
 * Reads the format of PyTorch before 1.6 (_legacy_load in torch/serialization.py): five pickles
 * (magic number, protocol, system, state dict, keys of the storages), then each storage as an
 * int64 count and its numbers.
 *
 * @throws WeightsError when a part is damaged, cut off or followed by something else.
 */
export function readLegacy(file: ByteFile): TorchContent {
  const reader = new ByteReader(file);
  if (readTorchPickle(reader) !== magicNumber) {
    throw file.damaged("its magic number is wrong");
  }
  const protocol = readTorchPickle(reader);
  if (protocol !== protocolVersion) {
    throw file.damaged(
      `its protocol is ${String(protocol)} instead of ${protocolVersion}`,
    );
  }
  const system = readTorchPickle(reader);
  if (!(system instanceof Map) || system.get("little_endian") !== true) {
    throw file.damaged("it was written on a big-endian machine");
  }
  const tensors = stateDict(file, readTorchPickle(reader));
  const keys = readTorchPickle(reader);
  if (!Array.isArray(keys)) {
    throw file.damaged("it lacks the list of its storages");
  }
  const storages = new Map(
    [...tensors.values()].map(({ storage }) => [storage.key, storage]),
  );
  const places: TorchContent["places"] = new Map();
  for (const key of keys) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (storage === undefined) {
      throw file.damaged("it holds a storage that no tensor uses");
    }
    const length = reader.i64();
    if (length !== BigInt(storage.length)) {
      throw file.damaged(
        `a storage holds ${length} numbers instead of ${storage.length}`,
      );
    }
    const bytes = storage.length * bytesPerElement[storage.kind];
    places.set(storage.key, { offset: reader.position, bytes });
    reader.position += bytes;
  }
  if (reader.position > file.size) {
    throw file.damaged(
      `it is cut off: ${reader.position - file.size} bytes are missing`,
    );
  }
  if (reader.position < file.size) {
    throw file.damaged(`${file.size - reader.position} bytes follow its end`);
  }
  return { tensors, places };
}
