import assert from "node:assert/strict";
import { instruments } from "../attacks/instruments.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { OpenRegistrations } from "../../lib/web/open_registrations.ts";
import type { Shape } from "../../lib/web/schemas.ts";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { playChallenge } from "./flows.ts";
import { startTestServer } from "./running_server.ts";

let clockMs = Date.now();
const clock = {
  now: () => clockMs,
  wait: (ms: number) => clockMs += ms,
};
const print = instruments.find(({ kind }) => kind === "print, flat, cut out")!;
const photo = (path: string) =>
  [path.split("/").pop()!, Deno.readFileSync(path)] as const;

Deno.test("where registering needs the live check, pictures are taken of nobody but who passed it", async (t) => {
  const server = await startTestServer({ now: clock.now }, {
    live_registration: "on",
    metrics_token: "secret",
  });
  try {
    const client = await new ApiClient(server.url).begin();
    const { body: { id, liveFirst } } = await client.post<
      Shape<"registration">
    >("api/registrations", { name: "andrew", consent: true });
    assert.equal(liveFirst, true);
    const path = `api/registrations/${id}`;
    const upload = () =>
      client.postPhotos<Shape<"upload"> & Refused>(`${path}/photos`, [
        photo("registration_photos/andrew_01.jpg"),
        photo("registration_photos/beatriz/beatriz_01.jpg"),
      ]);
    const notYet = async () => {
      const capture = await client.postJpeg<Refused>(
        `${path}/captures`,
        new Actor("andrew").straight,
      );
      for (const { status, body } of [capture, await upload()]) {
        assert.deepEqual([status, body.error.kind], [409, "live-first"]);
      }
      const finish = await client.post<Refused>(`${path}/finish`);
      assert.equal(finish.body.error.kind, "no-captures");
    };

    await t.step("nothing before it, and nothing after a print", async () => {
      await notYet();
      const { verdict } = await playChallenge(
        client,
        new Actor("andrew", print),
        { registration: id, ...clock },
      );
      assert.equal(verdict, "flat");
      await notYet();
    });

    await t.step("a challenge of nobody's registration is none", async () => {
      const other = await new ApiClient(server.url).begin();
      const { status, body } = await other.post<Refused>("api/challenges", {
        registration: id,
      });
      assert.deepEqual([status, body.error.kind], [404, "no-registration"]);
    });

    await t.step("who passed is registered, and signs nobody in", async () => {
      const { id: challenge, verdict } = await playChallenge(
        client,
        new Actor("andrew"),
        { registration: id, ...clock },
      );
      assert.equal(verdict, "passed");
      const asSignIn = await client.post<Refused>("api/sign-ins", {
        challenge,
      });
      assert.equal(asSignIn.body.error.kind, "no-challenge");
      const { body: { results } } = await upload();
      assert.deepEqual(results.map(({ taken }) => taken), [true, false]);
      assert.match(results[1]!.advice, /looks like somebody else/);
      const finished = await client.post(`${path}/finish`);
      assert.deepEqual(finished.body, { user: "andrew", templates: 1 });
    });

    await t.step("and may sign in then", async () => {
      const { id } = await playChallenge(client, new Actor("andrew"), clock);
      const { body } = await client.post<Shape<"signIn">>("api/sign-ins", {
        challenge: id,
      });
      assert.equal(body.user, "andrew");
    });

    await t.step(
      "who fails the check of a renewal stays signed in, and no sign-in failed",
      async () => {
        const { body: { id } } = await client.post<Shape<"registration">>(
          "api/registrations",
          { name: "andrew", consent: true },
        );
        const failed = await playChallenge(client, new Actor("andrew", print), {
          registration: id,
          ...clock,
        });
        assert.equal(failed.verdict, "flat");
        assert.equal((await client.get("api/me")).status, 200);
        const { body } = await client.send<string>(
          "GET",
          "metrics",
          undefined,
          {
            authorization: "Bearer secret",
          },
        );
        assert.match(body, /sign_ins_total{outcome="accepted"} 1/);
        assert.doesNotMatch(body, /outcome="flat"/);
      },
    );
  } finally {
    await server.stop();
  }
});

Deno.test("no chain of pictures leads from who passed the live check to somebody else", async () => {
  const recognizer = await createRecognizer();
  const { defaultThreshold: samePersonDistance } = recognizer;
  const faceOf = async (path: string) => {
    const [face] = await recognizer.findFaces(
      await decodePhoto(Deno.readFileSync(path)),
    );
    const [{ vector } = assert.fail()] = await recognizer.embed([face!.chip]);
    return { face: face!, vector };
  };
  const andrew = await faceOf("registration_photos/andrew_01.jpg");
  const beatriz = await faceOf("registration_photos/beatriz/beatriz_01.jpg");
  const between = andrew.vector.map((value, i) =>
    (value + beatriz.vector[i]!) / 2
  );
  const registrations = new OpenRegistrations({
    samePersonDistance,
    liveFirst: true,
  });
  const opened = registrations.open(
    { session: "s", address: "192.0.2.1" },
    "andrew",
    false,
  )!;
  const upload = (photo: string, vector: Float32Array) => {
    const largest = { ...andrew.face, vector };
    const { box } = largest;
    const size = { width: 600, height: 800 };
    const frame = { ...size, faces: 1, box, largest, live: null, noFace: null };
    return registrations.upload(opened, photo, { frame, photoSha256: photo });
  };
  opened.live = andrew.vector;
  assert.ok(
    euclideanDistance(between, beatriz.vector) < samePersonDistance,
    "each link of the chain is short enough",
  );
  assert.equal(upload("between.jpg", between).taken, true);
  assert.match(
    upload("beatriz.jpg", beatriz.vector).advice,
    /looks like somebody else/,
  );
});

Deno.test("failed live checks of registrations make their address wait, whatever the names", async () => {
  const server = await startTestServer({ now: clock.now }, {
    live_registration: "on",
    live: "off",
  });
  try {
    const client = await new ApiClient(server.url).begin();
    const { body: { id } } = await client.post<Shape<"registration">>(
      "api/registrations",
      { name: "andrew", consent: true },
    );
    const two = Deno.readFileSync("tests/photos/two_people.jpg");
    const nobody = { next: () => Promise.resolve(two.slice()) };
    let refused: unknown = null;
    for (let i = 0; i < 60 && refused === null; i++) {
      await playChallenge(client, nobody, { registration: id, ...clock })
        .catch((error) => refused = error);
    }
    assert.match(String(refused), /too-many-attempts/);
  } finally {
    await server.stop();
  }
});
