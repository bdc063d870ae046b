import assert from "node:assert/strict";
import { openTorchFile } from "../../../lib/engine/weights/torch/torch_file.ts";
import { sharedPath } from "../../shared_files.ts";
import expected from "./mtcnn_tensors.json" with { type: "json" };
import {
  contentOf,
  opening,
  replace,
  sample,
  tempFile,
} from "./torch_files.ts";
import {
  global,
  join,
  legacyParts,
  pickleStateDict,
  writeZip,
  writeZipFormat,
} from "./write_torch.ts";

const fileNames = ["pnet.pt", "rnet.pt", "onet.pt"] as const;
const folder = sharedPath("models/facenet");

for (const name of fileNames) {
  Deno.test({
    name:
      `openTorchFile() reads ${name} as Python does, tensor by tensor (needs ../shared)`,
    ignore: folder === null,
    fn() {
      using opened = opening(`${folder}/${name}`);
      const { file } = opened;
      const tensors = expected[name];
      assert.deepEqual(
        [...file.shapes],
        tensors.map(({ name, shape }) => [name, shape]),
        "names and shapes, in order",
      );
      for (const tensor of tensors) {
        const data = file.read(tensor.name);
        const ends = [...data.subarray(0, tensor.first.length), data.at(-1)!];
        [...tensor.first, tensor.last].forEach((value, i) =>
          assert.ok(Math.abs(ends[i]! - value) < 1e-8, `${tensor.name} values`)
        );
        const sum = Float64Array.from(data).reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum - tensor.sum) < 1e-5, `${tensor.name} sum`);
      }
    },
  });

  Deno.test({
    name: `${name} written in the zip format reads the same (needs ../shared)`,
    ignore: folder === null,
    fn() {
      using legacy = opening(`${folder}/${name}`);
      using temporary = tempFile(writeZipFormat(contentOf(legacy.file)));
      using zip = opening(temporary.path);
      assert.deepEqual(contentOf(zip.file), contentOf(legacy.file));
    },
  });
}

Deno.test("openTorchFile() reads both formats it is written in", () => {
  for (const content of [join(legacyParts(sample)), writeZipFormat(sample)]) {
    using temporary = tempFile(content);
    using opened = opening(temporary.path);
    assert.deepEqual(contentOf(opened.file), sample);
  }
});

Deno.test("openTorchFile() reads numbers of other kinds as float32", () => {
  const kinds: [string, Uint8Array, number[]][] = [
    ["LongStorage", new Uint8Array(BigInt64Array.of(7n, -9n).buffer), [7, -9]],
    ["DoubleStorage", new Uint8Array(Float64Array.of(0.5, -2).buffer), [
      0.5,
      -2,
    ]],
    ["HalfStorage", new Uint8Array(Uint16Array.of(0x3c00, 0xc100).buffer), [
      1,
      -2.5,
    ]],
    ["BFloat16Storage", new Uint8Array(Uint16Array.of(0x3f80, 0xc020).buffer), [
      1,
      -2.5,
    ]],
    ["IntStorage", new Uint8Array(Int32Array.of(3, -4).buffer), [3, -4]],
    ["ByteStorage", Uint8Array.of(0, 255), [0, 255]],
  ];
  for (const [kind, numbers, values] of kinds) {
    const one = new Map([["t", { shape: [2], data: new Float32Array(2) }]]);
    const pickle = replace(
      pickleStateDict(one, "zip"),
      global("torch", "FloatStorage"),
      global("torch", kind),
    );
    using temporary = tempFile(
      writeZip([["a/data.pkl", pickle], ["a/data/0", numbers]]),
    );
    using opened = opening(temporary.path);
    assert.deepEqual([...opened.file.read("t")], values, kind);
  }
});

Deno.test("openTorchFile() names the command that fetches a missing file", () => {
  assert.throws(
    () => openTorchFile("/nowhere/pnet.pt"),
    /\/nowhere\/pnet\.pt cannot be read; run `deno task models facenet`/,
  );
});
