import assert from "node:assert/strict";
import { SettingError } from "../../lib/errors.ts";
import { parseStorePlace } from "../../lib/store/store_place.ts";
import { readKey } from "../../lib/store/seal/key_file.ts";
import { withTempFolder } from "./temp_folder.ts";

Deno.test({
  name: "parseStorePlace() reads addresses by ending and by name",
  fn() {
    const path = (kind: string, path: string) => ({ kind, path });
    assert.deepEqual(parseStorePlace("./a.json"), path("json", "./a.json"));
    assert.deepEqual(parseStorePlace("json:a"), path("json", "a"));
    assert.deepEqual(parseStorePlace("/x/a.db"), path("sqlite", "/x/a.db"));
    assert.deepEqual(parseStorePlace("sqlite:a.txt"), path("sqlite", "a.txt"));
    const url = "postgres://me:secret@host:5433/faces";
    assert.deepEqual(parseStorePlace(url), { kind: "postgres", url });
  },
});

Deno.test({
  name: "parseStorePlace() refuses the rest, and repeats no password",
  fn() {
    for (
      const address of [
        "",
        "faces",
        "mysql://me:hunter2@host/db",
        "postgres://me:hunter2@host:port/db",
      ]
    ) {
      assert.throws(
        () => parseStorePlace(address),
        (error) =>
          error instanceof SettingError && !error.message.includes("hunter2"),
      );
    }
  },
});

Deno.test({
  name:
    "readKey() reads the same key from a setting and from a file that only its owner may read",
  fn: () =>
    withTempFolder(async (folder) => {
      const place = parseStorePlace(`${folder}/faces.db`);
      const storeKey = "0b".repeat(32);
      const storeKeyFile = `${folder}/key`;
      Deno.writeTextFileSync(storeKeyFile, `${storeKey}\n`, { mode: 0o600 });
      const fromFile = await readKey(place, { storeKey: "", storeKeyFile });
      const fromSetting = await readKey(place, { storeKey, storeKeyFile: "" });
      assert.equal(fromFile!.keyId, fromSetting!.keyId);
      assert.equal(
        await readKey(place, { storeKey: "", storeKeyFile: "" }),
        null,
      );
      await assert.rejects(
        () => readKey(place, { storeKey, storeKeyFile }),
        SettingError,
      );
      Deno.chmodSync(storeKeyFile, 0o640);
      await assert.rejects(
        () => readKey(place, { storeKey: "", storeKeyFile }),
        (error) =>
          error instanceof SettingError && /chmod 600/.test(error.message),
      );
      const missing = { storeKey: "", storeKeyFile: `${folder}/none` };
      assert.equal(await readKey(place, missing), null);
    }),
});
