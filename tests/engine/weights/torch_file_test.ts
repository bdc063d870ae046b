import assert from "node:assert/strict";
import { WeightsError } from "../../../lib/errors.ts";
import { openTorchFile } from "../../../lib/engine/weights/torch_file.ts";
import { sharedPath } from "../../shared_files.ts";
import expected from "./mtcnn_tensors.json" with { type: "json" };
import {
  bytes,
  global,
  join,
  legacyParts,
  type WrittenTensor,
} from "./write_torch.ts";

const folder = sharedPath("models/facenet");

/** A small state dict. */
const sample = new Map<string, WrittenTensor>([
  ["layer.weight", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["layer.bias", { shape: [2], data: Float32Array.of(-1, 0.5) }],
]);
const good = legacyParts(sample);
const whole = join(good);

/** All tensors of a file, by name. */
function contentOf(path: string): Map<string, WrittenTensor> {
  const file = openTorchFile(path);
  try {
    return new Map(
      [...file.shapes].map((
        [name, shape],
      ) => [name, { shape, data: file.read(name) }]),
    );
  } finally {
    file.close();
  }
}

function contentOfBytes(content: Uint8Array): Map<string, WrittenTensor> {
  const path = Deno.makeTempFileSync({ suffix: ".pt" });
  try {
    Deno.writeFileSync(path, content);
    return contentOf(path);
  } finally {
    Deno.removeSync(path);
  }
}

for (const name of ["pnet.pt", "rnet.pt", "onet.pt"] as const) {
  Deno.test({
    name:
      `openTorchFile() reads ${name} as Python does, tensor by tensor (needs ../shared)`,
    ignore: folder === null,
    fn() {
      const content = contentOf(`${folder}/${name}`);
      const tensors = expected[name];
      assert.deepEqual(
        [...content].map(([name, { shape }]) => [name, shape]),
        tensors.map(({ name, shape }) => [name, shape]),
        "names and shapes, in order",
      );
      for (const tensor of tensors) {
        const { data } = content.get(tensor.name)!;
        const ends = [...data.subarray(0, tensor.first.length), data.at(-1)!];
        [...tensor.first, tensor.last].forEach((value, i) =>
          assert.ok(Math.abs(ends[i]! - value) < 1e-8, `${tensor.name} values`)
        );
        const sum = Float64Array.from(data).reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum - tensor.sum) < 1e-5, `${tensor.name} sum`);
      }
    },
  });
}

Deno.test("openTorchFile() reads what was written", () => {
  assert.deepEqual(contentOfBytes(whole), sample);
});

Deno.test("openTorchFile() reads a transposed view in C order", () => {
  const turned = replace(
    replace(
      whole,
      bytes(0x28, int(2), int(3), 0x74),
      bytes(0x28, int(3), int(2), 0x74),
    ),
    bytes(0x28, int(3), int(1), 0x74),
    bytes(0x28, int(1), int(3), 0x74),
  );
  assert.deepEqual(contentOfBytes(turned).get("layer.weight"), {
    shape: [3, 2],
    data: Float32Array.of(1, 4, 2, 5, 3, 6),
  });
});

Deno.test("openTorchFile() names the command that fetches a missing file", () => {
  assert.throws(
    () => openTorchFile("/nowhere/pnet.pt"),
    /\/nowhere\/pnet\.pt cannot be read; run `deno task models facenet`/,
  );
});

const rebuild = global("torch._utils", "_rebuild_tensor_v2");

/** Kinds of damage: what it is, the file, and what the error must say. */
const damaged: [string, Uint8Array, RegExp][] = [
  ["empty", bytes(), /cut off at byte 0/],
  ["a picture", bytes(0xff, 0xd8, 0xff, 0xe0), /opcode 0xff at byte 0/],
  ["cut off in the pickle", whole.slice(0, 120), /cut off at byte/],
  ["cut off in the numbers", whole.slice(0, -5), /its tensors need/],
  ["followed by more", bytes(whole, 1, 2, 3), /its tensors need/],
  [
    "of another protocol",
    join([good[0]!, bytes(0x80, 2, 0x4b, 9, 0x2e), ...good.slice(2)]),
    /not hold what torch\.save writes/,
  ],
  [
    "from a big-endian machine",
    replace(whole, bytes(0x88), bytes(0x89)),
    /not hold what torch\.save writes/,
  ],
  [
    "hostile: it calls os.system",
    replace(whole, rebuild, global("os", "system")),
    /not hold what torch\.save writes/,
  ],
  [
    "hostile: an opcode that makes instances",
    withStateDict(bytes(0x80, 2, 0x29, 0x81, 0x2e)),
    /opcode 0x81/,
  ],
  [
    "hostile: a text that claims 4 GB",
    withStateDict(bytes(0x80, 2, 0x58, 255, 255, 255, 255)),
    /cut off/,
  ],
  [
    "a tensor larger than its storage",
    replace(
      whole,
      bytes(0x28, int(2), int(3), 0x74),
      bytes(0x28, int(2), int(9), 0x74),
    ),
    /not hold what torch\.save writes/,
  ],
  [
    "no state dict",
    withStateDict(bytes(0x80, 2, 0x4b, 1, 0x2e)),
    /not hold what torch\.save writes/,
  ],
  [
    "a stack that runs empty",
    withStateDict(bytes(0x80, 2, 0x52, 0x2e)),
    /not there/,
  ],
];

for (const [what, content, message] of damaged) {
  Deno.test(`openTorchFile() refuses a file with a clear error: ${what}`, () => {
    assert.throws(
      () => contentOfBytes(content),
      (error) =>
        error instanceof WeightsError && message.test(error.message) &&
        error.message.includes("deno task models facenet"),
    );
  });
}

Deno.test("every truncation of a file is refused", () => {
  for (let length = 0; length < whole.length; length += 7) {
    assert.throws(
      () => contentOfBytes(whole.slice(0, length)),
      WeightsError,
      `${length} bytes`,
    );
  }
});

Deno.test("any changed byte gives the same tensors, other numbers or a WeightsError, nothing else", () => {
  for (let at = 0; at < whole.length; at += 3) {
    const changed = whole.slice();
    changed[at]! ^= 0x15 + at % 64;
    try {
      contentOfBytes(changed);
    } catch (error) {
      assert.ok(error instanceof WeightsError, `byte ${at}: ${error}`);
    }
  }
});

function withStateDict(pickle: Uint8Array): Uint8Array {
  return join([...good.slice(0, 3), pickle, ...good.slice(4)]);
}

/** A BININT opcode. */
function int(value: number): Uint8Array {
  return bytes(0x4a, new Uint8Array(Uint32Array.of(value).buffer));
}

/** The bytes with the first `from` in them replaced. */
function replace(
  content: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const at = content.findIndex((_, i) =>
    from.every((byte, k) => content[i + k] === byte)
  );
  assert.ok(at >= 0, "the bytes to replace are there");
  return bytes(content.slice(0, at), to, content.slice(at + from.length));
}
