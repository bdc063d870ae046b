import { StoreDamagedError, StoreKeyError } from "../errors.ts";
import type { Template } from "../match/gallery.ts";
import type { StoreModel } from "./embedding_store.ts";
import type { Vault } from "./seal/seal.ts";
import { bytesToVector, vectorToBytes } from "./vector_bytes.ts";

/** An embedding as it lies in a store: plain little-endian floats, or sealed. */
export interface KeptEmbedding {
  readonly sealed: boolean;
  readonly bytes: Uint8Array;
}

/** All of a template but its coordinates. */
export type TemplateHead = Omit<Template, "vector">;

/** A template as it lies in a store. */
export type KeptTemplate = TemplateHead & KeptEmbedding;

/** Makes the bytes that a store keeps of each template, in order. */
export function keepEmbeddings(
  model: StoreModel,
  vault: Vault | null,
  templates: readonly Template[],
): Promise<KeptTemplate[]> {
  return Promise.all(templates.map(async ({ vector, ...head }) => {
    if (vault === null) {
      return { ...head, sealed: false, bytes: vectorToBytes(vector) };
    }
    const context = { ...head, modelId: model.modelId };
    return { ...head, sealed: true, bytes: await vault.seal(context, vector) };
  }));
}

/**
 * Reads back what `keepEmbeddings` made. With a key set a plain record is refused too, because
 * whoever can write the store could otherwise slip in a face of their own.
 *
 * @throws StoreKeyError when a sealed record meets no key or another one, or a plain record meets a key.
 * @throws StoreDamagedError when the record was edited or has another length than the model makes.
 */
export async function readTemplate(
  model: StoreModel,
  vault: Vault | null,
  { sealed, bytes, ...head }: KeptTemplate,
): Promise<Template> {
  const vector = sealed
    ? await requireVault(vault).open(
      { ...head, modelId: model.modelId },
      bytes,
    )
    : readPlain(vault, head, bytes);
  if (vector.length !== model.dimensions) {
    throw new StoreDamagedError(
      `the template of ${head.photo} (${head.user}) has ${vector.length} numbers in place of ${model.dimensions}; put a copy of the store back`,
    );
  }
  return { ...head, vector };
}

function requireVault(vault: Vault | null): Vault {
  if (vault !== null) return vault;
  throw new StoreKeyError(
    "the store is sealed; set store_key (or store_key_file) to the key it was sealed with",
  );
}

function readPlain(
  vault: Vault | null,
  head: TemplateHead,
  bytes: Uint8Array,
): Float32Array {
  if (vault === null) return bytesToVector(bytes);
  throw new StoreKeyError(
    `the template of ${head.photo} (${head.user}) is not sealed though a key is set; if you have just set the key, seal the store with \`deno task store seal\``,
  );
}
