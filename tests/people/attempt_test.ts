import assert from "node:assert/strict";
import {
  NothingRegisteredError,
  TooManyAttemptsError,
} from "../../lib/errors.ts";
import { beginAttempt } from "../../lib/people/attempt.ts";
import { openAt } from "../store/open_at.ts";
import { sampleTemplate } from "../store/sample_templates.ts";
import { withTempFolder } from "../store/temp_folder.ts";

const vector = (x: number) => Float32Array.of(x, 0, 0, 0, 0, 0, 0, 0);
const [andrew, stranger] = [vector(0), vector(100)];

interface Claim {
  readonly user?: string;
  readonly client?: string;
  readonly margin?: number;
}

/** A store with andrew at 0 and hana at 0.3, on a line, and a way to sign in with a point of that line. */
async function setUp(folder: string) {
  const store = await openAt(`${folder}/faces.db`);
  await store.put([
    sampleTemplate("andrew", 1, { vector: andrew }),
    sampleTemplate("hana", 2, { vector: vector(0.3) }),
  ]);
  const begin = (claim: Claim) =>
    beginAttempt(store, { ...claim, threshold: 0.5 });
  const signIn = async (probe: Float32Array, claim: Claim) =>
    await (await begin(claim)).decide(probe);
  const decisions = async () =>
    (await Array.fromAsync(store.audit!.entries())).flatMap((entry) =>
      entry.event === "sign-in"
        ? [
          `${entry.decision} ${entry.client ?? ""} ${entry.reason ?? ""}`
            .trim(),
        ]
        : []
    );
  return { store, begin, signIn, decisions };
}

type Place = Awaited<ReturnType<typeof setUp>>;

function test(name: string, run: (place: Place) => Promise<void>) {
  Deno.test(name, () =>
    withTempFolder(async (folder) => {
      const place = await setUp(folder);
      await run(place);
      await place.store.close();
    }));
}

test("a probe under the threshold is answered nobody when the second user is nearer than the margin behind", async ({ store, signIn }) => {
  // 0.1 from andrew and 0.2 from hana: a lead of 0.1.
  const decide = (margin: number, user?: string) =>
    signIn(vector(0.1), user === undefined ? { margin } : { margin, user });
  assert.equal((await decide(0)).user, "andrew");
  assert.equal((await decide(0.09)).user, "andrew");
  const unsure = await decide(0.11);
  assert.deepEqual([unsure.user, unsure.accepted], [null, false]);
  assert.ok(unsure.nearest!.distance < unsure.threshold);
  assert.equal((await decide(0.11, "andrew")).user, "andrew");
  await store.remove("hana");
  assert.equal((await decide(0.11)).user, "andrew");
});

test("searching all users from one client is refused after twenty failures, and from another it is not", async ({ signIn, decisions }) => {
  for (let i = 0; i < 20; i++) {
    const { user } = await signIn(stranger, { client: "10.0.0.1" });
    assert.equal(user, null);
  }
  await assert.rejects(
    () => signIn(andrew, { client: "10.0.0.1" }),
    (error) =>
      error instanceof TooManyAttemptsError &&
      /20 sign-ins from here failed/.test(error.message),
  );
  const { user } = await signIn(andrew, { client: "10.0.0.2" });
  assert.equal(user, "andrew");
  const log = await decisions();
  assert.deepEqual(log.slice(-2), [
    "refused 10.0.0.1 too-many-attempts",
    "accepted 10.0.0.2",
  ]);
  assert.equal(log.length, 22);
});

test("a success forgets the user's own failures from there and nothing else, and without a client searches are not counted", async ({ signIn }) => {
  const client = "10.0.0.1";
  const own = { user: "andrew", client };
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 4; i++) await signIn(stranger, own);
    assert.equal((await signIn(andrew, own)).user, "andrew");
  }
  for (let i = 0; i < 19; i++) await signIn(stranger, { client });
  assert.equal((await signIn(andrew, own)).user, "andrew");
  await signIn(stranger, { client });
  await assert.rejects(() => signIn(andrew, own), TooManyAttemptsError);
  for (let i = 0; i < 30; i++) await signIn(stranger, {});
  assert.equal((await signIn(andrew, {})).user, "andrew");
});

test("failures under a name from one client do not lock its owner out at another", async ({ signIn }) => {
  const attacker = { user: "andrew", client: "10.6.6.6" };
  for (let i = 0; i < 5; i++) await signIn(stranger, attacker);
  await assert.rejects(() => signIn(andrew, attacker), TooManyAttemptsError);
  const own = { user: "andrew", client: "10.0.0.1" };
  assert.equal((await signIn(andrew, own)).user, "andrew");
});

test("a claimed user's failures are counted for the client too, and an attempt that one of both refuses counts for neither", async ({ store, signIn }) => {
  const claim = { user: "andrew", client: "web" };
  for (let i = 0; i < 5; i++) await signIn(stranger, claim);
  for (let i = 0; i < 40; i++) {
    await assert.rejects(() => signIn(andrew, claim), TooManyAttemptsError);
  }
  // Five of the client's twenty are used up.
  for (let i = 0; i < 15; i++) await store.attempts.begin({ client: "web" });
  await assert.rejects(() => store.attempts.begin({ client: "web" }));
  await store.attempts.begin("hana");
});

test("an attempt that is withdrawn counts nowhere, one that is refused or never ended counts as failed", async ({ begin, decisions }) => {
  const claim = { user: "andrew", client: "web" };
  for (let i = 0; i < 25; i++) await (await begin(claim)).withdraw();
  assert.deepEqual(await decisions(), []);
  for (let i = 0; i < 3; i++) await (await begin(claim)).refuse("jumped");
  for (let i = 0; i < 2; i++) await begin(claim);
  assert.deepEqual(await decisions(), Array(3).fill("refused web jumped"));
  await assert.rejects(() => begin(claim), TooManyAttemptsError);
});

test("a name that nobody has is named at the machine itself, and rejected and counted like any other from a client", async ({ begin, signIn, decisions }) => {
  await assert.rejects(
    () => begin({ user: "carl" }),
    (error) =>
      error instanceof NothingRegisteredError &&
      error.message === "carl is not registered. Registered are andrew, hana.",
  );
  const claim = { user: "carl", client: "web" };
  for (let i = 0; i < 5; i++) {
    const { accepted, nearest, claimed } = await signIn(andrew, claim);
    assert.deepEqual([accepted, nearest, claimed], [false, null, "carl"]);
  }
  await assert.rejects(() => begin(claim), TooManyAttemptsError);
  assert.equal((await decisions()).length, 6);
});

test("a user who is removed while an attempt lasts is rejected", async ({ store, begin }) => {
  const attempt = await begin({ user: "andrew" });
  await store.remove("andrew");
  assert.equal((await attempt.decide(andrew)).accepted, false);
  await store.remove("hana");
  await assert.rejects(() => begin({}), NothingRegisteredError);
});

test("a decision does not read the list of all users", async ({ store, signIn }) => {
  let asked = 0;
  const users = store.users.bind(store);
  store.users = () => {
    asked++;
    return users();
  };
  await signIn(andrew, { user: "andrew", client: "web" });
  assert.equal(asked, 0);
});
