import type { Template } from "../../match/gallery.ts";
import { PackedGallery } from "../../match/packed_gallery.ts";
import type { StoreModel } from "../embedding_store.ts";
import { readText, revisionOf } from "./json_file.ts";
import { parseJson } from "./json_format.ts";

/** What the file held at a revision. */
export interface Content {
  readonly revision: string;
  /** Whose embeddings they are; null when there are none. */
  readonly model: StoreModel | null;
  readonly templates: readonly Template[];
  gallery: PackedGallery | null;
  /** Names by their skeletons. */
  names: Map<string, string[]> | null;
}

/** Reads the file. @throws StoreDamagedError when it cannot be understood. */
export async function readContent(path: string): Promise<Content> {
  // Asked before reading: a change in between only means reading once more the next time.
  const revision = await revisionOf(path);
  const text = await readText(path);
  const content = text === null ? null : parseJson(path, text);
  const templates = content?.templates ?? [];
  // A file without templates has nothing that could be compared wrongly.
  const model = templates.length === 0 ? null : content!.model;
  return { revision, model, templates, gallery: null, names: null };
}

/** Templates as an exact search takes them. */
export function pack(
  { dimensions }: StoreModel,
  templates: readonly Template[],
): PackedGallery {
  const gallery = new PackedGallery(dimensions, templates.length);
  const numbers = new Map<string, number>();
  for (const { user, vector } of templates) {
    const number = numbers.get(user) ?? numbers.size;
    numbers.set(user, number);
    gallery.add(vector, number);
  }
  return gallery;
}
