import type { ByteFile } from "./byte_file.ts";
import type { ByteReader } from "./byte_reader.ts";
import { PickleGlobal, type PickleValue, unpickle } from "./unpickle.ts";

/** Kinds of numbers that torch storages hold. */
export type StorageKind = keyof typeof bytesPerElement;

/** Bytes of one number, by kind of storage. */
export const bytesPerElement = {
  FloatStorage: 4,
  DoubleStorage: 8,
  HalfStorage: 2,
  BFloat16Storage: 2,
  LongStorage: 8,
  IntStorage: 4,
  ShortStorage: 2,
  CharStorage: 1,
  ByteStorage: 1,
  BoolStorage: 1,
} as const;

/** A run of numbers kept outside the pickle. */
export class TorchStorage {
  constructor(
    readonly key: string,
    readonly kind: StorageKind,
    readonly length: number,
  ) {}
}

/** A tensor: a strided view of a storage. Offset and strides count numbers, not bytes. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

type Value = PickleValue<TorchStorage | TorchTensor>;

/**
 * Reads a pickle of torch.save: tensors and ordered dicts, nothing else.
 *
 * @throws WeightsError naming any other global, and for tensors that reach beyond their storage.
 */
export function readTorchPickle(reader: ByteReader): Value {
  const { file } = reader;
  return unpickle<TorchStorage | TorchTensor>(reader, {
    call: (name, args) => call(file, name, args),
    persistent: (id) => storageOf(file, id),
  });
}

/** The tensors of a state dict, by name, in the file's order. @throws WeightsError for anything else. */
export function stateDict(
  file: ByteFile,
  root: Value,
): Map<string, TorchTensor> {
  if (!(root instanceof Map)) throw file.damaged("it holds no state dict");
  const tensors = new Map<string, TorchTensor>();
  for (const [name, value] of root) {
    if (typeof name !== "string" || !(value instanceof TorchTensor)) {
      throw file.damaged(
        `its state dict holds ${String(name)}, which is no tensor`,
      );
    }
    tensors.set(name, value);
  }
  return tensors;
}

function call(file: ByteFile, name: string, args: Value[]): Value {
  switch (name) {
    case "collections.OrderedDict":
      if (args.length === 0) return new Map();
      throw file.damaged(
        "its ordered dict is not written the way torch.save does",
      );
    case "torch._utils._rebuild_tensor_v2":
      return tensorOf(file, args);
    case "torch._utils._rebuild_parameter":
      if (args[0] instanceof TorchTensor) return args[0];
      throw file.damaged("it holds a parameter that is no tensor");
    default:
      throw file.damaged(
        `it wants to run ${name}, which weights do not need and which is refused`,
      );
  }
}

function tensorOf(file: ByteFile, args: Value[]): TorchTensor {
  const [storage, offset, shape, strides] = args;
  if (
    !(storage instanceof TorchStorage) || !isCount(offset) ||
    !isCounts(shape) ||
    !isCounts(strides) || shape.length !== strides.length
  ) {
    throw file.damaged(
      "it holds a tensor that is not described as torch.save does",
    );
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  const last = shape.reduce(
    (sum, size, i) => sum + (size - 1) * strides[i]!,
    offset,
  );
  if (elements > storage.length || (elements > 0 && last >= storage.length)) {
    throw file.damaged(
      `a tensor of shape [${shape}] does not fit its ${storage.length} numbers`,
    );
  }
  return new TorchTensor(storage, offset, shape, strides);
}

/** torch's persistent id: ("storage", type, key, device, length), in the legacy format one more. */
function storageOf(file: ByteFile, id: Value): TorchStorage {
  const [tag, type, key, , length, view] = Array.isArray(id) ? id : [];
  if (
    tag !== "storage" || !(type instanceof PickleGlobal) ||
    typeof key !== "string" ||
    !isCount(length)
  ) {
    throw file.damaged(
      "it holds a storage that is not described as torch.save does",
    );
  }
  if (view !== null && view !== undefined) {
    throw file.damaged(
      "it holds views of storages, which PyTorch before 0.4 wrote",
    );
  }
  const kind = type.name.replace(/^torch\./, "");
  if (!isStorageKind(kind)) {
    throw file.damaged(`it holds ${type.name}, which weights do not need`);
  }
  return new TorchStorage(key, kind, length);
}

function isStorageKind(name: string): name is StorageKind {
  return Object.hasOwn(bytesPerElement, name);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}
