import { PhotoError } from "../errors.ts";
import { requireReadableSize } from "../image/photo_header.ts";
import { userName } from "../config.ts";
import { decodePhoto } from "../image/decode.ts";
import type { Photo } from "../image/photo.ts";

/** A photo file and whose face it shows. */
export interface PhotoFile {
  /** Whose face it shows. */
  readonly user: string;
  /** Where the file lies. */
  readonly path: string;
  /** File name without its folder; unique among a user's photos. */
  readonly name: string;
}

const photoEnding = /\.(jpe?g|png|webp|tiff?|gif|avif|heic)$/i;

/**
 * Lists the photos of a folder: those lying directly in it are `user`'s, each sub-folder is
 * another user's. A path to a file stands for itself. Sorted by user and name; other files and
 * hidden ones are passed over.
 *
 * @throws PhotoError when a path does not exist or a folder holds no photo.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listPhotos } from "@face/sign-in";
 *
 * const [first] = await listPhotos("registration_photos/beatriz", "beatriz");
 * assert.deepEqual([first!.user, first!.name], ["beatriz", "beatriz_01.jpg"]);
 * ```
 */
export async function listPhotos(
  path: string,
  user: string,
): Promise<PhotoFile[]> {
  const info = await statOrExplain(path);
  if (info.isFile) return [{ user, path, name: fileName(path) }];
  const photos = await photosDirectlyIn(path, user);
  for (const folder of await foldersIn(path)) {
    photos.push(...await photosDirectlyIn(folder, folderUser(folder)));
  }
  if (photos.length === 0) {
    throw new PhotoError(
      `${path} holds no photo; put JPEG or PNG photos of one face each into it.`,
    );
  }
  return photos.sort((a, b) =>
    a.user.localeCompare(b.user, "en") || a.name.localeCompare(b.name, "en")
  );
}

/** A folder that `listPhotos` takes no photo from. */
interface FolderPassedOver {
  readonly path: string;
  /** A user's folder without a photo, or a folder inside a user's folder. */
  readonly kind: "empty" | "nested";
}

/** Folders below a folder of users that `listPhotos` takes no photo from; none where the path is a file. */
export async function foldersPassedOver(
  path: string,
): Promise<FolderPassedOver[]> {
  if ((await statOrExplain(path)).isFile) return [];
  const passedOver: FolderPassedOver[] = [];
  for (const user of await foldersIn(path)) {
    const inside = await foldersIn(user);
    if (
      inside.length === 0 && (await photosDirectlyIn(user, "")).length === 0
    ) {
      passedOver.push({ path: user, kind: "empty" });
    }
    passedOver.push(
      ...inside.map((path) => ({ path, kind: "nested" as const })),
    );
  }
  return passedOver;
}

async function foldersIn(path: string): Promise<string[]> {
  const folders: string[] = [];
  for await (const { isDirectory, name } of Deno.readDir(path)) {
    if (isDirectory && !name.startsWith(".")) folders.push(`${path}/${name}`);
  }
  return folders.sort();
}

/** Looks at a path. A pipe or a device may never end, so only files and folders go further. */
async function statOrExplain(path: string): Promise<Deno.FileInfo> {
  const info = await Deno.stat(path).catch((cause) => {
    throw explained(path, cause);
  });
  if (info.isFile || info.isDirectory) return info;
  throw new PhotoError(`${path} is neither a file nor a folder; name a photo.`);
}

/** Why the operating system does not let a path be read. */
function explained(path: string, cause: unknown): PhotoError {
  if (cause instanceof Deno.errors.NotFound) {
    return new PhotoError(`${path} does not exist; check the path.`, { cause });
  }
  const reason = cause instanceof Deno.errors.NotCapable
    ? "a task reads the project and what its command line and settings name, not the whole disk"
    : cause instanceof Error
    ? cause.message
    : String(cause);
  return new PhotoError(`${path} cannot be read (${reason}).`, { cause });
}

async function photosDirectlyIn(
  folder: string,
  user: string,
): Promise<PhotoFile[]> {
  const photos: PhotoFile[] = [];
  for await (const { isFile, isSymlink, name } of Deno.readDir(folder)) {
    const hidden = name.startsWith(".");
    if ((isFile || isSymlink) && !hidden && photoEnding.test(name)) {
      photos.push({ user, path: `${folder}/${name}`, name });
    }
  }
  return photos;
}

function folderUser(folder: string): string {
  const user = userName(fileName(folder));
  if (user !== undefined) return user;
  throw new PhotoError(
    `The folder ${folder} is not a usable user name; rename it to letters, digits, spaces, dots, hyphens and underscores.`,
  );
}

/** A path's last part. */
function fileName(path: string): string {
  return path.split(/[/\\]/).pop() ?? path;
}

/**
 * Reads a photo file.
 *
 * @throws PhotoError when it is missing, no regular file, too large, or not readable.
 */
export async function readPhotoFile(
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { isDirectory, size } = await statOrExplain(path);
  if (isDirectory) {
    throw new PhotoError(`${path} is a folder; name one photo in it.`);
  }
  requireReadableSize(path, size);
  return await Deno.readFile(path).catch((cause) => {
    throw explained(path, cause);
  });
}

/**
 * Reads and decodes a photo file, which its path then names.
 *
 * @throws PhotoError when it is missing, a folder, no picture, damaged, or has too many pixels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPhoto } from "@face/sign-in";
 *
 * const photo = await readPhoto("signin_photos/andrew_06.jpg");
 * assert.equal(photo.name, "signin_photos/andrew_06.jpg");
 * ```
 */
export async function readPhoto(path: string): Promise<Photo> {
  return await decodePhoto(await readPhotoFile(path), { name: path });
}

/** SHA-256 of a file's bytes, 64 hex digits: how a changed photo is told from a known one. */
export async function sha256Hex(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
