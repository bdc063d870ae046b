import { listPhotos } from "../recognize/photo_files.ts";
import { type Dataset, DatasetBuilder } from "./dataset.ts";

/**
 * Reads folders that hold a folder per person. Folders of one name are one person, also across
 * roots; photos directly in a root belong to `user`. Every pair of photos counts.
 *
 * @throws PhotoError when a root does not exist or holds no photo.
 */
export async function readFolders(
  roots: readonly string[],
  user: string,
): Promise<Dataset> {
  const builder = new DatasetBuilder();
  for (const root of roots) {
    for (const photo of await listPhotos(root, user)) {
      builder.photo(photo.path, photo.name, photo.user);
    }
  }
  return builder.build(null);
}
