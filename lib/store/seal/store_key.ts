import { Buffer } from "node:buffer";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
} from "node:crypto";
import {
  SettingError,
  StoreDamagedError,
  StoreKeyError,
} from "../../errors.ts";
import type { Template } from "../../match/gallery.ts";

/** What sealed bytes belong to; they open for nothing else. */
export interface SealContext {
  /** What messages call it. */
  readonly name: string;
  /** What is bound to the bytes as additional data. */
  readonly bound: readonly unknown[];
}

/**
 * Seals embeddings and chips with AES-256-GCM (NIST SP 800-38D) under a key that is not in the
 * store, so that who takes the store has no faces. What a record belongs to is bound as additional
 * data: an embedding moved to another user, or given another date, does not open.
 */
export interface StoreKey {
  /** Names the key without telling it: the first 8 bytes of a hash of it, in hexadecimal. */
  readonly keyId: string;
  /** Its 32 bytes, from which a worker makes it again; never shown. */
  readonly secret: Uint8Array;
  /** The same key as it sealed before schema 4, with less bound; null is this one. */
  readonly older: StoreKey | null;
  /** Returns key id (8 bytes), a fresh random nonce (12), the encrypted bytes and their tag (16). */
  seal(context: SealContext, bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * @throws StoreKeyError when another key sealed it.
   * @throws StoreDamagedError when it was edited or belongs to another record.
   */
  open(context: SealContext, sealed: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * A secret mark of 16 bytes for each row: the CBC-MAC of its blocks of 16 bytes, which nobody without
   * the key can tell from random numbers as long as all rows have as many (Bellare, Kilian and
   * Rogaway 2000); each number of blocks has a key of its own.
   *
   * @param blocks the first block of every row, then the second of every row …
   */
  marks(blocks: readonly Uint8Array[]): Uint8Array;
  /** The key's id, and HMAC-SHA256 (RFC 2104) of a text under a key of its own, in hexadecimal. */
  mac(text: string): string;
}

const CIPHER = "aes-256-gcm";
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
/** Length of the tag that ends sealed bytes. */
export const TAG_BYTES = 16;
const HEAD_BYTES = KEY_ID_BYTES + NONCE_BYTES;
/** How much longer sealed bytes are than plain ones. */
export const SEAL_BYTES = HEAD_BYTES + TAG_BYTES;

/** How records were bound: by version 1 without a template's date. */
const FORMATS = {
  1: { idLabel: "face-sign-in key id", bound: 4 },
  2: { idLabel: "face-sign-in key id 2", bound: Infinity },
};

/** Makes a key of 32 random bytes ready for use. */
export function createStoreKey(
  secret: Uint8Array,
  version: keyof typeof FORMATS = 2,
): StoreKey {
  const format = FORMATS[version];
  const idBytes = createHash("sha256").update(format.idLabel)
    .update(secret).digest().subarray(0, KEY_ID_BYTES);
  const keyId = idBytes.toString("hex");
  // RFC 5869: one key for each purpose.
  const derived = (purpose: string) =>
    new Uint8Array(hkdfSync("sha256", secret, "", purpose, 32));
  const macKey = derived("log head");
  const additional = ({ bound }: SealContext) =>
    Buffer.from(JSON.stringify([
      `face-sign-in ${version}`,
      ...bound.slice(0, format.bound),
    ]));
  return {
    keyId,
    // A getter, so that nobody who prints the object prints it.
    get secret() {
      return secret;
    },
    older: version === 1 ? null : createStoreKey(secret, 1),
    seal(context, bytes) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const cipher = createCipheriv(CIPHER, secret, nonce);
      cipher.setAAD(additional(context));
      const body = [cipher.update(bytes), cipher.final()];
      return Uint8Array.from(
        Buffer.concat([idBytes, nonce, ...body, cipher.getAuthTag()]),
      );
    },
    open(context, sealed) {
      if (sealed.length < SEAL_BYTES) throw edited(context);
      const usedId = sealed.subarray(0, KEY_ID_BYTES).toHex();
      requireKey(context.name, usedId, this);
      try {
        const nonce = sealed.subarray(KEY_ID_BYTES, HEAD_BYTES);
        const decipher = createDecipheriv(CIPHER, secret, nonce);
        decipher.setAAD(additional(context));
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        const body = decipher.update(sealed.subarray(HEAD_BYTES, -TAG_BYTES));
        decipher.final();
        return Uint8Array.from(body);
      } catch (cause) {
        throw edited(context, cause);
      }
    },
    marks(blocks) {
      const { length } = blocks;
      const markKey = derived(`row marks${length === 1 ? "" : ` ${length}`}`);
      let marks = new Uint8Array(blocks[0]!.length);
      for (const block of blocks) {
        for (let i = 0; i < marks.length; i++) marks[i]! ^= block[i]!;
        // The rows' chains lie side by side, so that ECB is one step of each.
        const cipher = createCipheriv("aes-256-ecb", markKey, null);
        cipher.setAutoPadding(false);
        marks = Uint8Array.from(
          Buffer.concat([cipher.update(marks), cipher.final()]),
        );
      }
      return marks;
    },
    mac: (text) =>
      keyId + createHmac("sha256", macKey).update(text).digest("hex"),
  };
}

/** What a template's embedding is sealed for. */
export function templateContext(
  { user, photo, photoSha256, createdAt }: Omit<Template, "vector">,
  modelId: string,
): SealContext {
  return {
    name: `the sealed template of ${photo} (${user})`,
    bound: [modelId, user, photo, photoSha256, createdAt],
  };
}

/**
 * Reads a key as people write it down: 64 hexadecimal digits, or base64 of 32 bytes.
 *
 * @throws SettingError when it is neither, or all zeros; the message does not repeat the key.
 */
export function parseStoreKey(
  text: string,
  setting = "store_key",
  remedy = "make one with `openssl rand -hex 32`",
): StoreKey {
  const written = text.trim();
  const secret = /^[0-9a-fA-F]{64}$/.test(written)
    ? Uint8Array.fromHex(written)
    : /^[A-Za-z0-9+/]{43}=$/.test(written)
    ? Uint8Array.fromBase64(written)
    : new Uint8Array(0);
  if (secret.some((byte) => byte !== 0)) return createStoreKey(secret);
  throw new SettingError(
    `${setting} is neither 64 hexadecimal digits nor base64 of 32 bytes, or all zeros; ${remedy}`,
  );
}

/**
 * Requires the key that something was sealed with, null where it is not sealed.
 *
 * @throws StoreKeyError naming what is to be done
 */
export function requireKey(
  name: string,
  sealedWith: string | null,
  key: StoreKey | null,
): void {
  const keyId = key?.keyId ?? null;
  if (sealedWith === keyId) return;
  throw new StoreKeyError(
    sealedWith === null
      ? `${name} is not sealed though a key is set; if you have just set the key, seal the store with \`deno task store seal\``
      : keyId === null
      ? `${name} is sealed; set store_key (or store_key_file) to the key it was sealed with`
      : `${name} was sealed with key ${sealedWith}, but store_key is key ${keyId}; put the right key back`,
  );
}

/** The error for what does not open, or is not there. */
export function edited(
  { name }: SealContext,
  cause?: unknown,
): StoreDamagedError {
  return new StoreDamagedError(
    `${name} was edited, moved from another record, taken out, or damaged; put a backup of the store in its place`,
    { cause },
  );
}
