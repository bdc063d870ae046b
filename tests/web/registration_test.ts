import assert from "node:assert/strict";
import { encodeJpeg } from "../../lib/image/encode.ts";
import type { Shape } from "../../lib/web/schemas.ts";
import { registrationTimeMs } from "../../lib/web/open_registrations.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { asFrame } from "./as_frame.ts";
import { registerFromFiles } from "./flows.ts";
import { keptChips } from "./kept_chips.ts";
import { startTestServer, type TestServer } from "./running_server.ts";

type Opened = Shape<"registration">;
type Captured = Shape<"capture">;
type Uploaded = Shape<"upload">;

let clockMs = Date.now();

const hana = (number: number) =>
  Deno.readFileSync(`signin_photos/hana/hana_0${number}.jpg`);
/** Which of her photos shows which pose. */
const posed: Readonly<Record<string, number>> = {
  straight: 5,
  left: 6,
  right: 4,
  up: 8,
  down: 3,
};
const open = (client: ApiClient, name: string) =>
  client.post<Opened>("api/registrations", { name, consent: true });

Deno.test({
  name:
    "a person registers by camera or from files, and what is not theirs stays closed to them",
  async fn(t) {
    const server = await startTestServer({ now: () => clockMs });
    try {
      await byCamera(t, server);
      await fromFiles(t, server);
      await refused(t, server);
    } finally {
      await server.stop();
    }
  },
});

async function byCamera(
  t: Deno.TestContext,
  { url, settings }: TestServer,
): Promise<void> {
  await t.step(
    "five captures, each for the pose that is due; others wait",
    async () => {
      const client = await new ApiClient(url).begin();
      const { status, body: { id, poses } } = await open(client, "  hana ");
      assert.equal(status, 201);
      const path = `api/registrations/${id}`;
      const early = await client.post<Refused>(`${path}/finish`);
      assert.equal(early.body.error.kind, "no-captures");
      const turned = await client.postJpeg<Captured>(
        `${path}/captures`,
        await frame(4),
      );
      assert.equal(turned.body.taken, false, "straight is due first");
      assert.equal(turned.body.due, "straight");
      const wide = { width: 1000, height: 10, data: new Uint8Array(30_000) };
      const large = await client.postJpeg<Refused>(
        `${path}/captures`,
        await encodeJpeg(wide, 90) as Uint8Array<ArrayBuffer>,
      );
      assert.deepEqual([large.status, large.body.error.message], [
        400,
        "The frame is larger than 960 px; scale it down first.",
      ]);
      const two = await client.postJpeg<Captured>(
        `${path}/captures`,
        await twoPeople(),
      );
      assert.match(two.body.advice, /one person/);
      for (const [at, pose] of poses.entries()) {
        const { body } = await client.postJpeg<Captured>(
          `${path}/captures`,
          await frame(posed[pose]!),
        );
        assert.equal(body.taken, true, `${pose}: ${body.advice}`);
        assert.equal(body.due, poses[at + 1] ?? null);
        assert.equal(body.captures, at + 1);
      }
      const kept = () => keptChips({ settings }, "hana");
      assert.deepEqual(await kept(), [], "nothing is kept before the end");
      const finished = await client.post(`${path}/finish`);
      assert.deepEqual(finished.body, { user: "hana", templates: 5 });
      assert.equal((await kept()).length, 5);
      const again = await client.post<Refused>(`${path}/finish`);
      assert.equal(again.body.error.kind, "no-registration");
    },
  );
}

async function fromFiles(
  t: Deno.TestContext,
  { url }: TestServer,
): Promise<void> {
  await t.step(
    "files are judged each for itself, and a name is kept by one session at a time",
    async () => {
      const [client, other] = [
        await new ApiClient(url).begin(),
        await new ApiClient(url).begin(),
      ];
      const { body: { id } } = await open(client, "edgar");
      assert.equal((await open(other, "edgar")).status, 409);
      const file = (path: string) =>
        [path.split("/").pop()!, Deno.readFileSync(path)] as const;
      const edgar = "registration_photos/edgar/edgar_01.jpg";
      const { body: { results } } = await client.postPhotos<Uploaded>(
        `api/registrations/${id}/photos`,
        [
          file(edgar),
          file("deno.json"),
          file("tests/photos/back.jpg"),
          file("tests/photos/two_people.jpg"),
          file(edgar),
          file("registration_photos/beatriz/beatriz_01.jpg"),
        ],
      );
      assert.deepEqual(results.map(({ taken }) => taken), [
        true,
        false,
        false,
        false,
        false,
        false,
      ]);
      const advice = results.map((result) => result.advice);
      [
        /./,
        /not a picture/,
        /No face/,
        /2 faces/,
        /Another photo of edgar is called/,
        /beatriz_01\.jpg looks like somebody else than the other photo of edgar/,
      ].slice(1)
        .forEach((said, i) => assert.match(advice[i + 1]!, said));
      const finish = () =>
        client.post<{ templates?: number }>(`api/registrations/${id}/finish`);
      const both = await Promise.all([finish(), finish()]);
      assert.deepEqual(
        both.map(({ status }) => status).sort(),
        [200, 404],
        "once, whoever asks twice",
      );
    },
  );
}

