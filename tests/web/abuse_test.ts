import assert from "node:assert/strict";
import { schemas } from "../../lib/web/schemas.ts";
import { randomNumbers } from "../random_numbers.ts";
import { allKinds } from "./abuse/all_kinds.ts";
import { type Attacker, createAttacker } from "./abuse/attacker.ts";
import { type Dice, diceOf, type Kind, type Reply } from "./abuse/kind.ts";
import { bomb, pictureKinds } from "./abuse/picture_kinds.ts";
import { Actor } from "./actor.ts";
import { type Answer, ApiClient, type Refused } from "./api_client.ts";
import { playChallenge, realTime, registerFromFiles } from "./flows.ts";
import { residentMb, type Served, startServe } from "./served_process.ts";

const requests = 1000;
const atOnce = 6;
const attackers = 10;
const warmUp = Array(2).fill(pictureKinds).flat() as readonly Kind[];
/**
 * Most that memory may grow by in the second half. In the first, networks' and decoders' buffers
 * grow to what the largest pictures need: about 300 MB, and no further under 4,000 requests.
 */
const mostGrowthMb = 150;

Deno.test({
  name:
    `deno task serve withstands ${requests} bad requests of ${allKinds.length} kinds: no crash, no leak, memory flat, and the right person still gets in`,
  async fn() {
    await using served = await startServe();
    await registerAndrew(served.url);
    const people = await Promise.all(
      Array.from(
        { length: attackers },
        (_, i) => createAttacker(served.url, i + 1),
      ),
    );
    await upload(people, "bomb.png", bomb);
    const answers = new Map<number, number>();
    const dice = diceOf(
      randomNumbers(20261122),
    );
    const memory: number[] = [];
    const plan = planned(dice);
    for (let at = 0; at < plan.length; at += atOnce) {
      if (at % 120 === 0) memory.push(residentMb(served.pid) ?? 0);
      await Promise.all(
        plan.slice(at, at + atOnce).map(async (kind) => {
          const reply = await send(kind, dice.pick(people), dice);
          judge(kind, reply, served);
          answers.set(reply.status, (answers.get(reply.status) ?? 0) + 1);
        }),
      );
    }
    memory.push(residentMb(served.pid) ?? 0);
    await flood(people);
    people.forEach((each) => each.close());
    console.log(
      `  ${plan.length} requests; answers: ${counts(answers)}; memory in MB: ${
        memory.map(Math.round).join(", ")
      }`,
    );
    assert.equal(await signIn(served.url), "andrew");
    const half = memory[Math.floor(memory.length / 2)]!;
    assert.ok(memory.at(-1)! - half < mostGrowthMb, "memory grows");
    const { code, said } = await served.end();
    assert.equal(code, 0);
    assert.doesNotMatch(said, /\n\s+at |rror:/, said);
  },
});

/** More pictures at once than are looked at: of each session one after the other, the others are told to wait. */
async function flood(people: readonly Attacker[]): Promise<void> {
  const photo = Deno.readFileSync("tests/photos/back.jpg");
  const answers = await upload(people, "back.jpg", photo);
  const statuses = new Set(answers.map(({ status }) => status));
  assert.ok(statuses.has(200) && statuses.has(409));
  assert.ok(statuses.isSubsetOf(new Set([200, 409, 503])));
  for (const { status, headers, body } of answers) {
    if (status !== 503) continue;
    assert.equal(body.error?.kind, "busy");
    assert.equal(headers.get("retry-after"), String(body.error?.retryAfter));
  }
}

/** Everybody sends a photo to their registration, four times at once. */
function upload(
  people: readonly Attacker[],
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Answer<Partial<Refused>>[]> {
  return Promise.all(people.flatMap(({ client, registration }) => {
    const path = `api/registrations/${registration}/photos`;
    return Array.from(
      { length: 4 },
      () => client.postPhotos<Partial<Refused>>(path, [[name, bytes]]),
    );
  }));
}

/** Every kind at least once, in a random order; all pictures first. */
function planned(dice: Dice): Kind[] {
  const plan = allKinds.slice(pictureKinds.length);
  while (plan.length < requests - warmUp.length) {
    const kind = dice.pick(allKinds);
    if (dice.below(100) < 100 * (kind.share ?? 1)) plan.push(kind);
  }
  for (let i = plan.length - 1; i > 0; i--) {
    const j = dice.below(i + 1);
    [plan[i], plan[j]] = [plan[j]!, plan[i]!];
  }
  return [...warmUp, ...plan];
}

async function send(kind: Kind, from: Attacker, dice: Dice): Promise<Reply> {
  try {
    return await kind.send(from, dice);
  } catch (cause) {
    throw new Error(`"${kind.name}" got no proper answer`, { cause });
  }
}

function judge(
  { name, mayPass = false }: Kind,
  { status, text, raw = false }: Reply,
  { folder }: Served,
): void {
  const said = `"${name}": ${status} ${text.slice(0, 300)}`;
  assert.ok(status < 500 || status === 503, said);
  if (!mayPass && !(raw && status === 0)) assert.ok(status >= 400, said);
  if (status >= 400 && !raw) schemas.problem.parse(JSON.parse(text));
  for (
    const secret of [folder, Deno.cwd(), "root:", "node_modules", "file:///"]
  ) assert.ok(!text.includes(secret), `${said} tells ${secret}`);
  assert.doesNotMatch(text, /\n\s+at \w|\.ts:\d/, said);
}

function counts(answers: ReadonlyMap<number, number>): string {
  return [...answers].sort(([a], [b]) => a - b).map(([status, count]) =>
    `${count} x ${status || "closed"}`
  ).join(", ");
}

async function registerAndrew(url: string): Promise<void> {
  const client = await new ApiClient(url).begin();
  const photos = [1, 2].map((n) => `registration_photos/andrew_0${n}.jpg`);
  await registerFromFiles(client, "andrew", photos);
}

/** Signs in as a person does. @returns who that is */
async function signIn(url: string): Promise<string | null> {
  const client = await new ApiClient(url).begin();
  const actor = new Actor("andrew");
  const { id } = await playChallenge(client, actor, realTime);
  const { body } = await client.post<{ user: string | null }>("api/sign-ins", {
    challenge: id,
  });
  return body.user;
}
