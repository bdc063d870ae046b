import assert from "node:assert/strict";
import {
  SettingError,
  StoreDamagedError,
  StoreKeyError,
} from "../../lib/errors.ts";
import {
  parseStoreKey,
  templateContext,
} from "../../lib/store/seal/store_key.ts";
import { keyOf } from "./open_at.ts";
import { seededRandom } from "./sample_templates.ts";

const TEMPLATE = {
  modelId: "model",
  user: "andrew",
  photo: "andrew_01.jpg",
  photoSha256: "0".repeat(64),
  createdAt: "2026-01-01T00:00:00.000Z",
};
const CONTEXT = templateContext(TEMPLATE, TEMPLATE.modelId);
const BYTES = Uint8Array.from({ length: 128 }, (_, i) => i * 3);

Deno.test({
  name:
    "a key opens what it sealed, bit for bit, and seals nothing twice the same way",
  fn() {
    const key = keyOf(7);
    const bytes = BYTES;
    const sealed = key.seal(CONTEXT, bytes);
    assert.deepEqual(key.open(CONTEXT, sealed), bytes);
    assert.notDeepEqual(key.seal(CONTEXT, bytes), sealed);
    assert.equal(sealed.length, BYTES.length + 36);
  },
});

Deno.test({
  name:
    "a sealed embedding does not open for another user, photo, hash, date or model",
  fn() {
    const key = keyOf(7);
    const sealed = key.seal(CONTEXT, BYTES);
    for (const field of Object.keys(TEMPLATE) as (keyof typeof TEMPLATE)[]) {
      const other = { ...TEMPLATE, [field]: `${TEMPLATE[field]}x` };
      const context = templateContext(other, other.modelId);
      assert.throws(() => key.open(context, sealed), StoreDamagedError);
    }
  },
});

Deno.test({
  name:
    "a sealed embedding with any bit turned or any end cut off does not open",
  fn() {
    const key = keyOf(7);
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
      keyOf(7),
      keyOf(9),
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
    const { keyId } = keyOf(7);
    assert.equal(parseStoreKey(` ${"07".repeat(32)}\n`).keyId, keyId);
    const base64 = new Uint8Array(32).fill(7).toBase64();
    assert.equal(parseStoreKey(base64).keyId, keyId);
    for (
      const wrong of [
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
          error instanceof SettingError && !error.message.includes(wrong),
      );
    }
  },
});
