import { basename } from "node:path";
import { z } from "zod";
import { WeightsError } from "../../errors.ts";
import { PickleCall, PickleGlobal, readPickle } from "./pickle.ts";

/** MAGIC_NUMBER and PROTOCOL_VERSION in torch/serialization.py */
const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
/** The pickles before a file's numbers; those of FaceNet's 737 tensors have 134 kB. */
const mostPickleBytes = 1 << 20;
const bytesPerElement: Record<string, number> = {
  "torch.FloatStorage": 4,
  "torch.LongStorage": 8,
};

/** The state dict of a `.pt` file, read tensor by tensor so that memory holds one at a time. */
export interface TorchFile {
  /** Shape of every tensor by name, in the file's order. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /**
   * The numbers of a tensor as float32 in C order.
   *
   * @throws WeightsError when there is none of that name, or its numbers are others than float32.
   */
  read(name: string): Float32Array<ArrayBuffer>;
  close(): void;
}

const count = z.int().nonnegative();
const numberKind = z.instanceof(PickleGlobal).transform(({ name }) => name)
  .refine((name) => name in bytesPerElement);
/** A storage by torch's persistent id: its numbers lie behind the pickles. */
const storage = z.instanceof(PickleCall).transform(({ args }) => args[0]).pipe(
  z.tuple([
    z.literal("storage"),
    numberKind,
    z.string(),
    z.string(),
    count,
    z.null(),
  ]),
).transform(([, kind, key, , length]) => ({ kind, key, length }));
/** A tensor: a strided view of a storage. Offset and strides count numbers, not bytes. */
const tensor = z.instanceof(PickleCall)
  .refine(({ callee }) => callee === "torch._utils._rebuild_tensor_v2")
  .transform(({ args }) => args.slice(0, 4))
  .pipe(z.tuple([storage, count, z.array(count), z.array(count)]))
  .transform(([storage, offset, shape, strides]) => ({
    storage,
    offset,
    shape,
    strides,
  }))
  .refine(({ storage, offset, shape, strides }) =>
    shape.reduce((last, size, i) => last + (size - 1) * strides[i]!, offset) <
      storage.length
  );
type Tensor = z.infer<typeof tensor>;
/** The five pickles: magic number, protocol, system, state dict, keys of the storages in order. */
const head = z.tuple([
  z.literal(magicNumber),
  z.literal(protocolVersion),
  z.map(z.string(), z.unknown())
    .refine((system) => system.get("little_endian") === true),
  z.map(z.string(), tensor),
  z.array(z.string()),
]);

/**
 * Opens a file that torch.save wrote in its format before PyTorch 1.6, which facenet-pytorch's
 * published weights have (_legacy_load in torch/serialization.py): five pickles, then each storage
 * as an int64 count and its numbers.
 *
 * @throws WeightsError when it is missing, damaged, cut off, or holds anything but tensors.
 */
export function openTorchFile(path: string): TorchFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (cause) {
    throw new WeightsError(
      `The model file ${path} cannot be read; run \`deno task models facenet\` to fetch it.`,
      { cause },
    );
  }
  const damaged = (what: string, cause?: unknown) =>
    new WeightsError(
      `${basename(path)} cannot be read as PyTorch weights: ${what}; ` +
        "remove it and run `deno task models facenet` to fetch it again.",
      { cause },
    );
  try {
    const { tensors, places } = readHead(file);
    return {
      shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
      read(name) {
        const tensor = tensors.get(name);
        if (tensor?.storage.kind !== "torch.FloatStorage") {
          throw damaged(`it holds no tensor ${name} of float32`);
        }
        const { key, length } = tensor.storage;
        return inOrder(
          new Float32Array(readAt(file, places.get(key)!, length * 4).buffer),
          tensor,
        );
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw damaged(
      error instanceof RangeError
        ? error.message
        : "it does not hold what torch.save writes of tensors",
      error,
    );
  }
}

/** The file's tensors by name, and where the numbers of each storage start, by its key. */
function readHead(file: Deno.FsFile) {
  const { size } = file.statSync();
  const start = readAt(file, 0, Math.min(size, mostPickleBytes));
  let at = 0;
  const pickles = Array.from({ length: 5 }, () => {
    const { value, end } = readPickle(start, at);
    at = end;
    return value;
  });
  const [, , , tensors, keys] = head.parse(pickles);
  const storages = new Map(
    [...tensors.values()].map(({ storage }) => [storage.key, storage]),
  );
  const places = new Map<string, number>();
  for (const key of keys) {
    const { kind, length } = storages.get(key) ?? { kind: "", length: 0 };
    places.set(key, at + 8);
    at += 8 + length * (bytesPerElement[kind] ?? 0);
  }
  if (at !== size) {
    throw new RangeError(`it has ${size} bytes, and its tensors need ${at}`);
  }
  return { tensors, places };
}

/** @throws RangeError when the file ends before. */
function readAt(
  file: Deno.FsFile,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let done = 0; done < length;) {
    const read = file.readSync(bytes.subarray(done));
    if (read === null) throw new RangeError(`it ends at byte ${offset + done}`);
    done += read;
  }
  return bytes;
}

/** The numbers of a strided view in C order. */
function inOrder(
  numbers: Float32Array<ArrayBuffer>,
  { offset, shape, strides }: Tensor,
): Float32Array<ArrayBuffer> {
  const length = shape.reduce((product, size) => product * size, 1);
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
