import assert from "node:assert/strict";
import { ServerBusyError } from "../../lib/errors.ts";
import { judgeEach, safePhotoName } from "../../lib/web/request_bytes.ts";

Deno.test("a photo's name becomes one that means nothing to any file system", () => {
  const unsafe = [
    "../../etc/passwd",
    "..\\boot.ini",
    "/etc/passwd",
    "a\u0000b.jpg",
    "....",
    "",
    " . ",
    "C:\\x\\y.jpg",
    "\u202egpj.exe",
    "a/../b.jpg",
    "x".repeat(300),
    "é".repeat(300),
    "<img>.jpg",
    "con:",
    "%2e%2e%2f",
    `${"𠀀".repeat(100)}x`,
    "漢".repeat(300),
    "CON",
    "nul.jpg",
    "AUX.",
    "com1.tar.jpg",
  ];
  for (const [i, given] of unsafe.entries()) {
    const name = safePhotoName(given, i);
    assert.match(name, /^[\p{L}\p{N}_-][\p{L}\p{N}._ -]*$/u, given);
    assert.doesNotMatch(name, /\.\.|[. ]$/, given);
    const bytes = new TextEncoder().encode(name).length;
    assert.ok(bytes > 0 && bytes <= 201 && name.isWellFormed(), given);
    assert.doesNotMatch(name, /^(con|nul|aux|com1)(\.|$)/i, given);
    assert.equal(safePhotoName(name, i), name, "safe names stay");
  }
});

Deno.test("a server that gets busy amid an upload tells what was taken; busy from the start it takes nothing", async () => {
  const photos = ["a", "b", "c"].map((name) => ({
    name,
    bytes: new Uint8Array(),
  }));
  const judge = (busy: string) => ({ name }: { name: string }) =>
    name === busy
      ? Promise.reject(new ServerBusyError("too much to do"))
      : Promise.resolve({ taken: true, advice: "" });
  const results = await judgeEach(photos, judge("b"));
  assert.deepEqual(
    results.map(({ name, taken }) => `${name} ${taken}`),
    ["a true", "b false", "c true"],
  );
  assert.match(results[1]!.advice, /send this photo again/);
  await assert.rejects(() => judgeEach(photos, judge("a")), ServerBusyError);
});
