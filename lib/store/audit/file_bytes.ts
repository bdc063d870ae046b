/** Reads the last bytes of an open file, at most `most`, and tells where they start. */
export async function readTail(
  file: Deno.FsFile,
  size: number,
  most: number,
): Promise<{ start: number; bytes: Uint8Array }> {
  const start = Math.max(0, size - most);
  const bytes = new Uint8Array(size - start);
  await file.seek(start, Deno.SeekMode.Start);
  let read = 0;
  while (read < bytes.length) {
    const count = await file.read(bytes.subarray(read));
    if (count === null) break;
    read += count;
  }
  return { start, bytes: bytes.subarray(0, read) };
}

/** Writes all bytes: one call of the operating system may take fewer. */
export async function writeAll(
  file: Deno.FsFile,
  bytes: Uint8Array,
): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written));
  }
}
