import assert from "node:assert/strict";
import {
  SettingError,
  StoreDamagedError,
  StoreKeyError,
} from "../../lib/errors.ts";
import {
  createStoreKey,
  parseStoreKey,
} from "../../lib/store/seal/store_key.ts";
import { seededRandom } from "./sample_templates.ts";

const CONTEXT = {
  modelId: "model",
  user: "andrew",
  photo: "andrew_01.jpg",
  photoSha256: "0".repeat(64),
};
const KEY = new Uint8Array(32).fill(7);
const BYTES = Uint8Array.from({ length: 128 }, (_, i) => i * 3);

Deno.test({
  name:
    "a key opens what it sealed, bit for bit, and seals nothing twice the same way",
  fn() {
    const key = createStoreKey(KEY);
    const bytes = BYTES;
    const sealed = key.seal(CONTEXT, bytes);
    assert.deepEqual(key.open(CONTEXT, sealed), bytes);
    assert.notDeepEqual(key.seal(CONTEXT, bytes), sealed);
    assert.equal(sealed.length, BYTES.length + 36);
  },
});

Deno.test({
  name:
    "a sealed embedding does not open for another user, photo, hash or model",
  fn() {
    const key = createStoreKey(KEY);
    const sealed = key.seal(CONTEXT, BYTES);
    for (const field of ["modelId", "user", "photo", "photoSha256"] as const) {
      const other = { ...CONTEXT, [field]: `${CONTEXT[field]}x` };
      assert.throws(() => key.open(other, sealed), StoreDamagedError);
    }
  },
});

Deno.test({
  name:
    "a sealed embedding with any bit turned or any end cut off does not open",
  fn() {
    const key = createStoreKey(KEY);
    const sealed = key.seal(CONTEXT, BYTES);
    const refused = (bytes: Uint8Array) =>
      assert.throws(
        () => key.open(CONTEXT, bytes),
        (error) =>
          error instanceof StoreDamagedError || error instanceof StoreKeyError,
      );
    const random = seededRandom(5);
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      changed[at]! ^= 1 << Math.floor(random() * 8);
      refused(changed);
      refused(sealed.slice(0, at));
    }
  },
});

Deno.test({
  name:
    "another key is told apart from an edited record, and both keys are named",
  fn() {
    const [one, two] = [
      createStoreKey(KEY),
      createStoreKey(new Uint8Array(32).fill(9)),
    ];
    const sealed = one.seal(CONTEXT, BYTES);
    assert.throws(
      () => two.open(CONTEXT, sealed),
      (error) =>
        error instanceof StoreKeyError && error.message.includes(one.keyId) &&
        error.message.includes(two.keyId),
    );
  },
});

Deno.test({
  name:
    "parseStoreKey() reads hexadecimal and base64, and refuses the rest without repeating it",
  fn() {
    assert.deepEqual(parseStoreKey(` ${"07".repeat(32)}\n`), KEY);
    assert.deepEqual(parseStoreKey(KEY.toBase64()), KEY);
    for (
      const wrong of [
        "",
        "hunter2",
        "07".repeat(31),
        "g7".repeat(32),
        "00".repeat(32),
        new Uint8Array(31).toBase64(),
      ]
    ) {
      assert.throws(
        () => parseStoreKey(wrong),
        (error) =>
          error instanceof SettingError &&
          (wrong === "" || !error.message.includes(wrong)),
      );
    }
  },
});
