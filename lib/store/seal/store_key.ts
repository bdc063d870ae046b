import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { Settings } from "../../config.ts";
import {
  SettingError,
  StoreDamagedError,
  StoreKeyError,
} from "../../errors.ts";
import type { Template } from "../../match/gallery.ts";

/** What sealed bytes belong to; they open for nothing else. */
export type SealContext =
  & Pick<Template, "user" | "photo" | "photoSha256">
  & { readonly modelId: string };

/**
 * Seals embeddings and chips with AES-256-GCM (NIST SP 800-38D) under a key that is not in the
 * store, so that who takes the store has no faces. User, photo, its hash and the model are bound as
 * additional data: a record moved to another user does not open.
 */
export interface StoreKey {
  /** Names the key without telling it: the first 8 bytes of a hash of it, in hexadecimal. */
  readonly keyId: string;
  /** Its 32 bytes, from which a worker makes it again; never shown. */
  readonly secret: Uint8Array;
  /** Returns key id (8 bytes), a fresh random nonce (12), the encrypted bytes and their tag (16). */
  seal(context: SealContext, bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * @throws StoreKeyError when another key sealed it.
   * @throws StoreDamagedError when it was edited or belongs to another record.
   */
  open(context: SealContext, sealed: Uint8Array): Uint8Array<ArrayBuffer>;
}

const CIPHER = "aes-256-gcm";
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = KEY_ID_BYTES + NONCE_BYTES;
/** How much longer sealed bytes are than plain ones. */
export const SEAL_BYTES = HEAD_BYTES + TAG_BYTES;

/** Makes a key of 32 random bytes ready for use. */
export function createStoreKey(secret: Uint8Array): StoreKey {
  const idBytes = createHash("sha256").update("face-sign-in key id")
    .update(secret).digest().subarray(0, KEY_ID_BYTES);
  const keyId = idBytes.toString("hex");
  return {
    keyId,
    // A getter, so that nobody who prints the object prints it.
    get secret() {
      return secret;
    },
    seal(context, bytes) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const cipher = createCipheriv(CIPHER, secret, nonce);
      cipher.setAAD(bound(context));
      const body = [cipher.update(bytes), cipher.final()];
      return Uint8Array.from(
        Buffer.concat([idBytes, nonce, ...body, cipher.getAuthTag()]),
      );
    },
    open(context, sealed) {
      if (sealed.length < SEAL_BYTES) throw edited(context);
      const usedId = sealed.subarray(0, KEY_ID_BYTES).toHex();
      if (usedId !== keyId) throw wrongKey(context, usedId, keyId);
      try {
        const nonce = sealed.subarray(KEY_ID_BYTES, HEAD_BYTES);
        const decipher = createDecipheriv(CIPHER, secret, nonce);
        decipher.setAAD(bound(context));
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        const body = decipher.update(sealed.subarray(HEAD_BYTES, -TAG_BYTES));
        decipher.final();
        return Uint8Array.from(body);
      } catch (cause) {
        throw edited(context, cause);
      }
    },
  };
}

/**
 * Reads the key from store_key or store_key_file; null when neither is set.
 *
 * @throws SettingError when both are set, the key is malformed, or others may read its file.
 */
export async function readStoreKey(
  { storeKey, storeKeyFile }: Pick<Settings, "storeKey" | "storeKeyFile">,
): Promise<StoreKey | null> {
  if (storeKey !== "" && storeKeyFile !== "") {
    throw new SettingError(
      "store_key and store_key_file are both set; keep one of them",
    );
  }
  if (storeKeyFile !== "") {
    return createStoreKey(parseStoreKey(await readKeyFile(storeKeyFile)));
  }
  return storeKey === "" ? null : createStoreKey(parseStoreKey(storeKey));
}

/**
 * Reads a key as people write it down: 64 hexadecimal digits, or base64 of 32 bytes.
 *
 * @throws SettingError when it is neither, or all zeros; the message does not repeat the key.
 */
function parseStoreKey(text: string): Uint8Array<ArrayBuffer> {
  const written = text.trim();
  const secret = /^[0-9a-fA-F]{64}$/.test(written)
    ? Uint8Array.fromHex(written)
    : /^[A-Za-z0-9+/]{43}=$/.test(written)
    ? Uint8Array.fromBase64(written)
    : new Uint8Array(0);
  if (secret.some((byte) => byte !== 0)) return secret;
  throw new SettingError(
    "store_key is neither 64 hexadecimal digits nor base64 of 32 bytes, or all zeros; make one with `openssl rand -hex 32`",
  );
}

async function readKeyFile(path: string): Promise<string> {
  let text: string;
  let mode: number | null;
  try {
    [text, { mode }] = [await Deno.readTextFile(path), await Deno.stat(path)];
  } catch (cause) {
    throw new SettingError(
      `store_key_file=${path} cannot be read; correct the path or the file's rights`,
      { cause },
    );
  }
  if (mode !== null && (mode & 0o077) !== 0) {
    throw new SettingError(
      `store_key_file=${path} may be read by others; run chmod 600 ${path}`,
    );
  }
  return text;
}

function bound({ modelId, user, photo, photoSha256 }: SealContext): Buffer {
  return Buffer.from(
    JSON.stringify(["face-sign-in 1", modelId, user, photo, photoSha256]),
  );
}

function wrongKey(
  { user, photo }: SealContext,
  used: string,
  given: string,
): StoreKeyError {
  return new StoreKeyError(
    `the template of ${photo} (${user}) was sealed with key ${used}, but store_key is key ${given}; put the right key back`,
  );
}

function edited(
  { user, photo }: SealContext,
  cause?: unknown,
): StoreDamagedError {
  return new StoreDamagedError(
    `the sealed template of ${photo} (${user}) was edited, moved from another record, or damaged; remove the user and register again, or put a copy of the store back`,
    { cause },
  );
}
