import {
  removeFile,
  toWriteError,
  writeFileAtomically,
} from "./atomic_file.ts";
import type { Template } from "../match/gallery.ts";
import type { StoreEntry } from "./embedding_store.ts";

/**
 * The chips of a JSON store as files, `<folder>/<user>/<photo>.png`. They show faces, so folders and
 * files are their owner's only. A store writes a chip after its template and removes it before, so
 * that a process killed in between leaves no picture of somebody who is not registered.
 */
export class ChipFolder {
  constructor(private readonly folder: string) {}

  /** Writes the chips of entries that have one. @throws WriteError */
  async write(entries: readonly StoreEntry[]): Promise<void> {
    for (const { user, photo, chip } of entries) {
      if (chip === undefined) continue;
      const folder = this.of(user);
      try {
        await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      } catch (error) {
        throw toWriteError(folder, error);
      }
      await writeFileAtomically(`${folder}/${photo}.png`, chip);
    }
  }

  /** Removes single chips. */
  async removePhotos(
    photos: readonly Pick<StoreEntry, "user" | "photo">[],
  ): Promise<void> {
    for (const { user, photo } of photos) {
      if (isFileName(photo)) await removeFile(`${this.of(user)}/${photo}.png`);
    }
  }

  /** A chip's PNG bytes; null when there is none. */
  async read(
    user: string,
    photo: string,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    if (!isFileName(user) || !isFileName(photo)) return null;
    try {
      return await Deno.readFile(`${this.of(user)}/${photo}.png`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** Removes all of a user's chips. @throws WriteError */
  async remove(user: string): Promise<void> {
    if (isFileName(user)) await removeFile(this.of(user));
  }

  /** Templates with their chips, those that have one. */
  async readAll(templates: readonly Template[]): Promise<StoreEntry[]> {
    const entries: StoreEntry[] = [];
    for (const template of templates) {
      const chip = await this.read(template.user, template.photo);
      if (chip !== null) entries.push({ ...template, chip });
    }
    return entries;
  }

  private of(user: string): string {
    return `${this.folder}/${user}`;
  }
}

/** A name comes from a command line or a client: it must not lead out of the folder. */
function isFileName(name: string): boolean {
  return name !== "" && !/^\.|[/\\\0]/.test(name);
}
