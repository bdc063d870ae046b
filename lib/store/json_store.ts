import { StoreDamagedError } from "../errors.ts";
import type { Match, Template } from "../match/gallery.ts";
import { writeFileAtomically } from "./atomic_file.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreModel,
} from "./embedding_store.ts";
import { withFileLock } from "./file_lock.ts";
import { formatJson, type JsonContent, parseJson } from "./json_format.ts";
import {
  keepEmbeddings,
  type KeptTemplate,
  readTemplate,
} from "./kept_embedding.ts";
import { putTemplates } from "./put_templates.ts";
import type { Vault } from "./seal.ts";
import { packTemplates, SearchIndex } from "./search_index.ts";
import {
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
} from "./store_model.ts";

/**
 * Opens the store that is one readable file, as in the proof of concept. A missing file is an
 * empty store and is made by the first `put`. Every call reads what the file holds now, so that
 * another process's registrations count at once. Reading needs read permission only; writing
 * touches `path`, `<path>.tmp` and `<path>.lock`.
 *
 * @param vault seals the embeddings; null keeps them readable
 * @throws StoreDamagedError when the file cannot be understood; it is never overwritten.
 * @throws StoreModelError when it holds another model's embeddings.
 * @throws StoreKeyError when it is sealed and the vault is not the one that sealed it.
 */
export async function openJsonStore(
  path: string,
  model: StoreModel,
  vault: Vault | null = null,
): Promise<EmbeddingStore> {
  const store = new JsonStore(path, model, vault);
  await store.templates();
  return store;
}

/** Which model's embeddings a JSON store holds; null when there are none. */
export async function heldModelOfJson(
  path: string,
): Promise<StoreModel | null> {
  const content = await readContent(path);
  return content === null || content.templates.length === 0
    ? null
    : content.model;
}

class JsonStore implements EmbeddingStore {
  private readonly index = new SearchIndex(
    () => revisionOf(this.path),
    async () => packTemplates(this.model, await this.templates()),
  );

  constructor(
    private readonly path: string,
    readonly model: StoreModel,
    private vault: Vault | null,
  ) {}

  async users(): Promise<string[]> {
    return [...new Set((await this.read()).map(({ user }) => user))].sort();
  }

  async templates(user?: string): Promise<Template[]> {
    const all = await this.read();
    const wanted = user === undefined
      ? all
      : all.filter((kept) => kept.user === user);
    return this.open(wanted);
  }

  async put(incoming: readonly Template[]): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, incoming);
    return await withFileLock(this.path, async () => {
      const kept = await keepEmbeddings(this.model, this.vault, incoming);
      const { templates, outcomes } = putTemplates(await this.read(), kept);
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

  async rename(user: string, newName: string): Promise<number> {
    return await withFileLock(this.path, async () => {
      const all = await this.read();
      requireFreeName(newName, all.some((kept) => kept.user === newName));
      const own = all.filter((kept) => kept.user === user);
      const renamed = (await this.open(own)).map((template) => ({
        ...template,
        user: newName,
      }));
      const resealed = await keepEmbeddings(this.model, this.vault, renamed);
      const places = new Map(own.map((kept, i) => [kept, resealed[i]!]));
      await this.write(all.map((kept) => places.get(kept) ?? kept));
      return own.length;
    });
  }

  async reseal(vault: Vault | null): Promise<number> {
    return await withFileLock(this.path, async () => {
      const templates = await this.templates();
      await this.write(await keepEmbeddings(this.model, vault, templates));
      this.vault = vault;
      return templates.length;
    });
  }

  async replaceAll(
    model: StoreModel,
    templates: readonly Template[],
  ): Promise<void> {
    requireFittingTemplates(model, templates);
    await withFileLock(this.path, async () => {
      await this.read();
      const kept = await keepEmbeddings(model, this.vault, templates);
      const text = formatJson({ model, templates: kept });
      await writeFileAtomically(this.path, text);
    });
  }

  nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    return this.index.nearestUsers(probes);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private open(kept: readonly KeptTemplate[]): Promise<Template[]> {
    return Promise.all(
      kept.map((each) => readTemplate(this.model, this.vault, each)),
    );
  }

  private async read(): Promise<KeptTemplate[]> {
    const content = await readContent(this.path);
    if (content === null) return [];
    const { model, templates } = content;
    // A file without templates has nothing that could be compared wrongly.
    if (templates.length > 0) requireSameModel(this.path, model, this.model);
    return [...templates];
  }

  private async write(templates: readonly KeptTemplate[]): Promise<void> {
    const content = { model: this.model, templates };
    await writeFileAtomically(this.path, formatJson(content));
  }
}

/** Every write makes a new file by renaming, so its inode, time and size tell whether it changed. */
async function revisionOf(path: string): Promise<string> {
  try {
    const { ino, mtime, size } = await Deno.stat(path);
    return `${ino} ${mtime?.getTime()} ${size}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    throw error;
  }
}

async function readContent(path: string): Promise<JsonContent | null> {
  const bytes = await readIfThere(path);
  return bytes === null ? null : parseJson(path, decodeText(path, bytes));
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
