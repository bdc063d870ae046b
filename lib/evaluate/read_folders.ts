import { basename, join } from "node:path";
import { UsageError } from "../errors.ts";
import { type Dataset, DatasetBuilder } from "./dataset.ts";

const pictureName = /\.(jpe?g|png|webp|gif|bmp|tiff?|avif|heic|heif)$/i;

/**
 * Reads folders that hold a folder per person. Folders of one name are one person, also across
 * roots; photos directly in a root belong to `user`. Every pair of photos counts.
 *
 * @throws UsageError when a root is no folder or they hold no photo.
 */
export async function readFolders(
  roots: readonly string[],
  user: string,
): Promise<Dataset> {
  const builder = new DatasetBuilder();
  for (const root of roots) {
    for (const entry of await entriesOf(root)) {
      const path = join(root, entry.name);
      if (entry.isDirectory && !entry.name.startsWith(".")) {
        for (const inner of await entriesOf(path)) {
          if (!pictureName.test(inner.name)) continue;
          builder.photo(join(path, inner.name), inner.name, entry.name);
        }
      } else if (entry.isFile && pictureName.test(entry.name)) {
        builder.photo(path, entry.name, user);
      }
    }
  }
  const dataset = builder.build(null);
  if (dataset.photos.length === 0) {
    throw new UsageError(
      `${
        roots.join(", ")
      }: no photos there; give a folder that holds a folder of photos per person.`,
    );
  }
  return dataset;
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) {
      throw new UsageError(
        `${basename(folder) || folder} is no folder; give a folder of photos.`,
      );
    }
    throw error;
  }
}
