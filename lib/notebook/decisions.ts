import { type PhotoFile, readPhoto } from "../recognize/photo_files.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import { signIn } from "../people/sign_in.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { Markdown } from "./figure.ts";
import { table } from "./table.ts";

/** Who each photo shows among all registered users, or nobody, with the nearest user and the runner-up. */
export async function decisions(
  recognizer: Recognizer,
  store: EmbeddingStore,
  files: readonly PhotoFile[],
  threshold: number,
): Promise<Markdown> {
  const rows: string[][] = [];
  for (const { name, path } of files) {
    const photo = await readPhoto(path);
    const { user, ranking } = await signIn(recognizer, store, photo, {
      threshold,
    });
    const [nearest, second] = ranking.map(({ template, distance }) =>
      `${template.user} ${distance.toFixed(3)}`
    );
    rows.push([name, user ?? "nobody", nearest ?? "", second ?? ""]);
  }
  return table(["photo", "who is this?", "nearest", "runner-up"], rows);
}
