import assert from "node:assert/strict";
import { StoreDamagedError } from "../../lib/errors.ts";
import { AdminPassword } from "../../lib/web/admin_password.ts";
import { withTempFolder } from "../store/temp_folder.ts";

Deno.test("a password is known again by the hash that another Argon2id made of it", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/known`;
    // Of hash-wasm 4.13.0, which kept the passwords of earlier versions.
    Deno.writeTextFileSync(
      path,
      "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$BKIzi22j8fDzWmsw/6C0rdohAVHGAY3TGhGAeP33hDo\n",
    );
    const password = new AdminPassword(path);
    assert.ok(await password.matches("x"));
    assert.ok(!await password.matches("y"));
    assert.ok(!await password.matches(""));
  }));

Deno.test("the password is kept as an Argon2id hash that only its owner reads, and matches in any normal form", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/admin`;
    const admin = new AdminPassword(path);
    assert.equal(await admin.isSet(), false);
    assert.equal(await admin.matches(""), false, "none is set");
    await admin.set("café au lait");
    assert.equal(await admin.isSet(), true);
    assert.equal(await admin.matches("cafe\u0301 au lait"), true);
    for (const wrong of ["", "café", "cafe au lait", "café au lait "]) {
      assert.equal(await admin.matches(wrong), false, wrong);
    }
    const text = Deno.readTextFileSync(path);
    assert.match(text, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.doesNotMatch(text, /caf/);
    if (Deno.build.os !== "windows") {
      assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    }
    const made = await admin.make();
    assert.match(made, /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    assert.equal(await admin.matches(made), true);
    assert.equal(await admin.matches("café au lait"), false);
    Deno.writeTextFileSync(path, "nothing of the kind");
    await assert.rejects(() => admin.matches(made), StoreDamagedError);
  }));