async function refused(
  t: Deno.TestContext,
  { url, settings }: TestServer,
): Promise<void> {
  const client = await new ApiClient(url).begin();

  await t.step(
    "a taken name, a face that has another name, and a name that is none are refused",
    async () => {
      const taken = await client.post<Refused>("api/registrations", {
        name: "hana",
        consent: true,
      });
      assert.deepEqual([taken.status, taken.body.error.kind], [
        409,
        "name-not-available",
      ]);
      const none = await client.post<Refused>("api/registrations", {
        name: "../hana",
        consent: true,
      });
      assert.deepEqual([none.status, none.body.error.kind], [400, "usage"]);
      await assert.rejects(
        registerFromFiles(client, "anna", [
          "signin_photos/hana/hana_02.jpg",
        ]),
        /duplicate-face/,
      );
      assert.deepEqual(await keptChips({ settings }, "anna"), []);
    },
  );

  await t.step(
    "another session's, a cancelled and an expired registration are not to be found",
    async () => {
      const other = await new ApiClient(url).begin();
      const { body: { id } } = await open(client, "dalila");
      const path = `api/registrations/${id}`;
      const answers = async (from: ApiClient) => {
        const all = [
          await from.postJpeg<Refused>(`${path}/captures`, await frame(7)),
          await from.postPhotos<Refused>(`${path}/photos`, [[
            "a.jpg",
            hana(7),
          ]]),
          await from.post<Refused>(`${path}/finish`),
          await from.send<Refused>("DELETE", path),
        ];
        return all.map(({ status, body }) => `${status} ${body.error?.kind}`);
      };
      const notFound = Array(4).fill("404 no-registration");
      assert.deepEqual(await answers(other), notFound);
      assert.equal((await client.send("DELETE", path)).status, 200);
      assert.deepEqual(await answers(client), notFound, "cancelled");
      const { body: second } = await open(client, "dalila");
      clockMs += registrationTimeMs + 1;
      const late = await client.post<Refused>(
        `api/registrations/${second.id}/finish`,
      );
      assert.equal(late.body.error.kind, "no-registration", "expired");
      assert.equal(
        (await open(other, "dalila")).status,
        201,
        "the name is free again",
      );
    },
  );
}

/** A photo as the page's camera would send it. */
async function frame(number: number): Promise<Uint8Array<ArrayBuffer>> {
  return await asFrame(hana(number));
}

const twoPeople = () =>
  asFrame(Deno.readFileSync("tests/photos/two_people.jpg"));

Deno.test("of too many registrations of one address the newest is refused, and none of the others ends", async () => {
  const server = await startTestServer();
  try {
    const clients = await Promise.all(
      Array.from({ length: 21 }, () => new ApiClient(server.url).begin()),
    );
    const ids: string[] = [];
    for (const [i, client] of clients.slice(0, 20).entries()) {
      const { status, body } = await open(client, `person ${i}`);
      assert.equal(status, 201);
      ids.push(body.id);
    }
    const begin = () =>
      clients[20]!.post<Opened & Refused>("api/registrations", {
        name: "one more",
        consent: true,
      });
    const { status, body } = await begin();
    assert.deepEqual([status, body.error.kind], [503, "busy"]);
    for (const [i, id] of ids.entries()) {
      const ended = await clients[i]!.send(
        "DELETE",
        `api/registrations/${id}`,
      );
      assert.equal(ended.status, 200);
    }
    assert.equal((await begin()).status, 201);
  } finally {
    await server.stop();
  }
});
