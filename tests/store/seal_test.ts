import assert from "node:assert/strict";
import {
  SettingError,
  StoreDamagedError,
  StoreKeyError,
} from "../../lib/errors.ts";
import { createVault, parseStoreKey } from "../../lib/store/seal/seal.ts";
import { sampleVector, seededRandom } from "./sample_templates.ts";

const CONTEXT = {
  modelId: "model",
  user: "andrew",
  photo: "andrew_01.jpg",
  photoSha256: "0".repeat(64),
};
const KEY = new Uint8Array(32).fill(7);

Deno.test({
  name:
    "a vault opens what it sealed, bit for bit, and seals nothing twice the same way",
  async fn() {
    const vault = await createVault(KEY);
    const vector = sampleVector(1, 128);
    const sealed = await vault.seal(CONTEXT, vector);
    assert.deepEqual(await vault.open(CONTEXT, sealed), vector);
    assert.notDeepEqual(await vault.seal(CONTEXT, vector), sealed);
    assert.equal(sealed.length, 128 * 4 + 36);
  },
});

Deno.test({
  name:
    "a sealed embedding does not open for another user, photo, hash or model",
  async fn() {
    const vault = await createVault(KEY);
    const sealed = await vault.seal(CONTEXT, sampleVector(1));
    for (const field of ["modelId", "user", "photo", "photoSha256"] as const) {
      const other = { ...CONTEXT, [field]: `${CONTEXT[field]}x` };
      await assert.rejects(() => vault.open(other, sealed), StoreDamagedError);
    }
  },
});

Deno.test({
  name:
    "a sealed embedding with any bit turned or any end cut off does not open",
  async fn() {
    const vault = await createVault(KEY);
    const sealed = await vault.seal(CONTEXT, sampleVector(1));
    const refused = (bytes: Uint8Array) =>
      assert.rejects(
        () => vault.open(CONTEXT, bytes),
        (error) =>
          error instanceof StoreDamagedError || error instanceof StoreKeyError,
      );
    const random = seededRandom(5);
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      changed[at]! ^= 1 << Math.floor(random() * 8);
      await refused(changed);
      await refused(sealed.slice(0, at));
    }
  },
});

Deno.test({
  name:
    "another key is told apart from an edited record, and both keys are named",
  async fn() {
    const [one, two] = [
      await createVault(KEY),
      await createVault(new Uint8Array(32)),
    ];
    const sealed = await one.seal(CONTEXT, sampleVector(1));
    await assert.rejects(
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
