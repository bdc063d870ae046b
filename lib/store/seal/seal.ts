import {
  SettingError,
  StoreDamagedError,
  StoreKeyError,
} from "../../errors.ts";
import type { Template } from "../../match/gallery.ts";
import { createRotation, type Rotation } from "./rotation.ts";
import { bytesToVector, vectorToBytes } from "../vector_bytes.ts";

/** What a sealed embedding belongs to; it opens for nothing else. */
export type SealContext =
  & Pick<Template, "user" | "photo" | "photoSha256">
  & { readonly modelId: string };

/**
 * Seals embeddings with AES-256-GCM (NIST SP 800-38D) under a key that is not in the store, so
 * that who takes the store has no faces. User, photo, its hash and the model are bound as additional
 * data: a record moved to another user does not open.
 */
export interface Vault {
  /** Names the key without telling it: the first 8 bytes of a hash of it, in hexadecimal. */
  readonly keyId: string;
  /** Answers key id (8 bytes), a fresh random nonce (12), the encrypted embedding and its tag (16). */
  seal(
    context: SealContext,
    vector: Float32Array,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * @throws StoreKeyError when another key sealed it.
   * @throws StoreDamagedError when it was edited or belongs to another record.
   */
  open(context: SealContext, sealed: Uint8Array): Promise<Float32Array>;
  /** The key's rotation, for a server that must compare what it may not read. */
  rotation(dimensions: number): Promise<Rotation>;
}

const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = KEY_ID_BYTES + NONCE_BYTES;

/** Makes a vault from a key of 32 random bytes. */
export async function createVault(
  secret: Uint8Array<ArrayBuffer>,
): Promise<Vault> {
  const idBytes = await keyIdOf(secret);
  const keyId = idBytes.toHex();
  const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  const rotations = new Map<number, Promise<Rotation>>();
  return {
    keyId,
    rotation(dimensions) {
      const known = rotations.get(dimensions) ??
        createRotation(secret, dimensions);
      rotations.set(dimensions, known);
      return known;
    },
    async seal(context, vector) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const parameters = {
        name: "AES-GCM",
        iv,
        additionalData: bound(context),
      };
      const body = await crypto.subtle.encrypt(
        parameters,
        key,
        vectorToBytes(vector),
      );
      const sealed = new Uint8Array(HEAD_BYTES + body.byteLength);
      sealed.set(idBytes);
      sealed.set(iv, KEY_ID_BYTES);
      sealed.set(new Uint8Array(body), HEAD_BYTES);
      return sealed;
    },
    async open(context, sealed) {
      if (sealed.length < HEAD_BYTES + TAG_BYTES) throw edited(context);
      const usedId = sealed.subarray(0, KEY_ID_BYTES).toHex();
      if (usedId !== keyId) throw wrongKey(context, usedId, keyId);
      const iv = sealed.slice(KEY_ID_BYTES, HEAD_BYTES);
      const parameters = {
        name: "AES-GCM",
        iv,
        additionalData: bound(context),
      };
      try {
        const body = sealed.slice(HEAD_BYTES);
        return bytesToVector(
          new Uint8Array(await crypto.subtle.decrypt(parameters, key, body)),
        );
      } catch (cause) {
        throw edited(context, cause);
      }
    },
  };
}

/**
 * Reads a key as people write it down: 64 hexadecimal digits, or base64 of 32 bytes.
 *
 * @throws SettingError when it is neither; the message does not repeat the key.
 */
export function parseStoreKey(text: string): Uint8Array<ArrayBuffer> {
  const written = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(written)) return Uint8Array.fromHex(written);
  if (/^[A-Za-z0-9+/]{43}=$/.test(written)) {
    return Uint8Array.fromBase64(written);
  }
  throw new SettingError(
    "store_key is neither 64 hexadecimal digits nor base64 of 32 bytes; make one with `openssl rand -hex 32`",
  );
}

async function keyIdOf(secret: Uint8Array): Promise<Uint8Array> {
  const named = new Uint8Array([
    ...new TextEncoder().encode("face-sign-in key id"),
    ...secret,
  ]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", named)).slice(
    0,
    KEY_ID_BYTES,
  );
}

function bound(
  { modelId, user, photo, photoSha256 }: SealContext,
): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(
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
