import assert from "node:assert/strict";
import { PhotoError, TooManyAttemptsError } from "../../lib/errors.ts";
import { guarded } from "../../lib/people/guarded_sign_in.ts";
import { decideEmbedding } from "../../lib/people/sign_in.ts";
import { openAt } from "../store/open_at.ts";
import { SAMPLE_MODEL, sampleTemplate } from "../store/sample_templates.ts";
import { withTempFolder } from "../store/temp_folder.ts";

const vector = (x: number) => Float32Array.of(x, 0, 0, 0, 0, 0, 0, 0);
const [andrew, stranger] = [vector(0), vector(100)];

/** A store with andrew at 0 and hana at 0.3, on a line, and a way to sign in with a point of that line. */
async function setUp(folder: string) {
  const store = await openAt(`${folder}/faces.db`);
  const audit = store.audit!;
  await store.put([
    sampleTemplate("andrew", 1, { vector: andrew }),
    sampleTemplate("hana", 2, { vector: vector(0.3) }),
  ]);
  const signIn = (
    probe: Float32Array,
    { user, door }: { user?: string; door?: string },
  ) =>
    guarded(
      store,
      { modelId: SAMPLE_MODEL.modelId, store, user, door },
      () => decideEmbedding(store, probe, { user, threshold: 0.5 }),
    );
  const decisions = async () =>
    (await audit.entries()).flatMap((entry) =>
      entry.event === "sign-in" ? [`${entry.decision} ${entry.door ?? ""}`] : []
    );
  return { store, audit, attempts: store.attempts, signIn, decisions };
}

Deno.test({
  name:
    "a probe under the threshold is answered nobody when the second user is nearer than the margin behind",
  fn: () =>
    withTempFolder(async (folder) => {
      const { store } = await setUp(folder);
      // 0.1 from andrew and 0.2 from hana: a lead of 0.1.
      const decide = (margin: number, user?: string) =>
        decideEmbedding(store, vector(0.1), { threshold: 0.5, margin, user });
      assert.equal((await decide(0)).user, "andrew");
      assert.equal((await decide(0.09)).user, "andrew");
      const unsure = await decide(0.11);
      assert.deepEqual([unsure.user, unsure.accepted], [null, false]);
      assert.ok(unsure.nearest.distance < unsure.threshold);
      assert.equal((await decide(0.11, "andrew")).user, "andrew");
      await store.remove("hana");
      assert.equal((await decide(0.11)).user, "andrew");
      await store.close();
    }),
});

Deno.test({
  name:
    "searching all users from one door is refused after twenty failures, and from another it is not",
  fn: () =>
    withTempFolder(async (folder) => {
      const { store, signIn, decisions } = await setUp(folder);
      for (let i = 0; i < 20; i++) {
        const { user } = await signIn(stranger, { door: "10.0.0.1" });
        assert.equal(user, null);
      }
      await assert.rejects(
        () => signIn(andrew, { door: "10.0.0.1" }),
        (error) =>
          error instanceof TooManyAttemptsError &&
          /20 sign-ins from here failed/.test(error.message),
      );
      const { user } = await signIn(andrew, { door: "10.0.0.2" });
      assert.equal(user, "andrew");
      const log = await decisions();
      assert.deepEqual(log.slice(-2), [
        "refused 10.0.0.1",
        "accepted 10.0.0.2",
      ]);
      assert.equal(log.length, 22);
      await store.close();
    }),
});

Deno.test({
  name:
    "a success at a door forgets its failures, and without a door searches are not counted",
  fn: () =>
    withTempFolder(async (folder) => {
      const { store, signIn } = await setUp(folder);
      const door = "entrance";
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 15; i++) await signIn(stranger, { door });
        await signIn(andrew, { door });
      }
      for (let i = 0; i < 30; i++) await signIn(stranger, {});
      assert.equal((await signIn(andrew, {})).user, "andrew");
      await store.close();
    }),
});

Deno.test({
  name:
    "a claimed user's failures are counted at the door too, and an attempt that one of both refuses counts for neither",
  fn: () =>
    withTempFolder(async (folder) => {
      const { store, signIn, attempts } = await setUp(folder);
      const claim = { user: "andrew", door: "web" };
      for (let i = 0; i < 5; i++) await signIn(stranger, claim);
      for (let i = 0; i < 40; i++) {
        await assert.rejects(() => signIn(andrew, claim), TooManyAttemptsError);
      }
      // Five of the door's twenty are used up.
      for (let i = 0; i < 15; i++) await attempts.begin({ door: "web" });
      await assert.rejects(() => attempts.begin({ door: "web" }));
      await attempts.begin("hana");
      await store.close();
    }),
});

Deno.test({
  name: "a sign-in whose photo cannot be judged counts nowhere",
  fn: () =>
    withTempFolder(async (folder) => {
      const { store, audit, attempts } = await setUp(folder);
      const attempt = { modelId: "m", store, user: "andrew", door: "web" };
      for (let i = 0; i < 25; i++) {
        await assert.rejects(
          () =>
            guarded({ audit, attempts }, attempt, () => {
              throw new PhotoError("too dark");
            }),
          PhotoError,
        );
      }
      await attempts.begin("andrew");
      await store.close();
    }),
});
