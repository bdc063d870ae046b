import { StoreDamagedError } from "../errors.ts";
import type { Template } from "../match/gallery.ts";
import { writeFileAtomically } from "./atomic_file.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreModel,
} from "./embedding_store.ts";
import { withFileLock } from "./file_lock.ts";
import { formatJson, parseJson } from "./json_format.ts";
import { putTemplates } from "./put_templates.ts";
import { requireFittingTemplates, requireSameModel } from "./store_model.ts";

/**
 * Opens the store that is one readable file, as in the proof of concept. A missing file is an
 * empty store and is made by the first `put`. Every call reads what the file holds now, so that
 * another process's registrations count at once. Reading needs read permission only; writing
 * touches `path`, `<path>.tmp` and `<path>.lock`.
 *
 * @throws StoreDamagedError when the file cannot be understood; it is never overwritten.
 * @throws StoreModelError when it holds another model's embeddings.
 */
export async function openJsonStore(
  path: string,
  model: StoreModel,
): Promise<EmbeddingStore> {
  const store = new JsonStore(path, model);
  await store.templates();
  return store;
}

class JsonStore implements EmbeddingStore {
  constructor(private readonly path: string, readonly model: StoreModel) {}

  async users(): Promise<string[]> {
    return [...new Set((await this.read()).map(({ user }) => user))].sort();
  }

  async templates(user?: string): Promise<Template[]> {
    const all = await this.read();
    return user === undefined
      ? all
      : all.filter((template) => template.user === user);
  }

  async put(incoming: readonly Template[]): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, incoming);
    return await withFileLock(this.path, async () => {
      const { templates, outcomes } = putTemplates(await this.read(), incoming);
      if (outcomes.some((outcome) => outcome !== "unchanged")) {
        await this.write(templates);
      }
      return outcomes;
    });
  }

  async remove(user: string): Promise<number> {
    return await withFileLock(this.path, async () => {
      const all = await this.read();
      const others = all.filter((template) => template.user !== user);
      if (others.length < all.length) await this.write(others);
      return all.length - others.length;
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async read(): Promise<Template[]> {
    const bytes = await readIfThere(this.path);
    if (bytes === null) return [];
    const { model, templates } = parseJson(
      this.path,
      decodeText(this.path, bytes),
    );
    // A file without templates has nothing that could be compared wrongly.
    if (templates.length > 0) requireSameModel(this.path, model, this.model);
    return [...templates];
  }

  private async write(templates: readonly Template[]): Promise<void> {
    await writeFileAtomically(
      this.path,
      formatJson({ model: this.model, templates }),
    );
  }
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreDamagedError(
      `${path} cannot be read: ${reason}; correct the path or its rights`,
      { cause },
    );
  }
}

function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new StoreDamagedError(
      `${path} is damaged: it is not UTF-8 text; it was left as it is: put a copy back, or move it away and register again`,
      { cause },
    );
  }
}
