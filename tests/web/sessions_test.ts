import assert from "node:assert/strict";
import { ServerBusyError } from "../../lib/errors.ts";
import { sameSecret, Sessions } from "../../lib/web/sessions.ts";

const sessionIdleMs = 30 * 60_000;
const adminIdleMs = 15 * 60_000;

function setUp() {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  return { clock, sessions: new Sessions(() => clock.ms) };
}

Deno.test("a session lasts as long as it is used and ends when it was idle too long", () => {
  const { clock, sessions } = setUp();
  const { id } = sessions.open("a");
  for (let i = 0; i < 3; i++) {
    clock.ms += sessionIdleMs;
    assert.equal(sessions.find(id)?.id, id);
  }
  clock.ms += sessionIdleMs + 1;
  assert.equal(sessions.find(id), null);
  assert.equal(sessions.size, 0);
  for (const unknown of [undefined, "", "x", "__proto__"]) {
    assert.equal(sessions.find(unknown), null);
  }
});

Deno.test("the administrator's rights come with a new id, keep what the session knew, and end when idle", () => {
  const { clock, sessions } = setUp();
  const before = sessions.open("a");
  const last = { atMs: clock.ms, answer: null, live: null };
  before.last = last;
  assert.equal(sessions.isAdmin(before), false);
  const after = sessions.promote(before);
  assert.notEqual(after.id, before.id);
  assert.notEqual(after.csrfToken, before.csrfToken);
  assert.equal(
    sessions.find(before.id),
    null,
    "an id known before is worth nothing",
  );
  assert.equal(after.last, last);
  clock.ms += adminIdleMs;
  assert.equal(sessions.isAdmin(after), true);
  clock.ms += adminIdleMs + 1;
  assert.equal(sessions.isAdmin(after), false);
});

Deno.test("of too many sessions none ends: the newcomer is refused until one is over, and no two share an id", () => {
  const { clock, sessions } = setUp();
  const ids = new Set<string>();
  const first = sessions.open("first");
  for (let i = 0; i < 499; i++) ids.add(sessions.open("greedy").id);
  ids.add(sessions.open("greedy").id);
  assert.throws(() => sessions.open("greedy"), ServerBusyError);
  for (let i = 0; sessions.size < 10_000; i++) {
    ids.add(sessions.open(`address ${i % 100}`).id);
  }
  assert.equal(ids.size, 9999);
  assert.throws(() => sessions.open("newcomer"), ServerBusyError);
  assert.ok(sessions.find(first.id), "nobody is signed out");
  const promoted = sessions.promote(first);
  clock.ms += sessionIdleMs;
  assert.ok(sessions.find(promoted.id), "used, so it lasts on");
  clock.ms += 1;
  for (const address of ["newcomer", "greedy"]) {
    assert.ok(sessions.open(address), "the others were idle too long");
  }
  assert.equal(sessions.size, 3);
});

Deno.test("sameSecret() is true for the same text only", () => {
  assert.equal(sameSecret("secret", "secret"), true);
  for (const other of ["", "secre", "secrex", "secrets", "Secret", "sécret"]) {
    assert.equal(sameSecret("secret", other), false, other);
  }
});
