import { StoreDamagedError } from "../errors.ts";

/** An embedding as stores keep it: 32-bit floats, little-endian. */
export function vectorToBytes(vector: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < vector.length; i++) {
    view.setFloat32(i * 4, vector[i]!, true);
  }
  return bytes;
}

/** The reverse of `vectorToBytes`. @throws StoreDamagedError when the bytes are no whole numbers of floats. */
export function bytesToVector(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4 !== 0) {
    throw new StoreDamagedError(
      `an embedding of ${bytes.length} bytes is damaged; put a copy of the store back`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from(
    { length: bytes.length / 4 },
    (_, i) => view.getFloat32(i * 4, true),
  );
}

/** The vector without copying it; null when the bytes do not fit, in length or in place. */
export function viewOf(
  bytes: Uint8Array,
  dimensions: number,
): Float32Array | null {
  const fits = bytes.length === dimensions * 4 && bytes.byteOffset % 4 === 0;
  return fits
    ? new Float32Array(bytes.buffer, bytes.byteOffset, dimensions)
    : null;
}
