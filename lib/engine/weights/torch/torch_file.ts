import { ByteFile } from "./byte_file.ts";
import { storageNumbers } from "./storage_numbers.ts";
import type { TorchContent } from "./torch_content.ts";
import { isLegacy, readLegacy } from "./torch_legacy.ts";
import { checkCrc32, isZip, readZip } from "./torch_zip.ts";

/** Larger files are no weights of this project, whose largest has 112 MB. */
const maxFileBytes = 2 ** 30;

/** The state dict of a `.pt` file, read tensor by tensor so that memory holds one at a time. */
export interface TorchFile {
  /** Shape of every tensor by name, in the file's order. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /**
   * The numbers of a tensor as float32 in C order.
   *
   * @throws WeightsError when there is none of that name or its bytes are damaged.
   */
  read(name: string): Float32Array<ArrayBuffer>;
  close(): void;
}

/**
 * Opens a file that torch.save wrote, in the legacy format or the zip format since PyTorch 1.6.
 * Nothing in the file is run: its pickle may hold tensors and ordered dicts only.
 *
 * @throws WeightsError when it is missing, damaged, cut off, too large, or holds anything else.
 */
export function openTorchFile(path: string): TorchFile {
  const file = new ByteFile(path);
  try {
    const { tensors, places } = readContent(file);
    return {
      shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
      read: (name) => readTensor(file, { tensors, places }, name),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readContent(file: ByteFile): TorchContent {
  if (file.size > maxFileBytes) {
    throw file.damaged(`it has ${file.size} bytes, more than any weights here`);
  }
  const start = file.read(0, Math.min(file.size, 4));
  if (isLegacy(start)) return readLegacy(file);
  if (isZip(start)) return readZip(file);
  throw file.damaged(
    "it starts neither as a legacy nor as a zip file of torch.save",
  );
}

function readTensor(
  file: ByteFile,
  { tensors, places }: TorchContent,
  name: string,
): Float32Array<ArrayBuffer> {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw file.damaged(`it holds no tensor ${name}`);
  const { storage, offset, shape, strides } = tensor;
  const place = places.get(storage.key);
  if (place === undefined) {
    throw file.damaged(`the numbers of ${name} are missing`);
  }
  const bytes = file.read(place.offset, place.bytes);
  if (place.crc32 !== undefined) {
    checkCrc32(file, `data/${storage.key}`, bytes, place.crc32);
  }
  return inOrder(storageNumbers(storage.kind, bytes), offset, shape, strides);
}

/** The numbers of a strided view in C order. */
function inOrder(
  numbers: Float32Array<ArrayBuffer>,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array<ArrayBuffer> {
  const length = shape.reduce((product, size) => product * size, 1);
  if (isContiguous(shape, strides)) {
    return offset === 0 && length === numbers.length
      ? numbers
      : numbers.slice(offset, offset + length);
  }
  const ordered = new Float32Array(length);
  const index = new Array<number>(shape.length).fill(0);
  for (let to = 0, from = offset; to < length; to++) {
    ordered[to] = numbers[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return ordered;
}

function isContiguous(
  shape: readonly number[],
  strides: readonly number[],
): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
