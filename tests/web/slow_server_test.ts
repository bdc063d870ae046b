import assert from "node:assert/strict";
import { readSettings } from "../../lib/config.ts";
import { ServerBusyError } from "../../lib/errors.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { createFaceMeshes } from "../../lib/liveness/face_mesh.ts";
import { createWatcher } from "../../lib/liveness/watcher.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { LiveChallenges } from "../../lib/web/live_challenges.ts";
import { sampleTemplate, sampleVector } from "../store/sample_templates.ts";
import { Actor } from "./actor.ts";

/** So many failures of one claim make an address wait. */
const failuresAllowed = 5;
/** So many attempts that the server delayed are excused of one address. */
const excusesAllowed = 20;
const client = { session: "s", address: "192.0.2.1" };

const recognizer = await createRecognizer();
const meshes = await createFaceMeshes();
let clockMs = Date.now();

const asAndrew = { user: "andrew" };

/** What a worker says of Andrew who looks straight ahead. */
const straight = await (async () => {
  const photo = await decodePhoto(new Actor("andrew").straight);
  const watched = await createWatcher(recognizer, meshes).watch(photo, true);
  const { width, height } = photo;
  return { ...watched, width, height, largest: null, noFace: null };
})();

async function withChallenges(
  work: (challenges: LiveChallenges) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const settings = readSettings({
    env: (name) => name === "store" ? `${folder}/faces.db` : undefined,
  });
  const store = await openStore(settings, recognizer);
  try {
    const vector = sampleVector(1, recognizer.dimensions);
    await store.put([sampleTemplate("andrew", 1, { vector })]);
    await work(
      new LiveChallenges({
        store,
        threshold: recognizer.defaultThreshold,
        settings: { live: "light+motion", margin: 0 },
        now: () => clockMs,
      }),
    );
  } finally {
    await store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Andrew does what is asked, before a server whose every frame takes so long on its clock.
 *
 * @param pauseMs between his frames once the colours are shown
 * @returns how it ended
 */
async function play(
  challenges: LiveChallenges,
  frameMs: number,
  pauseMs = 100,
): Promise<string> {
  const andrew = new Actor("andrew");
  const watcher = createWatcher(recognizer, meshes);
  const { id, challenge } = await challenges.issue(client, asAndrew, "usual");
  let { stage, verdict, terms } = challenge;
  for (let stageAtMs = clockMs; verdict === "pending";) {
    clockMs += stage === "straight" ? 100 : pauseMs;
    const atMs = clockMs - stageAtMs;
    const shown = {
      atMs,
      light: stage === "light" ? terms.light.rows : null,
      path: stage === "motion" ? terms.path.rows : null,
    };
    const jpeg = await andrew.next(stage, shown);
    const shownMs = stage === "straight" ? null : atMs;
    const after = await challenges.follow("s", id, shownMs, async () => {
      const photo = await decodePhoto(jpeg);
      const watched = await watcher.watch(photo, stage === "straight");
      clockMs += frameMs;
      const { width, height } = photo;
      return { ...watched, width, height, largest: null, noFace: null };
    });
    ({ verdict, terms } = after.challenge);
    if (after.challenge.stage !== stage) stageAtMs = clockMs;
    ({ stage } = after.challenge);
  }
  return typeof verdict === "string" ? verdict : verdict.kind;
}

/**
 * Andrew looks straight ahead until the colours are told.
 *
 * @returns the challenge
 */
async function seenStraight(
  challenges: LiveChallenges,
  frameMs = 25,
): Promise<string> {
  const { id } = await challenges.issue(client, asAndrew, "usual");
  for (const due of ["straight", "light"]) {
    const { challenge } = await challenges.follow("s", id, null, () => {
      clockMs += frameMs;
      return Promise.resolve(straight);
    });
    assert.equal(challenge.stage, due);
  }
  return id;
}

Deno.test("a server that takes 700 ms for a frame lets the person in: it asks for more light and more moves", () =>
  withChallenges(async (challenges) =>
    assert.equal(await play(challenges, 700), "passed")
  ));

Deno.test("a server that takes 6 s for a frame never calls the person too late, and nobody has to wait for having failed there", () =>
  withChallenges(async (challenges) => {
    for (let i = 0; i <= failuresAllowed; i++) {
      assert.equal(await play(challenges, 6000), "too-few-frames");
    }
  }));

Deno.test("who sends few frames and late to a quick server has failed, and has to wait in the end", () =>
  withChallenges(async (challenges) => {
    for (let i = 0; i < failuresAllowed; i++) {
      assert.equal(await play(challenges, 25, 5000), "too-few-frames");
    }
    await assert.rejects(play(challenges, 25, 5000), {
      kind: "too-many-attempts",
    });
  }));

Deno.test("a slow server excuses one address so often and no more, and again when a quarter of an hour is over", () =>
  withChallenges(async (challenges) => {
    const seenSlowly = async (times: number) => {
      for (let i = 0; i < times; i++) await seenStraight(challenges, 600);
    };
    await seenSlowly(excusesAllowed);
    clockMs += 16 * 60_000;
    await seenSlowly(excusesAllowed);
    // An attempt is excused when the next is begun: one of the first twenty fell into this time.
    await seenSlowly(failuresAllowed - 1);
    await assert.rejects(seenSlowly(1), { kind: "too-many-attempts" });
  }));

Deno.test("who gives up before any colours are told has not failed", () =>
  withChallenges(async (challenges) => {
    for (let i = 0; i <= failuresAllowed; i++) {
      await challenges.issue(client, asAndrew, "usual");
    }
  }));

Deno.test("an attempt that a busy server kept from going on is not counted, one that the person gave up is", () =>
  withChallenges(async (challenges) => {
    const busy = () => Promise.reject(new ServerBusyError("busy"));
    for (let i = 0; i <= failuresAllowed; i++) {
      const id = await seenStraight(challenges);
      await assert.rejects(challenges.follow("s", id, 100, busy), {
        kind: "busy",
      });
    }
    for (let i = 0; i < failuresAllowed; i++) await seenStraight(challenges);
    await assert.rejects(seenStraight(challenges), {
      kind: "too-many-attempts",
    });
  }));
