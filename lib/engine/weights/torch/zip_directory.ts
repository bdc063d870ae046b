import type { ByteFile } from "./byte_file.ts";
import { ByteReader } from "./byte_reader.ts";

/** A file inside a zip archive, stored without compression. */
export interface ZipEntry {
  readonly offset: number;
  readonly bytes: number;
  readonly crc32: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const maxCommentBytes = 0xffff;
const encryptedFlag = 1;

/**
 * Lists a zip archive by its central directory (PKWARE APPNOTE.TXT 4.3), with what torch.save
 * writes: entries stored as they are, less than 4 GiB. Read in place, because a library would
 * take the whole archive into memory.
 *
 * @throws WeightsError when the directory is missing or damaged, or an entry is compressed,
 * encrypted or there twice.
 */
export function readZipDirectory(file: ByteFile): Map<string, ZipEntry> {
  const reader = new ByteReader(file, findEnd(file) + 8);
  const count = reader.u16();
  reader.position += 2;
  const directoryBytes = reader.u32();
  const directoryStart = reader.u32();
  if (directoryStart + directoryBytes > file.size) {
    throw file.damaged("its zip directory lies beyond its end");
  }
  const entries = new Map<string, ZipEntry>();
  const directory = new ByteReader(
    file,
    directoryStart,
    directoryStart + directoryBytes,
  );
  for (let i = 0; i < count; i++) {
    const [name, entry] = readEntry(directory);
    if (entries.has(name)) throw file.damaged(`it holds ${name} twice`);
    entries.set(name, entry);
  }
  return entries;
}

function findEnd(file: ByteFile): number {
  const length = Math.min(file.size, endBytes + maxCommentBytes);
  const tail = new DataView(file.read(file.size - length, length).buffer);
  for (let at = length - endBytes; at >= 0; at--) {
    if (tail.getUint32(at, true) === endSignature) {
      return file.size - length + at;
    }
  }
  throw file.damaged("its zip directory is missing, so it is probably cut off");
}

function readEntry(reader: ByteReader): [string, ZipEntry] {
  const { file } = reader;
  if (reader.u32() !== entrySignature) {
    throw file.damaged("its zip directory is damaged");
  }
  reader.position += 4;
  const flags = reader.u16();
  const method = reader.u16();
  reader.position += 4;
  const crc32 = reader.u32();
  const storedBytes = reader.u32();
  const bytes = reader.u32();
  const nameBytes = reader.u16();
  const extraBytes = reader.u16();
  const commentBytes = reader.u16();
  reader.position += 8;
  const localHeader = reader.u32();
  const name = reader.text(nameBytes);
  reader.position += extraBytes + commentBytes;
  if (method !== 0 || storedBytes !== bytes || (flags & encryptedFlag) !== 0) {
    throw file.damaged(
      `its part ${name} is compressed or encrypted, which torch.save never does`,
    );
  }
  const offset = skipLocalHeader(file, localHeader);
  if (offset + bytes > file.size) {
    throw file.damaged(`its part ${name} lies beyond its end`);
  }
  return [name, { offset, bytes, crc32 }];
}

/** Where an entry's bytes start: its local header repeats the name and has its own padding. */
function skipLocalHeader(file: ByteFile, at: number): number {
  const reader = new ByteReader(file, at);
  if (reader.u32() !== localSignature) {
    throw file.damaged("a part of the zip archive is missing");
  }
  reader.position += 22;
  const skip = reader.u16() + reader.u16();
  return reader.position + skip;
}
