import { StoreDamagedError } from "../errors.ts";

/** An embedding as stores keep it: 32-bit floats, little-endian, as on every machine that Deno runs on. */
export function vectorToBytes(vector: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(vector.slice().buffer);
}

/** The reverse of `vectorToBytes`. @throws StoreDamagedError when the bytes are no whole numbers of floats. */
export function bytesToVector(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4 === 0) {
    return new Float32Array(new Uint8Array(bytes).buffer);
  }
  throw new StoreDamagedError(
    `an embedding of ${bytes.length} bytes is damaged; put a copy of the store back`,
  );
}
