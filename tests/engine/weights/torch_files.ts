import assert from "node:assert/strict";
import {
  openTorchFile,
  type TorchFile,
} from "../../../lib/engine/weights/torch/torch_file.ts";
import { bytes, type WrittenTensor } from "./write_torch.ts";

/** A small state dict. */
export const sample = new Map<string, WrittenTensor>([
  ["layer.weight", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["layer.bias", { shape: [2], data: Float32Array.of(-1, 0.5) }],
]);

/** All tensors of a file, by name. */
export function contentOf(file: TorchFile): Map<string, WrittenTensor> {
  return new Map(
    [...file.shapes].map((
      [name, shape],
    ) => [name, { shape, data: file.read(name) }]),
  );
}

/** The bytes with the first `from` in them replaced. */
export function replace(
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

/** Opens a file for a `using` declaration. */
export function opening(path: string) {
  const file = openTorchFile(path);
  return { file, [Symbol.dispose]: () => file.close() };
}

/** A file that is removed at the end of its block. */
export function tempFile(content: Uint8Array) {
  const path = Deno.makeTempFileSync({ suffix: ".pt" });
  Deno.writeFileSync(path, content);
  return { path, [Symbol.dispose]: () => Deno.removeSync(path) };
}
