import assert from "node:assert/strict";
import { WeightsError } from "../../../lib/errors.ts";
import { openTorchFile } from "../../../lib/engine/weights/torch/torch_file.ts";
import {
  contentOf,
  opening,
  replace,
  sample,
  tempFile,
} from "./torch_files.ts";
import {
  bytes,
  global,
  join,
  legacyParts,
  pickleStateDict,
  writeZip,
  writeZipFormat,
} from "./write_torch.ts";

const good = legacyParts(sample);
const whole = join(good);
const zip = writeZipFormat(sample);
const stateDict = pickleStateDict(sample, "legacy");
const rebuild = global("torch._utils", "_rebuild_tensor_v2");

/** Kinds of damage: what it is, the file, and what the error must say. */
const damaged: [string, Uint8Array, RegExp][] = [
  ["empty", bytes(), /starts neither/],
  ["a picture", bytes(0xff, 0xd8, 0xff, 0xe0), /starts neither/],
  ["cut off in the pickle", whole.slice(0, 120), /cut off at byte 120/],
  ["cut off in the numbers", whole.slice(0, -5), /5 bytes are missing/],
  ["followed by more", bytes(whole, 1, 2, 3), /3 bytes follow its end/],
  [
    "of a wrong magic number",
    bytes(whole.slice(0, 5), 0, whole.slice(6)),
    /magic number/,
  ],
  [
    "of another protocol",
    join([good[0]!, bytes(0x80, 2, 0x4b, 9, 0x2e), ...good.slice(2)]),
    /protocol is 9/,
  ],
  [
    "from a big-endian machine",
    join([
      ...good.slice(0, 2),
      replace(good[2]!, bytes(0x88), bytes(0x89)),
      ...good.slice(3),
    ]),
    /big-endian/,
  ],
  [
    "hostile: it calls os.system",
    withStateDict(replace(stateDict, rebuild, global("os", "system"))),
    /wants to run os\.system, .*refused/,
  ],
  [
    "hostile: it calls eval by an allowed module's name",
    withStateDict(replace(stateDict, rebuild, global("torch._utils", "eval"))),
    /wants to run torch\._utils\.eval/,
  ],
  [
    "hostile: an opcode that makes instances",
    withStateDict(bytes(0x80, 2, 0x29, 0x81, 0x2e)),
    /opcode 0x81/,
  ],
  [
    "hostile: a text that claims 4 GB",
    withStateDict(bytes(0x80, 2, 0x58, 255, 255, 255, 255)),
    /text of 4294967295 bytes/,
  ],
  [
    "a tensor larger than its storage",
    withStateDict(
      replace(
        stateDict,
        bytes(0x4a, 3, 0, 0, 0, 0x74),
        bytes(0x4a, 9, 0, 0, 0, 0x74),
      ),
    ),
    /does not fit its 6 numbers/,
  ],
  [
    "a tensor with a negative stride",
    withStateDict(
      replace(
        stateDict,
        bytes(0x4a, 3, 0, 0, 0, 0x4a),
        bytes(0x4a, 255, 255, 255, 255, 0x4a),
      ),
    ),
    /not described as torch\.save does/,
  ],
  [
    "no state dict",
    withStateDict(bytes(0x80, 2, 0x4b, 1, 0x2e)),
    /no state dict/,
  ],
  [
    "a stack that runs empty",
    withStateDict(bytes(0x80, 2, 0x52, 0x2e)),
    /not there/,
  ],
  [
    "storages of another length than announced",
    join([...good.slice(0, 5), bytes(7, good[5]!.slice(1)), ...good.slice(6)]),
    /holds 7 numbers instead of 6/,
  ],
  [
    "a zip without its directory",
    zip.slice(0, -60),
    /zip directory is missing/,
  ],
  [
    "a zip with a damaged directory",
    replace(zip, bytes(0x50, 0x4b, 1, 2), bytes(0, 0, 0, 0)),
    /directory is damaged/,
  ],
  ["a zip without weights", writeZip([["a/readme", bytes(1)]]), /0 data\.pkl/],
  [
    "a zip that is compressed",
    writeZip([["a/data.pkl", pickleStateDict(sample, "zip")]], 8),
    /compressed or encrypted/,
  ],
  [
    "a zip that lacks a storage",
    writeZip([["a/data.pkl", pickleStateDict(sample, "zip")], [
      "a/data/0",
      new Uint8Array(24),
    ]]),
    /data\/1 is missing/,
  ],
  [
    "a zip with a short storage",
    writeZip([["a/data.pkl", pickleStateDict(sample, "zip")], [
      "a/data/0",
      new Uint8Array(20),
    ]]),
    /data\/0 has 20 bytes instead of 24/,
  ],
  [
    "a zip with a flipped bit",
    flipFloat(zip, 6),
    /data\/0 has a wrong checksum/,
  ],
];

for (const [what, content, message] of damaged) {
  Deno.test(`openTorchFile() refuses a file with a clear error: ${what}`, () => {
    using temporary = tempFile(content);
    assert.throws(
      () => {
        using opened = opening(temporary.path);
        contentOf(opened.file);
      },
      (error) =>
        error instanceof WeightsError && message.test(error.message) &&
        error.message.includes("deno task models facenet"),
    );
  });
}

Deno.test("every truncation of a file is refused, and no file is left open", () => {
  for (const content of [whole, zip]) {
    for (let length = 0; length < content.length; length += 7) {
      using temporary = tempFile(content.slice(0, length));
      assert.throws(
        () => openTorchFile(temporary.path),
        WeightsError,
        `${length} bytes`,
      );
    }
  }
});

Deno.test("any changed byte gives the same tensors, other numbers or a WeightsError, nothing else", () => {
  for (const content of [whole, zip]) {
    for (let at = 0; at < content.length; at += 3) {
      const changed = content.slice();
      changed[at]! ^= 0x15 + at % 64;
      using temporary = tempFile(changed);
      try {
        using opened = opening(temporary.path);
        contentOf(opened.file);
      } catch (error) {
        assert.ok(error instanceof WeightsError, `byte ${at}: ${error}`);
      }
    }
  }
});

function withStateDict(pickle: Uint8Array): Uint8Array {
  return join([...good.slice(0, 3), pickle, ...good.slice(4)]);
}

/** The bytes with a bit of a float32 flipped. */
function flipFloat(content: Uint8Array, value: number): Uint8Array {
  const float = new Uint8Array(Float32Array.of(value).buffer);
  return replace(content, float, bytes(float[0]! ^ 1, float.slice(1)));
}
