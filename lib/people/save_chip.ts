import { encodePng } from "../image/encode.ts";
import type { Photo } from "../image/photo.ts";
import { toWriteError, writeFileAtomically } from "../store/atomic_file.ts";
import type { PhotoFile } from "../recognize/photo_files.ts";

/**
 * Writes a chip as `<savePath>/<user>/<name>.png`. It shows a face, so its folder and file are the
 * owner's only.
 *
 * @throws WriteError when it cannot be written.
 */
export async function saveChip(
  savePath: string,
  { user, name }: Pick<PhotoFile, "user" | "name">,
  chip: Photo,
): Promise<void> {
  const folder = `${savePath}/${user}`;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw toWriteError(folder, error);
  }
  await writeFileAtomically(`${folder}/${name}.png`, await encodePng(chip));
}
