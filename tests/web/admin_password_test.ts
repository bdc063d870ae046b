import assert from "node:assert/strict";
import { AdminPassword } from "../../lib/web/admin_password.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a password is known again by the hash that another Argon2id made of it", async () => {
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
});

Deno.test("a password is kept as its hash, and is the same however its letters are composed", async () => {
  const path = `${folder}/made`;
  const password = new AdminPassword(path);
  assert.ok(!await password.isSet());
  const made = await password.make();
  assert.ok(await password.matches(made));
  await password.set("Zo\u00eb");
  assert.ok(!await password.matches(made));
  assert.ok(await password.matches("Zoe\u0308"));
  assert.doesNotMatch(Deno.readTextFileSync(path), /Zo/);
});
